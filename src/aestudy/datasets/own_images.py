"""What the user's own images have in common, whether they come as an array or as files."""

import logging
from typing import Any

import numpy as np

from aestudy.datasets.dataset import CONTENT, UNKNOWN_LABEL, Dataset
from aestudy.datasets.splits import stratified_split
from aestudy.datasets.watching import drawn_test_images
from aestudy.errors import StudyError
from aestudy.images import check_images, to_uint8

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
    return images


def check_not_black(images: np.ndarray, *, where: str) -> None:
    """Refuse images, uint8 (N, H, W), in which nothing can be seen.

    Raises:
        StudyError: no value is above 1.
    """
    if (brightest := int(images.max())) <= 1:
        raise StudyError(
            f"{where}: expected 8-bit images from 0 (black) to 255 (white), found no value above "
            f"{brightest}. If 1 means white, multiply the values by 255, or store them as floats."
        )


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
        StudyError: there are fewer than two images, or no label has two.
    """
    if len(images) < 2:
        raise StudyError(f"{where}: expected at least two images, one to train and one to test; found one.")
    train, test = stratified_split(labels, drawn_test_images(len(images), test_fraction), rng)
    if not len(test):
        raise StudyError(
            f"{where}: expected labels with several images each, found one image of each. Leave the labels "
            "out, or name test images of your own with test_path."
        )
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
        StudyError: the images cannot be divided, are black, or are not what they can be tested with.
    """
    check_not_black(first[0], where=where)
    if second is not None:
        _check_second(first, second, provenance, where=where)
        logger.info("%s: the test images are your own; test_fraction is not used", where)
        return Dataset(*first, *second, {**provenance, "division": "the user's own"})
    stratified = ", stratified by label" if (first[1] >= 0).any() else ""
    division = f"{test_fraction:g} of the images drawn for testing with the study's seed{stratified}"
    parts = divide(*first, test_fraction, rng=rng, where=where)
    return Dataset(*parts, {**provenance, "division": division})


def _check_second(
    first: tuple[np.ndarray, np.ndarray],
    second: tuple[np.ndarray, np.ndarray],
    provenance: dict[str, Any],
    *,
    where: str,
) -> None:
    check_not_black(second[0], where=f"{where}, test images")
    content = provenance[CONTENT]
    if content["path"] == content["test_path"]:
        raise StudyError(
            f"{where}: expected other images in test_path, found the same. Without test_path, test_fraction "
            "of the images are kept for testing."
        )
    known, labels = ({*map(int, np.unique(part[1]))} - {UNKNOWN_LABEL} for part in (first, second))
    if known and (foreign := sorted(labels - known)):
        raise StudyError(
            f"{where}: expected training images of every label of the test images, found none of "
            f"{', '.join(map(str, foreign[:10]))}. Add some, or leave the test images of these labels out."
        )


def _blocks(images: np.ndarray) -> list[np.ndarray]:
    return [images[start : start + 1000] for start in range(0, len(images), 1000)]
