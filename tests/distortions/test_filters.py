"""The filters do what their docstrings say: the right windows, weights and border."""

import numpy as np
import pytest

from aestudy.distortions import filters
from aestudy.errors import StudyError
from aestudy.seeds import stream


def unused_rng():
    return stream(0, "unused")


def float_images(shape):
    return stream(3, "test_filters").random(shape, dtype=np.float32)


def windows_of(images, size):
    """List the windows (N, H, W, k, k) of all pixels; each image is mirrored at its border."""
    border = size // 2
    mirrored = np.pad(images, ((0, 0), (border, border), (border, border)), mode="symmetric")
    return np.lib.stride_tricks.sliding_window_view(mirrored, (size, size), axis=(1, 2))


@pytest.mark.parametrize("size", [1, 3, 5, 7])
@pytest.mark.parametrize("shape", [(3, 28, 28), (1, 4, 4), (5, 4, 9), (2, 13, 6)])
def test_each_pixel_becomes_the_mean_or_the_median_of_its_window(shape, size):
    images = float_images(shape)
    windows = windows_of(images, size)
    np.testing.assert_array_equal(
        filters.median(images, unused_rng(), size=size), np.median(windows, axis=(3, 4))
    )
    np.testing.assert_allclose(
        filters.mean(images, unused_rng(), size=size), windows.mean((3, 4), np.float64), atol=1e-6
    )


@pytest.mark.parametrize(("size", "sigma"), [(1, 1.0), (3, 0.8), (5, 1.1), (7, 0.05), (7, 32.0)])
def test_gaussian_weights_are_truncated_and_sum_to_one(size, sigma):
    images = float_images((2, 9, 7))
    distance = np.arange(-(size // 2), size // 2 + 1)
    weights = np.exp(-(distance[:, None] ** 2 + distance**2) / (2 * sigma**2))
    expected = np.tensordot(windows_of(images.astype(np.float64), size), weights / weights.sum(), 2)
    np.testing.assert_allclose(
        filters.gaussian(images, unused_rng(), size=size, sigma=sigma), expected, atol=1e-6
    )


@pytest.mark.parametrize("size", [0, 2, 9, -3])
@pytest.mark.parametrize(("name", "more"), [("mean", {}), ("median", {}), ("gaussian", {"sigma": 1.0})])
def test_a_size_that_does_not_fit_is_refused(name, more, size):
    with pytest.raises(
        StudyError, match=rf"^{name}: expected an odd size of 1 to 7 .* 4 x 6, found {size}\."
    ):
        getattr(filters, name)(float_images((1, 4, 6)), unused_rng(), size=size, **more)
