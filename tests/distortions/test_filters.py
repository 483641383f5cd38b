"""Each filter against scipy.ndimage, and the selection network behind the median."""

import itertools

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from aestudy.distortions import filters
from aestudy.distortions.selection import merge_exchange
from aestudy.errors import StudyError
from aestudy.seeds import stream

SHAPES = [(3, 28, 28), (1, 4, 4), (5, 4, 9), (2, 13, 6)]
SIZES = [1, 3, 5, 7]


def unused_rng():
    return stream(0, "unused")


def float_images(shape):
    return stream(3, "test_filters").random(shape, dtype=np.float32)


def eight_bit_images(shape):
    return stream(3, "test_filters").integers(0, 256, shape).astype(np.float32) / np.float32(255)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("make", [float_images, eight_bit_images])
def test_median_is_that_of_scipy(make, shape, size):
    images = make(shape)
    expected = scipy.ndimage.median_filter(images, (1, size, size), mode="reflect")
    np.testing.assert_array_equal(filters.median(images, unused_rng(), size=size), expected)


@pytest.mark.parametrize("size", [9, 11, 15])
def test_median_of_large_windows_is_that_of_scipy(size):
    images = eight_bit_images((1, 17, 19))
    expected = scipy.ndimage.median_filter(images, (1, size, size), mode="reflect")
    np.testing.assert_array_equal(filters.median(images, unused_rng(), size=size), expected)


@given(
    images=numpy_strategies.arrays(
        np.float32,
        st.tuples(st.integers(1, 3), st.integers(4, 8), st.integers(4, 8)),
        # Few different values, so that many are equal; the second set is not made of 8-bit levels.
        elements=st.sampled_from([0.0, 1.0, 128 / 255, 0.25, 0.7]).map(
            lambda value: float(np.float32(value))
        ),
    ),
    size=st.sampled_from([3, 5, 7]),
)
@settings(deadline=None, max_examples=60)
def test_median_with_ties_is_that_of_scipy(images, size):
    expected = scipy.ndimage.median_filter(images, (1, size, size), mode="reflect")
    np.testing.assert_array_equal(filters.median(images, unused_rng(), size=size), expected)


@pytest.mark.parametrize("count", range(1, 11))
def test_merge_exchange_sorts(count):
    # A network that sorts all sequences of zeros and ones sorts everything (Knuth, 5.3.4, theorem Z).
    for values in itertools.product([0, 1], repeat=count):
        values = list(values)
        for first, second in merge_exchange(count):
            if values[first] > values[second]:
                values[first], values[second] = values[second], values[first]
        assert values == sorted(values)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_mean_is_that_of_scipy(shape, size):
    images = float_images(shape)
    expected = scipy.ndimage.uniform_filter(images.astype(np.float64), (0, size, size), mode="reflect")
    np.testing.assert_allclose(filters.mean(images, unused_rng(), size=size), expected, atol=1e-6)


@pytest.mark.parametrize(("size", "sigma"), [(1, 1.0), (3, 0.8), (5, 1.1), (7, 0.05), (7, 32.0)])
@pytest.mark.parametrize("shape", SHAPES)
def test_gaussian_is_that_of_scipy(shape, size, sigma):
    images = float_images(shape)
    expected = scipy.ndimage.gaussian_filter(
        images.astype(np.float64), sigma, mode="reflect", radius=size // 2, axes=(1, 2)
    )
    np.testing.assert_allclose(
        filters.gaussian(images, unused_rng(), size=size, sigma=sigma), expected, atol=1e-6
    )


def test_gaussian_weights_are_truncated_and_sum_to_one():
    image = np.zeros((1, 9, 9), np.float32)
    image[0, 4, 4] = 1
    weights = filters.gaussian(image, unused_rng(), size=5, sigma=1.1)[0]
    distance = np.arange(-2, 3)
    expected = np.exp(-(distance[:, None] ** 2 + distance**2) / (2 * 1.1**2))
    np.testing.assert_allclose(weights[2:7, 2:7], expected / expected.sum(), atol=1e-7)
    assert weights.sum(dtype=np.float64) == pytest.approx(1, abs=1e-6)
    assert np.count_nonzero(weights) == 25


@pytest.mark.parametrize("function", [filters.mean, filters.median])
def test_border_repeats_the_outermost_pixel(function):
    # d c b a | a b c d: the corner's window holds the corner four times, its neighbors twice.
    image = np.zeros((1, 4, 4), np.float32)
    image[0, 0, 0] = 0.9
    image[0, 0, 1] = 0.3
    corner = function(image, unused_rng(), size=3)[0, 0, 0]
    window = [0.9] * 4 + [0.3] * 2 + [0.0] * 3
    assert corner == pytest.approx(np.mean(window) if function is filters.mean else np.median(window))


@pytest.mark.parametrize("size", [0, 2, 9, -3])
@pytest.mark.parametrize(("name", "more"), [("mean", {}), ("median", {}), ("gaussian", {"sigma": 1.0})])
def test_a_size_that_does_not_fit_is_refused(name, more, size):
    with pytest.raises(
        StudyError, match=rf"^{name}: expected an odd size of 1 to 7 .* 4 x 6, found {size}\."
    ):
        getattr(filters, name)(float_images((1, 4, 6)), unused_rng(), size=size, **more)
