"""Regret against distances: a study in which one of them tells everything."""

import itertools

import numpy as np
import pytest

from aestudy.explanations.transfer import held_out_r2, measure, r2
from support.explained import HandmadeStudy, chosen, spec

SHIFTS = {"clean": 0, "a": 20, "b": 50, "c": 90, "d": 140}
"""Gray levels that a condition adds: the distance of two mean responses is their difference."""


def make_study(regret, noise=0.0):
    """Models whose regret is a function of the difference of the shifts, in gray levels."""
    rng = np.random.default_rng(0)
    clean = rng.integers(0, 100, (12, 8, 8)).astype(np.uint8)
    specs = [spec(name, "clean" if name == "clean" else "mean", size=3) for name in SHIFTS]
    level = rng.normal(20, 1, 12)
    psnr = {
        (r, seed): [
            level - regret(abs(SHIFTS[r] - SHIFTS[c])) + noise * rng.normal(size=12) + 0.1 * seed
            for c in SHIFTS
        ]
        for r in SHIFTS
        for seed in (0, 1)
    }  # fmt: skip
    variants = {name: clean + np.uint8(shift) for name, shift in SHIFTS.items()}
    responses = {name: (images / 255).astype(np.float32) for name, images in variants.items()}
    # The images themselves are swapped, so that their distances tell other things.
    names = list(SHIFTS)
    swapped = dict(zip(names, [variants[name] for name in ("clean", "c", "a", "d", "b")], strict=True))
    return HandmadeStudy(clean, specs, psnr=psnr, variants=swapped, responses=responses)


def test_regret_and_distance_of_every_pair():
    rows = measure(make_study(lambda shift: shift / 10))
    for r, c in itertools.permutations(SHIFTS, 2):
        regret, distance = (
            chosen(rows, name, trained_on=r, tested_on=c).mean for name in ("regret", "response_distance")
        )
        assert regret == pytest.approx(abs(SHIFTS[r] - SHIFTS[c]) / 10, abs=1e-5)
        assert distance == pytest.approx(abs(SHIFTS[r] - SHIFTS[c]) / 255, abs=1e-6)
    assert "strength_difference" not in {
        row.quantity for row in rows if "clean" in (row.trained_on, row.tested_on)
    }


def test_a_distance_that_tells_everything_leads_its_rivals():
    rows = measure(make_study(lambda shift: shift / 10, noise=0.3))
    for name in ("r2", "held_out_r2", "spearman"):
        assert chosen(rows, f"{name}_response_distance").mean > 0.98
    assert chosen(rows, "r2_image_distance").mean < 0.5
    lead = chosen(rows, "r2_lead")
    assert lead.sign == 1
    assert lead.mean == pytest.approx(
        chosen(rows, "r2_response_distance").mean
        - max(chosen(rows, f"r2_{name}").mean for name in ("image_distance", "strength_difference"))
    )


def test_a_regret_that_falls_with_the_distance_of_nothing_is_told_by_nothing():
    rng = np.random.default_rng(8)
    rows = measure(make_study(lambda shift: rng.normal(), noise=0.1))
    assert chosen(rows, "r2_response_distance").mean < 0.3
    assert chosen(rows, "held_out_r2_response_distance").mean < 0.2


def test_r2_and_what_it_tells_of_conditions_that_were_left_out():
    pairs = list(itertools.permutations("abcd", 2))
    x = np.arange(12.0)
    assert r2(x, 3 * x + 1, pairs) == pytest.approx(1)
    assert held_out_r2(x, 3 * x + 1, pairs) == pytest.approx(1)
    assert r2(x, np.ones(12), pairs) == 0
    y = np.random.default_rng(1).normal(size=12)
    assert r2(x, y, pairs) == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)
    assert held_out_r2(x, y, pairs) < r2(x, y, pairs)
