"""The ladder of repair, with networks and distortions of which each step is known to be enough, or not."""

import numpy as np
import pytest

from aestudy.explanations.ladder import fit_codes, measure
from aestudy.networks.linear import fit_linear_network
from aestudy.networks.network import Network
from aestudy.statistics.averages import DISTORTIONS, SAME
from support.explained import HandmadeStudy, chosen, spec

SEEDS = (0, 1)


def images(count=60, side=8):
    """Gray images that three numbers tell, and a fourth that a code of three leaves out; uint8."""
    rng = np.random.default_rng(0)
    rows, columns = np.indices((side, side))
    shapes = np.array([rows / side, columns / side, (rows + columns) % 2, rows == columns])
    shapes = shapes.reshape(4, -1) * np.array([[60], [50], [40], [25]])
    return np.rint(50 + rng.random((count, 4)) @ shapes).astype(np.uint8).reshape(count, side, side)


def make_study(distort, **options):
    """A study with a code of three numbers; the own model is fitted to draw the originals."""
    clean = images()
    network = fit_linear_network(clean, 3)
    distorted = distort(clean)
    own = fit_linear_network(distorted, 3)
    # Its decoder draws the original: least squares from its codes.
    codes = own.encode(distorted / np.float32(255)).astype(np.float64)
    design = np.column_stack([codes, np.ones(len(codes))])
    weights = np.linalg.lstsq(design, clean.reshape(len(clean), -1) / 255, rcond=None)[0].astype(np.float32)
    parameters = {
        **own.parameters, "decoder.layers.0.kernel": weights[:-1], "decoder.layers.0.bias": weights[-1],
    }  # fmt: skip
    drawn = Network(own.architecture, parameters, output_activation=lambda values: np.clip(values, 0, 1))
    networks = {("denoise", "clean", seed): network for seed in SEEDS}
    networks |= {("denoise", name, seed): drawn for name in ("white", "mean5") for seed in SEEDS}
    specs = options.pop("specs", [spec("clean"), spec("white", sigma=0.5)])
    variants = dict.fromkeys(("white", "mean5"), distorted)
    return HandmadeStudy(clean, specs, networks=networks, variants=variants, **options)


def gains(rows, **columns):
    steps = ("input", "standardised", "mapped", "own")
    return [chosen(rows, f"repair_{step}", **columns).mean for step in steps]


def test_lost_contrast_is_repaired_by_two_numbers():
    rows = measure(make_study(lambda clean: np.rint(0.5 * clean + 80).astype(np.uint8)))
    by_input, standardised, mapped, own = gains(rows)
    assert own > 5
    assert [by_input, standardised, mapped] == pytest.approx([own] * 3, abs=0.5)
    assert chosen(rows, "share_input").mean == pytest.approx(100 * by_input / own)
    assert chosen(rows, "mapped_lead").mean == pytest.approx(2 * mapped - own)
    assert chosen(rows, "price").mean < -5
    assert chosen(rows, "price_input").mean == pytest.approx(0, abs=0.7)


def test_what_turns_the_code_needs_the_map():
    """A mirror image has another code, that a matrix turns back and no number by number does."""
    rows = measure(make_study(lambda clean: clean.transpose(0, 2, 1).copy()))
    by_input, standardised, mapped, own = gains(rows)
    assert mapped == pytest.approx(own, abs=0.3)
    assert max(by_input, standardised) < mapped - 1
    assert chosen(rows, "price_mapped").mean > chosen(rows, "price_standardised").mean + 1


def test_where_nothing_is_repaired_there_is_no_share():
    rows = measure(make_study(np.copy))
    assert gains(rows) == pytest.approx([0] * 4, abs=0.3)
    assert not [row for row in rows if row.quantity.startswith("share")]


def test_two_distortions_have_an_average_and_the_numbers_are_counted():
    specs = [spec("clean"), spec("white", sigma=0.5), spec("mean5", "mean", size=5)]
    rows = measure(make_study(lambda clean: clean // 2, specs=specs))
    one, average = gains(rows, tested_on="white"), gains(rows, tested_on=str(DISTORTIONS))
    assert average == pytest.approx(one)
    assert chosen(rows, "price", trained_on=str(SAME)).tested_on == "clean"
    counts = {row.quantity: row.mean for row in rows if row.unit == "numbers"}
    own = 2 * 3 * 64 + 3 + 64
    assert counts == {
        "numbers_input": 2, "numbers_standardised": 6, "numbers_mapped": 12, "numbers_own": own,
    }  # fmt: skip
    assert {row.has_interval for row in rows if row.unit == "numbers"} == {False}


def test_codes_are_fitted_by_moments_and_by_least_squares():
    rng = np.random.default_rng(0)
    start = rng.normal(2, 3, (200, 3)).astype(np.float32)
    matrix = rng.normal(size=(3, 3))
    goal = (start @ matrix + [1, 2, 3]).astype(np.float32)
    standardised, mapped = (fitted(start) for fitted in fit_codes(start, goal))
    np.testing.assert_allclose(standardised.mean(axis=0), goal.mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(standardised.std(axis=0), goal.std(axis=0), rtol=1e-4)
    np.testing.assert_allclose(mapped, goal, atol=1e-3)
    few = [fitted(start[:2]) for fitted in fit_codes(start[:2], goal[:2])]
    assert np.isfinite(few).all()
    still = [fitted(start[:1]) for fitted in fit_codes(start[:1], goal[:1])]
    np.testing.assert_allclose(still, [goal[:1]] * 2, atol=1e-4)
