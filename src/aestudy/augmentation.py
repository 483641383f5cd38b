"""Shift some training images by a pixel in every epoch, so that a network sees more than there are."""

from collections.abc import Sequence

import numpy as np

DIRECTIONS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
"""Rows down and columns to the right."""


def shift_some(images: Sequence[np.ndarray], rng: np.random.Generator, fraction: float) -> list[np.ndarray]:
    """Shift a random share of the images by one pixel, each in one of eight directions.

    The pixels at an edge are repeated where the shift leaves a gap.

    Args:
        images: arrays (N, H, W) of any type whose images belong together, as inputs and targets do; they are
            shifted alike. An array that is given twice comes back as one array twice.
        rng: says which images, and where to.
        fraction: probability of each image to be shifted, 0 to 1.

    Returns:
        New arrays of the same shapes and types.
    """
    count = len(images[0])
    directions = np.where(rng.random(count) < fraction, rng.integers(len(DIRECTIONS), size=count), -1)
    members = [np.flatnonzero(directions == number) for number in range(len(DIRECTIONS))]
    shifted: dict[int, np.ndarray] = {}
    for array in images:
        if id(array) in shifted:
            continue
        result = shifted[id(array)] = array.copy()
        height, width = array.shape[1:]
        for (down, right), rows in zip(DIRECTIONS, members, strict=True):
            framed = np.pad(array[rows], ((0, 0), (1, 1), (1, 1)), "edge")
            result[rows] = framed[:, 1 - down : 1 - down + height, 1 - right : 1 - right + width]
    return [shifted[id(array)] for array in images]
