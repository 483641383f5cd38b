"""Mean responses against closed forms, and which conditions draw anything."""

import numpy as np
import pytest
from scipy.stats import norm, poisson

from aestudy.distortions.registry import KINDS
from aestudy.explanations.responses import CURVE_SIDE, POINTWISE, fresh_draws, mean_response
from aestudy.explanations.table import is_random
from support.explained import spec

LEVELS = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
GRAY = np.arange(256) / 255


def white_curve(sigma):
    """E clip(x + σ n, 0, 1) with n standard normal."""
    low, high = -GRAY / sigma, (1 - GRAY) / sigma
    inside = GRAY * (norm.cdf(high) - norm.cdf(low)) + sigma * (norm.pdf(low) - norm.pdf(high))
    return inside + 1 - norm.cdf(high)


def poisson_curve(photons):
    counts = np.arange(60)
    values = np.rint(255 * np.minimum(counts / photons, 1)) / 255
    return poisson.pmf(counts, photons * GRAY[:, None]) @ values


CURVES = {
    "clean": (spec("clean"), GRAY),
    "white": (spec("white", sigma=0.5), white_curve(0.5)),
    "poisson": (spec("poisson", photons=3.92), poisson_curve(3.92)),
    "salt_pepper": (spec("salt_pepper", amount=0.2, salt_share=0.5), 0.8 * GRAY + 0.1),
}


@pytest.mark.parametrize("name", CURVES)
def test_the_tone_curve_of_a_noise_is_its_expectation(name):
    condition, expected = CURVES[name]
    found = mean_response(LEVELS, condition, study_seed=1, dataset="mine").ravel()
    assert found.dtype == np.float32
    error = found - expected
    assert np.abs(error).max() < 5 * 0.5 / CURVE_SIDE  # 5 standard errors of the widest noise
    assert abs(error.mean()) < 5 * 0.5 / CURVE_SIDE / 16


def test_clipping_makes_white_noise_lose_contrast():
    found = mean_response(LEVELS, spec("white", sigma=0.5), study_seed=1, dataset="mine").ravel()
    black, white = found[0], found[-1]
    assert (white - black, black) == pytest.approx((0.61, 0.19), abs=0.015)


def test_what_is_not_pointwise_is_averaged_over_draws_of_the_images():
    mixture = {"name": "either", "kind": "mixture", "of": [spec("clean"), spec("mean5", "mean", size=5)]}
    images = np.random.default_rng(0).integers(0, 256, (6, 8, 8), dtype=np.uint8)
    halves = [
        mean_response(images, part, study_seed=1, dataset="mine").mean() for part in mixture["of"]
    ]  # fmt: skip
    found = mean_response(images, mixture, study_seed=1, dataset="mine")
    assert min(halves) - 0.01 < found.mean() < max(halves) + 0.01
    assert ((found >= 0) & (found <= 1)).all()


def test_a_filter_draws_nothing_and_is_its_own_mean():
    images = np.random.default_rng(0).integers(0, 256, (2, 9, 9), dtype=np.uint8)
    blur = spec("mean3", "mean", size=3)
    (drawn,) = fresh_draws(images, blur, 1, study_seed=1, dataset="mine", purpose="test")
    found = mean_response(images, blur, study_seed=1, dataset="mine")
    np.testing.assert_array_equal(np.rint(255 * found), drawn)


def test_fresh_draws_differ_from_each_other_and_are_the_same_again():
    images = np.full((2, 8, 8), 99, np.uint8)
    noise = spec("white", sigma=0.2)
    draws = [list(fresh_draws(images, noise, 2, study_seed=1, dataset="mine", purpose="x")) for _ in "ab"]
    assert (draws[0][0] != draws[0][1]).any()
    np.testing.assert_array_equal(draws[0], draws[1])


def test_which_conditions_may_draw():
    blur, noise = spec("mean3", "mean", size=3), spec("white", sigma=0.2)
    assert not is_random(spec("clean"))
    assert not is_random(blur)
    assert is_random(noise)
    assert is_random({"name": "m", "kind": "mixture", "of": [spec("clean"), blur]})
    assert is_random({"name": "c", "kind": "chain", "of": [blur, noise]})
    assert not is_random({"name": "c", "kind": "chain", "of": [blur, spec("clean")]})


@pytest.mark.parametrize("kind", sorted(POINTWISE))
def test_pointwise_kinds_look_at_no_neighbor(kind):
    """The same stream gives a pixel the same value, whatever stands beside it."""
    values = {"sigma": 0.3, "photons": 4.0, "amount": 0.3, "salt_share": 0.5}
    parameters = {parameter.name: values[parameter.name] for parameter in KINDS[kind].parameters}
    images = np.random.default_rng(1).uniform(0.1, 1, (1, 6, 6)).astype(np.float32)
    other = images.copy()
    other[0, 3:] = other[0, 3:] / 2  # behind, so that counts of Poisson before it draw the same
    first, second = (
        KINDS[kind].function(given, np.random.default_rng(5), **parameters) for given in (images, other)
    )
    np.testing.assert_array_equal(first[0, :3], second[0, :3])
