"""Shifting training images by a pixel."""

import numpy as np
import pytest

from aestudy.augmentation import DIRECTIONS, shift_some


@pytest.fixture
def images():
    return np.random.default_rng(3).integers(0, 256, (2000, 5, 7), dtype=np.uint8)


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


def test_each_image_stays_or_moves_by_one_pixel_as_often_as_asked(images):
    (result,) = shift_some([images], np.random.default_rng(0), 0.4)
    counts = dict.fromkeys(((0, 0), *DIRECTIONS), 0)
    for before, after in zip(images, result, strict=True):
        (found,) = [step for step in counts if np.array_equal(shifted_by(before, *step), after)]
        counts[found] += 1
    assert counts[0, 0] == pytest.approx(1200, abs=5 * np.sqrt(2000 * 0.24))
    for step in DIRECTIONS:
        assert counts[step] == pytest.approx(100, abs=5 * np.sqrt(100))


def test_images_that_belong_together_move_alike(images):
    one, two, three = shift_some([images, 255 - images, images], np.random.default_rng(0), 0.7)
    np.testing.assert_array_equal(one, 255 - two)
    assert one is three


def test_nothing_is_written_into_the_originals(images):
    before = images.copy()
    (result,) = shift_some([images], np.random.default_rng(0), 1.0)
    np.testing.assert_array_equal(images, before)
    assert result.dtype == images.dtype
    assert not np.array_equal(result, images)


@pytest.mark.parametrize("shape", [(3, 1, 1), (0, 4, 4), (1, 4, 9)])
def test_small_images_and_few(shape):
    images = np.ones(shape, np.uint8)
    (result,) = shift_some([images], np.random.default_rng(0), 1.0)
    np.testing.assert_array_equal(result, images)
