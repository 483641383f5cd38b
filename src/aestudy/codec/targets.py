"""Find the step that meets a target."""

from collections.abc import Callable

import numpy as np

from aestudy.checks import to_float
from aestudy.codec.compression import Compressor, Progress, no_progress
from aestudy.codec.quantization import QuantisedLatents
from aestudy.codec.steps import step_of
from aestudy.errors import StudyError
from aestudy.metrics import psnr_db


def mean_psnr_db(images: np.ndarray, decoded: np.ndarray) -> float:
    """Mean of the images' PSNR in decibels, data range 255.

    Args:
        images: uint8 (N, H, W).
        decoded: uint8 (N, H, W).
    """
    blocks = range(0, len(images), 4000)
    return float(
        np.concatenate(
            [psnr_db(to_float(images[i : i + 4000]), to_float(decoded[i : i + 4000])) for i in blocks]
        ).mean()
    )


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

    def measure(step_index: int) -> float:
        quantised = compressor.codec.quantise(latents, step_index)
        decoded = compressor.images(quantised, images.shape[1:], step_index, progress)
        return mean_psnr_db(images, decoded)

    finest, coarsest = compressor.codec.step_range
    best = measure(finest)
    if best < target:
        raise StudyError(
            f"--psnr: expected a target that the model can reach on these images, at most {best:.2f} dB; "
            f"found {target:g}."
        )
    step_index = _last(finest, coarsest, lambda index: measure(index) >= target)
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

    def measure(step_index: int) -> float:
        quantised = compressor.codec.quantise(latents, step_index)
        return 8 * len(compressor.pack(quantised, image_shape, count, step_index)) / count

    finest, coarsest = compressor.codec.step_range
    least = measure(coarsest)
    if least > target:
        raise StudyError(
            f"--bits: expected at least {least:.1f} bits per image, which {count} images take with the "
            f"coarsest step ({step_of(coarsest):.3g}); found {target:g}."
        )
    step_index = -_last(-coarsest, -finest, lambda index: measure(-index) <= target)
    return step_index, compressor.codec.quantise(latents, step_index)


def _last(first: int, last: int, holds: Callable[[int], bool]) -> int:
    """Find by halving the last index at which something holds; it holds at the first."""
    low, high = first, last + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
