"""Fit a codec to a trained network and the images that it was trained on; no test image has a part in it."""

import logging
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.codec.bisection import last_index
from aestudy.codec.clusters import bit_weights, choose_classes, grow_classes
from aestudy.codec.compression import BLOCK_IMAGES
from aestudy.codec.files import digest_network, seal
from aestudy.codec.latent_distribution import fit_shape, make_tables
from aestudy.codec.quantization import Codec
from aestudy.codec.steps import PER_OCTAVE, index_of, step_of
from aestudy.errors import StudyError
from aestudy.images import check_8_bit, to_float
from aestudy.networks.architecture import read_parameters
from aestudy.networks.network import Network

logger = logging.getLogger(__name__)

DEFAULT_QUANTIZATION_PSNR_DB = 30.0
"""PSNR between the decoded images with and without quantisation, with the default step."""

HELD_OUT_EVERY = 10
"""Every tenth image is kept for choosing the number of classes, the tables and the default step."""

SENSITIVITY_IMAGES = 200
LEAST_SCALE = 2.0**-10
_LEAST_SENSITIVITY = 1e-6
_LEAST_SQUARED_ERROR = 1e-4


def fit_codec_to_model(path: str | Path, images: np.ndarray) -> Codec:
    """Fit a codec to the network in a `params.npz`, in the way that fits its training.

    Raises:
        StudyError: the file is damaged or no model, or as `fit_codec`.
    """
    architecture, parameters, provenance = read_parameters(path)
    network = Network(architecture, parameters)
    return fit_codec(network, images, trained_for_rate=was_trained_for_rate(provenance))


def was_trained_for_rate(provenance: Mapping[str, Any]) -> bool:
    """Tell by the provenance of a network whether bits had a price in its training."""
    settings = provenance.get("settings")
    return isinstance(settings, dict) and bool(settings.get("rate_weight"))


def fit_codec(
    network: Network,
    images: np.ndarray,
    *,
    quantization_psnr_db: float = DEFAULT_QUANTIZATION_PSNR_DB,
    trained_for_rate: bool = False,
) -> Codec:
    """Fit a codec.

    Args:
        network: the trained network.
        images: uint8 (N, H, W), N ≥ 2: what the network was given in training.
        quantization_psnr_db: sets the default step: PSNR between the decoded images with and without
            quantisation, pooled over images.
        trained_for_rate: the network was trained with noise in place of rounding
            (`aestudy.training.rate_prior`). Its default step makes the same error as rounding its latents
            to whole numbers, which it was trained for.

    Returns:
        The codec.

    Raises:
        StudyError: there are fewer than two images, or they are not uint8 or of the network's size.
    """
    check_8_bit(images, where="codec")
    shape = network.architecture.image_shape
    if len(images) < 2 or images.shape[1:] != shape:
        raise StudyError(
            f"codec: expected at least 2 training images of {shape[0]} x {shape[1]} pixels, found "
            f"{len(images)} of {images.shape[1]} x {images.shape[2]}."
        )
    started = time.perf_counter()
    blocks = [images[start : start + BLOCK_IMAGES] for start in range(0, len(images), BLOCK_IMAGES)]
    latents = np.concatenate([network.encode(to_float(block)) for block in blocks])
    held = np.arange(len(latents)) % HELD_OUT_EVERY == HELD_OUT_EVERY - 1
    if not held.any():
        held[-1] = True
    held_out = latents[held]
    squared_error = (
        max(_rounding_error(network, held_out), _LEAST_SQUARED_ERROR)
        if trained_for_rate
        else 10 ** (-quantization_psnr_db / 10) * shape[0] * shape[1]
    )
    codec = _make_codec(network, latents[~held], held_out, math.sqrt(12 * squared_error / latents.shape[1]))
    codec = seal(codec, default_step_index=_default_step(network, codec, held_out, squared_error))
    logger.info(
        "codec with %d classes fitted to %d images in %.1f s; default step %.3f", len(codec.means),
        len(images), time.perf_counter() - started, step_of(codec.default_step_index),
    )  # fmt: skip
    return codec


def _make_codec(network: Network, fitted: np.ndarray, held_out: np.ndarray, design_step: float) -> Codec:
    """Fit all parts of a codec to latents, for one step, without its default step and digest."""
    center = fitted.mean(0)
    whitening, unwhitening = _whiten(sensitivity(network, fitted))
    held_points = (held_out - center) @ whitening
    classes = grow_classes((fitted - center) @ whitening, held_points, design_step)
    deviations = np.sqrt(np.maximum(classes.variances, LEAST_SCALE**2))
    scale_indices = np.rint(PER_OCTAVE * np.log2(deviations)).astype(np.int16)
    chosen = choose_classes(held_points, bit_weights(classes, classes.naming_bits, design_step))
    coordinates = np.einsum(
        "nd,nde->ne", held_points - classes.means[chosen], classes.rotations[chosen], optimize=True
    )
    # Latents far below a step are coded as zeros whatever their shape is.
    relevant = deviations[chosen] > design_step / 4
    if not relevant.any():
        relevant[:] = True
    tables, quantiser = make_tables(fit_shape((coordinates / deviations[chosen])[relevant]), classes.counts)
    return Codec(
        center=center.astype(np.float32),
        whitening=whitening,
        unwhitening=unwhitening,
        means=classes.means.astype(np.float32),
        rotations=np.ascontiguousarray(classes.rotations, np.float32),
        scale_indices=scale_indices,
        tables=tables,
        quantiser=quantiser,
        default_step_index=int(scale_indices.max()),
        model_sha256=digest_network(network),
    )


def sensitivity(network: Network, latents: np.ndarray) -> np.ndarray:
    """Measure how the decoded image moves with the latents.

    The mean over some images of `J^T J`, with J the decoder's derivative by central differences, so that
    `d^T G d` is about the squared error that a small change d of the latents makes.

    Args:
        network: the network.
        latents: float32 (N, D).

    Returns:
        float64 (D, D), symmetric.
    """
    some = latents[:: -(-len(latents) // SENSITIVITY_IMAGES)]
    spread = latents.std(0)
    moves = np.where(spread > 0, spread / 10, 1e-2).astype(np.float32)
    derivatives = []
    for place, move in enumerate(moves):
        change = np.zeros(len(moves), np.float32)
        change[place] = move
        difference = network.decode(some + change) - network.decode(some - change)
        derivatives.append((difference / (2 * move)).ravel())
    stacked = np.stack(derivatives)
    return (stacked @ stacked.T).astype(np.float64) / len(some)


def _whiten(metric: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The symmetric square root of a metric, and its inverse; directions that do nothing get a little."""
    strengths, directions = np.linalg.eigh(metric)
    least = _LEAST_SENSITIVITY * max(float(strengths[-1]), 1e-12)
    roots = np.sqrt(np.maximum(strengths, least))
    return (
        ((directions * roots) @ directions.T).astype(np.float32),
        ((directions / roots) @ directions.T).astype(np.float32),
    )


def _rounding_error(network: Network, latents: np.ndarray) -> float:
    """Squared error per image that rounding the latents to whole numbers makes."""
    change = network.decode(np.round(latents)) - network.decode(latents)
    return float((change**2).sum((1, 2)).mean())


def _default_step(network: Network, codec: Codec, latents: np.ndarray, squared_error: float) -> int:
    """Find the coarsest step whose squared error per image is at most the one given, or else the finest."""
    target = network.decode(latents)

    def is_fine_enough(step_index: int) -> bool:
        decoded = network.decode(codec.dequantise(codec.quantise(latents, step_index), step_index))
        return float(((decoded - target) ** 2).sum((1, 2)).mean()) <= squared_error

    finest, coarsest = codec.step_range
    start = min(max(index_of(math.sqrt(12 * squared_error / latents.shape[1])), finest), coarsest)
    likely = max(finest, start - PER_OCTAVE), min(coarsest, start + 3 * PER_OCTAVE - 1)
    step_index = last_index(finest, coarsest, is_fine_enough, likely=likely)
    return finest if step_index is None else step_index
