"""Rate-distortion points of every method on the same test images, from real files and what they decode to.

Two packings, never mixed: `per_image`, one file per image, each with its own container and header; and
`together`, one file for all test images: one stream for a model or PCA, one mosaic for a classical codec.
Quality is the mean over images of PSNR (dB) and SSIM of the decoded 8-bit images against the originals. An
image that comes back exactly counts as if one pixel were off by one gray level, or one such image would make
the mean infinite; where all images come back exactly, it is.
"""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from aestudy.codec.compression import Compressor
from aestudy.codec.quantization import QuantisedLatents
from aestudy.codec.steps import PER_OCTAVE, step_of
from aestudy.files.csv_tables import read_table, write_table
from aestudy.files.study_tables import RatePoint
from aestudy.images import to_float
from aestudy.metrics.pixelwise import psnr_db
from aestudy.metrics.structural_similarity import ssim
from aestudy.rates import classical_codecs

logger = logging.getLogger(__name__)

PACKINGS = ("together", "per_image")
STEPS_BELOW, STEPS_ABOVE, STEPS_BETWEEN = -PER_OCTAVE, 2 * PER_OCTAVE, PER_OCTAVE // 2
"""A model is measured from half its default step to four times, every half octave."""


def _point(
    method: str, packing: str, setting: float, size: int, images: np.ndarray, decoded: np.ndarray
) -> RatePoint:
    reference, output = to_float(images), to_float(decoded)
    bits = 8 * size / len(images)
    decibels = psnr_db(reference, output)
    if np.isfinite(decibels).any():
        # The finest difference that 8 bits can show: one pixel, off by one gray level.
        decibels = np.minimum(decibels, 10 * np.log10(255**2 * images[0].size))
    similarity = float(ssim(reference, output).mean())
    point = RatePoint(
        method, packing, setting, bits, bits / images[0].size, float(decibels.mean()), similarity, len(images)
    )
    logger.info("%s, %s, %g: %.1f bits per image, %.2f dB", method, packing, setting, bits, point.psnr_db)
    return point


def model_name(objective: str, trained_on: str, seed: int | str) -> str:
    """Name a model among the methods; the objective may be that of a family (`settings.rate_families`)."""
    return f"autoencoder {objective} {trained_on} {seed}"


def classical_points(method: str, images: np.ndarray) -> Iterator[RatePoint]:
    """Measure a classical codec (`classical_codecs.CODECS`) on images, uint8 (N, H, W), in both packings."""
    mosaic = classical_codecs.make_mosaic(images)
    for setting in classical_codecs.CODECS[method].settings:
        file = classical_codecs.encode(method, mosaic, setting, mosaic=True)
        decoded = classical_codecs.decode(method, file)
        tiles = classical_codecs.cut_mosaic(decoded, images.shape[1:], len(images))
        yield _point(method, "together", setting, len(file), images, tiles)
    for setting in classical_codecs.CODECS[method].settings:
        files = [classical_codecs.encode(method, image, setting) for image in images]
        decoded = np.stack([classical_codecs.decode(method, file) for file in files])
        yield _point(method, "per_image", setting, sum(map(len, files)), images, decoded)


def model_points(method: str, compressor: Compressor, images: np.ndarray) -> Iterator[RatePoint]:
    """Measure a network with its codec on images, uint8 (N, H, W), in both packings."""
    codec, shape = compressor.codec, images.shape[1:]
    latents = compressor.latents(images)
    finest, coarsest = codec.step_range
    first = max(finest, codec.default_step_index + STEPS_BELOW)
    last = min(coarsest, codec.default_step_index + STEPS_ABOVE)
    for step_index in range(first, last + 1, STEPS_BETWEEN):
        quantised = codec.quantise(latents, step_index)
        file = compressor.pack(quantised, shape, len(images), step_index)
        decoded = compressor.decode(file)
        yield _point(method, "together", step_of(step_index), len(file), images, decoded)
        # What an image decodes to does not depend on the images beside it in the file.
        size = sum(
            len(compressor.pack(QuantisedLatents(classes, values), shape, 1, step_index))
            for classes, values in zip(quantised.classes[:, None], quantised.values[:, None], strict=True)
        )
        yield _point(method, "per_image", step_of(step_index), size, images, decoded)


def write_points(path: str | Path, points: Iterable[RatePoint]) -> None:
    """Write points as CSV."""
    write_table(path, RatePoint, points)


def read_methods(paths: Iterable[str | Path]) -> list[RatePoint]:
    """Read the points of several files, those of each method from the first file that has it.

    Small images have fewer principal components than asked for, so that two files may hold the same number.

    Raises:
        StudyError: as `read_points`.
    """
    points: list[RatePoint] = []
    for path in paths:
        known = {point.method for point in points}
        points += [point for point in read_points(path) if point.method not in known]
    return points


def read_points(path: str | Path) -> list[RatePoint]:
    """Read what `write_points` wrote.

    Raises:
        StudyError: the file is missing or holds something else.
    """
    return read_table(path, RatePoint)
