"""Each noise against the distribution that its docstring promises.

Streams are seeded, so a test passes always or never; tolerances are at least five standard errors.
"""

import numpy as np
import pytest
import scipy.stats

from aestudy.distortions import noise
from aestudy.seeds import stream

GRAY_LEVELS = [0.0, 0.1, 0.5, 1.0]


def flat_images(level, count=40):
    return np.full((count, 28, 28), level, np.float32)


@pytest.fixture
def rng():
    return stream(7, "test_noise")


def assert_white(values):
    """Neighbors, below and beside and in the next image, have nothing to do with each other."""
    values = values - values.mean()
    limit = 5 * values.var() / np.sqrt(values.size)
    for one, other in (
        (values[1:], values[:-1]),
        (values[:, 1:], values[:, :-1]),
        (values[:, :, 1:], values[:, :, :-1]),
    ):
        assert abs(np.mean(one * other)) < limit


def test_clean_is_a_copy(rng):
    images = rng.random((3, 5, 6), dtype=np.float32)
    result = noise.clean(images, rng)
    np.testing.assert_array_equal(result, images)
    assert not np.shares_memory(result, images)


@pytest.mark.parametrize("photons", [0.5, 3.92, 60.0, 1e6])
@pytest.mark.parametrize("level", GRAY_LEVELS)
def test_poisson_counts_have_mean_and_variance_of_the_expected_number(rng, photons, level):
    counts = noise.poisson(flat_images(level), rng, photons=photons).astype(np.float64) * photons
    expected = photons * np.float64(np.float32(level))
    np.testing.assert_allclose(counts, np.rint(counts), rtol=1e-6)  # whole photons
    standard_error = np.sqrt(expected / counts.size)
    assert abs(counts.mean() - expected) <= 5 * standard_error + 1e-6 * expected
    # The variance of a sample variance of Poisson counts is about (λ + 2λ²) / n.
    assert abs(counts.var() - expected) <= 5 * np.sqrt((expected + 2 * expected**2) / counts.size)


def test_poisson_counts_have_the_probabilities_of_the_poisson_distribution(rng):
    photons = 3.92
    counts = np.rint(noise.poisson(flat_images(1.0), rng, photons=photons) * photons).astype(int)
    found = np.bincount(np.minimum(counts.reshape(-1), 12), minlength=13)
    probabilities = scipy.stats.poisson.pmf(np.arange(13), photons)
    probabilities[12] = scipy.stats.poisson.sf(11, photons)
    assert scipy.stats.chisquare(found, probabilities * counts.size).pvalue > 1e-4


def test_poisson_draws_no_noise_for_black_but_keeps_it_in_place(rng):
    images = rng.random((4, 6, 5), dtype=np.float32)
    images[rng.random(images.shape) < 0.5] = 0
    noisy = noise.poisson(images, stream(1, "a"), photons=50.0)
    assert (noisy[images == 0] == 0).all()
    # The stream is the same as when every pixel asked for a count.
    expected = stream(1, "a").poisson(images * np.float64(50.0)) / 50.0
    np.testing.assert_array_equal(noisy, expected.astype(np.float32))


@pytest.mark.parametrize("sigma", [0.08, 0.5])
@pytest.mark.parametrize("level", GRAY_LEVELS)
def test_white_is_normal_with_that_deviation(rng, level, sigma):
    added = noise.white(flat_images(level), rng, sigma=sigma) - np.float32(level)
    assert abs(added.mean(dtype=np.float64)) < 5 * sigma / np.sqrt(added.size)
    assert added.std(dtype=np.float64) == pytest.approx(sigma, rel=5 / np.sqrt(2 * added.size))
    assert scipy.stats.kstest(added.reshape(-1) / sigma, "norm").pvalue > 1e-4
    assert_white(added)


@pytest.mark.parametrize("sigma", [0.15, 1.0])
@pytest.mark.parametrize("level", [0.1, 0.5, 1.0])
def test_speckle_deviation_is_proportional_to_the_value(rng, level, sigma):
    factor = noise.speckle(flat_images(level), rng, sigma=sigma) / np.float32(level)
    assert factor.mean(dtype=np.float64) == pytest.approx(1, abs=5 * sigma / np.sqrt(factor.size))
    assert factor.std(dtype=np.float64) == pytest.approx(sigma, rel=5 / np.sqrt(2 * factor.size))
    assert scipy.stats.kstest((factor.reshape(-1) - 1) / sigma, "norm").pvalue > 1e-4
    assert_white(factor)


def test_speckle_leaves_black_black(rng):
    assert not noise.speckle(flat_images(0.0), rng, sigma=1.0).any()


@pytest.mark.parametrize(("amount", "salt_share"), [(0.2, 0.5), (0.05, 0.9), (0.5, 0.0), (0.3, 1.0)])
def test_salt_pepper_replaces_that_share_of_pixels(rng, amount, salt_share):
    images = flat_images(0.5)
    noisy = noise.salt_pepper(images, rng, amount=amount, salt_share=salt_share)
    assert set(np.unique(noisy)) <= {0, np.float32(0.5), 1}
    for value, expected in ((1, amount * salt_share), (0, amount * (1 - salt_share)), (0.5, 1 - amount)):
        tolerance = 5 * np.sqrt(expected * (1 - expected) / images.size)
        assert abs(np.mean(noisy == value) - expected) <= tolerance + 1e-7
    assert_white((noisy != 0.5).astype(np.float64))


@pytest.mark.parametrize(("salt_share", "value"), [(0.0, 0), (1.0, 1)])
def test_salt_pepper_of_everything(rng, salt_share, value):
    assert (noise.salt_pepper(flat_images(0.5), rng, amount=1.0, salt_share=salt_share) == value).all()


def test_salt_pepper_of_nothing_keeps_the_values(rng):
    images = rng.random((3, 9, 4), dtype=np.float32)
    np.testing.assert_array_equal(noise.salt_pepper(images, rng, amount=0.0, salt_share=0.5), images)


@pytest.mark.parametrize("function", [noise.white, noise.speckle])
def test_no_deviation_keeps_the_values(rng, function):
    images = rng.random((3, 9, 4), dtype=np.float32)
    np.testing.assert_array_equal(function(images, rng, sigma=0.0), images)
