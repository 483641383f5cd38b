import numpy as np
import pytest

from aestudy.errors import StudyError
from aestudy.images import check_images, check_same_shape, to_float, to_uint8


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((3, 8, 8, 3), np.uint8), "grayscale.*Convert colour images to gray"),
        (np.zeros((8, 8), np.uint8), r"shape \(8, 8\)"),
        (np.zeros((0, 8, 8), np.uint8), "at least one image, found none"),
        (np.zeros((2, 3, 8), np.uint8), "at least 4 pixels, found images of 3 x 8"),
        (np.zeros((2, 8, 8), np.int32), "found dtype int32"),
        (np.full((2, 8, 8), np.nan), "found NaN"),
        (np.full((2, 8, 8), 255.0), "values from 255 to 255"),
        (np.full((2, 8, 8), -0.1, np.float32), "values from -0.1"),
    ],
)
def test_what_is_no_set_of_images_is_refused(images, message):
    with pytest.raises(StudyError, match=f"mine.npz: .*{message}"):
        check_images(images, where="mine.npz")


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 4, 4), (2, 5, 9)])
def test_images_are_accepted(dtype, shape):
    check_images(np.ones(shape, dtype), where="mine.npz")


def test_bytes_survive_the_way_to_floats_and_back():
    levels = np.arange(256, dtype=np.uint8)
    floats = to_float(levels)
    assert floats.dtype == np.float32
    assert (floats[0], floats[-1]) == (0, 1)
    np.testing.assert_array_equal(to_uint8(floats), levels)


def test_floats_are_clipped_and_rounded_half_to_even():
    values = np.array([-0.3, 0.5 / 255, 1.5 / 255, 1.4 / 255, 7.0])
    np.testing.assert_array_equal(to_uint8(values), [0, 0, 2, 1, 255])


def test_shapes_are_compared():
    check_same_shape(np.zeros((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"expected images of shape \(2, 3\), found \(3, 2\)"):
        check_same_shape(np.zeros((2, 3)), np.ones((3, 2)))
