"""Shifting training images by a pixel."""

import numpy as np
import pytest

from aestudy.training.augmentation import DIRECTIONS, draw_directions, shift_batch


def shifted_by(image, down, right):
    """Shift by copying pixel by pixel."""
    height, width = image.shape
    return np.array(
        [
            [
                image[min(max(y - down, 0), height - 1), min(max(x - right, 0), width - 1)]
                for x in range(width)
            ]
            for y in range(height)
        ]
    )


def test_each_image_stays_or_moves_as_often_as_asked():
    counts = np.bincount(draw_directions(np.random.default_rng(0), 2000, 0.4), minlength=len(DIRECTIONS))
    assert counts[0] == pytest.approx(1200, abs=5 * np.sqrt(2000 * 0.24))
    assert counts[1:] == pytest.approx([100] * 8, abs=5 * np.sqrt(100))


def test_there_is_each_direction_once():
    assert DIRECTIONS[0] == (0, 0)
    assert sorted(DIRECTIONS) == [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]


@pytest.mark.parametrize("shape", [(5, 7), (7, 5), (1, 1), (1, 4), (9, 2)])
def test_an_image_moves_by_one_pixel_in_its_direction(shape):
    images = np.random.default_rng(3).integers(0, 256, (len(DIRECTIONS), *shape), dtype=np.uint8)
    directions = np.random.default_rng(4).permutation(len(DIRECTIONS)).astype(np.int8)
    result = shift_batch(images.reshape(len(images), -1), directions, shape)
    assert result.dtype == images.dtype
    for image, direction, moved in zip(images, directions, result, strict=True):
        np.testing.assert_array_equal(moved.reshape(shape), shifted_by(image, *DIRECTIONS[direction]))
