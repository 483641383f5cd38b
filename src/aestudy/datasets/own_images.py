"""What the user's own images have in common, whether they come as an array or as files."""

import logging
import math
from typing import Any

import numpy as np

from aestudy.checks import check_images, to_uint8
from aestudy.datasets.dataset import Dataset
from aestudy.datasets.splits import stratified_split
from aestudy.errors import StudyError

logger = logging.getLogger(__name__)


def to_8_bits(images: np.ndarray, *, where: str) -> np.ndarray:
    """Check images and bring them to 8 bits.

    Args:
        images: should be uint8 or floats in [0, 1], (N, H, W) or (N, H, W, 1).
        where: what they are, for messages.

    Returns:
        uint8 (N, H, W).

    Raises:
        StudyError: shape, dtype or values are not as they should be.
    """
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    check_images(images, where=where)
    if images.dtype != np.uint8:
        rounded = to_uint8(images)
        error = max(
            float(np.abs(block - rounded_block / 255.0).max())
            for block, rounded_block in zip(_blocks(images), _blocks(rounded), strict=True)
        )
        logger.info(
            "%s: %s values in [0, 1] were rounded to 8 bits; the largest change is %.5f",
            where, images.dtype, error,
        )  # fmt: skip
        return rounded
    if images.max() <= 1:
        logger.warning(
            "%s: no value is above 1 of 255, so all images are black or nearly so. If the values are meant "
            "to be in [0, 1], store them as floats.",
            where,
        )
    return images


def divide(
    images: np.ndarray, labels: np.ndarray, test_fraction: float, *, rng: np.random.Generator, where: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draw test images, stratified by label, and mix both parts.

    Args:
        images: uint8 (N, H, W), N ≥ 2.
        labels: int64 (N,); all -1 where there are none.
        test_fraction: share of the images that is drawn, in (0, 1); at least one and not all are.
        rng: the stream to draw from.
        where: what the images are, for the message.

    Returns:
        Training images and labels, test images and labels.

    Raises:
        StudyError: there are fewer than two images.
    """
    if len(images) < 2:
        raise StudyError(f"{where}: expected at least two images, one to train and one to test; found one.")
    # Half up, since Python's rounding to even surprises in a config.
    test_images = min(max(math.floor(test_fraction * len(images) + 0.5), 1), len(images) - 1)
    train, test = stratified_split(labels, test_images, rng)
    return images[train], labels[train], images[test], labels[test]


def build(
    first: tuple[np.ndarray, np.ndarray],
    second: tuple[np.ndarray, np.ndarray] | None,
    test_fraction: float,
    provenance: dict[str, Any],
    *,
    rng: np.random.Generator,
    where: str,
) -> Dataset:
    """Make a data set of the user's images and, if there are any, their own test images.

    Args:
        first: images and labels of the main source.
        second: images and labels of the test source, in the order given; without it, images are drawn.
        test_fraction: share to draw.
        provenance: where the images come from.
        rng: the stream to draw from.
        where: what the images are, for messages.

    Raises:
        StudyError: the images cannot be divided.
    """
    if second is not None:
        logger.info("%s: the test images are your own; test_fraction is not used", where)
        return Dataset(*first, *second, {**provenance, "division": "the user's own"})
    stratified = ", stratified by label" if (first[1] >= 0).any() else ""
    division = f"{test_fraction:g} of the images drawn for testing with the study's seed{stratified}"
    parts = divide(*first, test_fraction, rng=rng, where=where)
    return Dataset(*parts, {**provenance, "division": division})


def _blocks(images: np.ndarray) -> list[np.ndarray]:
    return [images[start : start + 1000] for start in range(0, len(images), 1000)]
