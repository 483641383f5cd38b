"""The budget of an error: exact sums, no bias, and cases in which every part is known."""

from types import SimpleNamespace

import numpy as np
import pytest

from aestudy.explanations.error_budget import DRAWS, PARTS, budget, measure
from aestudy.statistics.averages import DISTORTIONS, SAME
from support.explained import HandmadeStudy, chosen, spec

RNG = np.random.default_rng(3)


def linear(gain, offset=0.0):
    return SimpleNamespace(reconstruct=lambda images: np.float32(gain) * images + np.float32(offset))


def noisy(clean, count, sigma, shift=0, seed=0):
    """Draws whose noise is a whole number of gray levels and clipped nowhere."""
    rng = np.random.default_rng(seed)
    return [
        (clean + shift + np.rint(sigma * rng.standard_normal(clean.shape))).astype(np.uint8)
        for _ in range(count)
    ]


@pytest.fixture
def clean():
    return RNG.integers(100, 140, (5, 8, 8)).astype(np.uint8)


@pytest.mark.parametrize("count", [1, 2, DRAWS])
def test_the_parts_add_up_to_the_error_of_every_image(clean, count):
    parts = budget(linear(0.7, 0.1), (clean / 255).astype(np.float32), noisy(clean, count, 9, shift=20))
    assert parts.shape == (len(PARTS), len(clean))
    np.testing.assert_allclose(parts[:4].sum(axis=0), parts[4], rtol=1e-6)


def test_a_linear_network_has_the_parts_of_its_gain_and_offset(clean):
    """f(u) = a u + b, y = x + t: |f(x) − x|², a² t², 2 (f(x) − x) a t, and no variance."""
    x = clean / 255
    parts = budget(linear(0.5, 0.3), x.astype(np.float32), [clean + np.uint8(51)])
    left_out = -0.5 * x + 0.3
    expected = [
        np.square(left_out).mean(axis=(1, 2)), np.full(len(x), 0.1**2), 0.2 * left_out.mean(axis=(1, 2)),
        np.zeros(len(x)), np.square(left_out + 0.1).mean(axis=(1, 2)),
    ]  # fmt: skip
    np.testing.assert_allclose(parts, expected, rtol=1e-5, atol=1e-9)


def test_few_draws_have_no_bias():
    """Two draws of pure noise: the mean of many estimates is the truth, displacement 0 and variance a² σ²."""
    clean = np.full((400, 8, 8), 128, np.uint8)
    sigma = 20
    parts = budget(linear(0.5), (clean / 255).astype(np.float32), noisy(clean, 2, sigma))
    variance = (0.5 * sigma / 255) ** 2
    displacement, scattered = parts[PARTS.index("displacement")], parts[PARTS.index("variance")]
    assert scattered.mean() == pytest.approx(variance, rel=0.03)
    assert abs(displacement.mean()) < 4 * displacement.std() / 20
    assert displacement.mean() < 0.05 * variance  # uncorrected it would be half of the variance


def test_both_models_of_each_distortion_and_their_averages():
    clean = RNG.integers(60, 200, (6, 8, 8)).astype(np.uint8)
    specs = [spec("clean"), spec("white", sigma=0.1), spec("mean3", "mean", size=3)]
    networks = {
        ("denoise", name, seed): linear(gain, 0.05 * seed).reconstruct
        for name, gain in (("clean", 0.9), ("white", 0.5), ("mean3", 0.7))
        for seed in (0, 1)
    }
    rows = measure(HandmadeStudy(clean, specs, networks=networks))
    for row in rows:
        if row.quantity == "mse":
            key = {"trained_on": row.trained_on, "tested_on": row.tested_on}
            total = sum(chosen(rows, part, **key).mean for part in PARTS[:4])
            assert total == pytest.approx(row.mean, rel=1e-6)
    assert {(row.trained_on, row.tested_on) for row in rows} == {
        ("clean", "white"), ("white", "white"), ("clean", "mean3"), ("mean3", "mean3"),
        ("clean", str(DISTORTIONS)), (str(SAME), str(DISTORTIONS)),
    }  # fmt: skip
    own = {"tested_on": str(DISTORTIONS), "trained_on": str(SAME)}
    parts = [chosen(rows, "mse", trained_on=name, tested_on=name).mean for name in ("white", "mean3")]
    assert chosen(rows, "mse", **own).mean == pytest.approx(sum(parts) / 2)
    assert chosen(rows, "variance", trained_on="mean3").mean == 0
