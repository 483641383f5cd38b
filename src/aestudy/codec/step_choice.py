"""Find the step that meets a target."""

import functools

import numpy as np

from aestudy.codec.bisection import last_index
from aestudy.codec.compression import BLOCK_IMAGES, Compressor, Progress, no_progress
from aestudy.codec.quantization import QuantisedLatents
from aestudy.codec.steps import step_of
from aestudy.errors import StudyError
from aestudy.images import to_float
from aestudy.metrics.pixelwise import psnr_db


def mean_psnr_db(images: np.ndarray, decoded: np.ndarray) -> float:
    """Mean of the PSNR of images, uint8 (N, H, W), in decibels, data range 255."""
    blocks = [slice(start, start + BLOCK_IMAGES) for start in range(0, len(images), BLOCK_IMAGES)]
    values = [psnr_db(to_float(images[block]), to_float(decoded[block])) for block in blocks]
    return float(np.concatenate(values).mean())


def step_for_psnr(
    compressor: Compressor, latents: np.ndarray, images: np.ndarray, target: float,
    progress: Progress = no_progress,
) -> tuple[int, float]:  # fmt: skip
    """Find the coarsest step with at least a mean PSNR.

    Args:
        compressor: network and codec.
        latents: float32 (N * tiles, D), of the images.
        images: uint8 (N, H, W).
        target: mean PSNR in decibels.
        progress: is told how far each attempt is.

    Returns:
        Index of the step, and the PSNR that it gives.

    Raises:
        StudyError: the model does not reach it.
    """

    @functools.cache
    def measure(step_index: int) -> float:
        quantised = compressor.codec.quantise(latents, step_index)
        decoded = compressor.images(quantised, images.shape[1:], step_index, progress)
        return mean_psnr_db(images, decoded)

    finest, coarsest = compressor.codec.step_range
    step_index = last_index(finest, coarsest, lambda index: measure(index) >= target)
    if step_index is None:
        raise StudyError(
            "--psnr: expected a target that the model can reach on these images, at most "
            f"{measure(finest):.2f} dB; found {target}."
        )
    return step_index, measure(step_index)


def step_for_bits(
    compressor: Compressor, latents: np.ndarray, image_shape: tuple[int, int], count: int, target: float
) -> tuple[int, QuantisedLatents]:
    """Find the finest step with at most so many bits per image, the whole file counted.

    Args:
        compressor: network and codec.
        latents: float32 (N * tiles, D), of the images.
        image_shape: height and width of the images.
        count: number of images N.
        target: bits per image.

    Returns:
        Index of the step, and the quantised latents.

    Raises:
        StudyError: even the coarsest step takes more.
    """

    @functools.cache
    def measure(step_index: int) -> float:
        quantised = compressor.codec.quantise(latents, step_index)
        return 8 * len(compressor.pack(quantised, image_shape, count, step_index)) / count

    finest, coarsest = compressor.codec.step_range
    # From coarse to fine the indices of steps fall, so that their negatives rise.
    negative = last_index(-coarsest, -finest, lambda index: measure(-index) <= target)
    if negative is None:
        raise StudyError(
            f"--bits: expected at least {measure(coarsest):.1f} bits per image, which {count} images take "
            f"with the coarsest step ({step_of(coarsest):.3g}); found {target}."
        )
    return -negative, compressor.codec.quantise(latents, -negative)
