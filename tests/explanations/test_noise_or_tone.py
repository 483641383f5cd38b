"""Tone against randomness, with a network and noises whose parts are known."""

import numpy as np
import pytest

from aestudy.explanations.noise_or_tone import measure
from aestudy.statistics.averages import NOISES
from support.explained import HandmadeStudy, chosen, spec

OFF, TONE, NOISE = 0.1, 51 / 255, 76 / 255
"""What the network adds to an image, the mean response to an original, and the noise, with either sign."""


def decibels(*parts):
    """PSNR where these parts add up to the error or, if they stand alone, their squares."""
    return -10 * np.log10(sum(part**2 for part in parts))


def make_study(tone=TONE, noise=NOISE, **options):
    """Gray images of many shades; half of the pixels lie above the mean response by the noise, half below."""
    clean = np.repeat(np.arange(60, 100, 2, dtype=np.uint8), 64).reshape(20, 8, 8)
    response = (clean / 255 + tone).astype(np.float32)
    signs = np.where(np.indices((8, 8)).sum(axis=0) % 2, 1, -1)
    distorted = np.rint(255 * (response + noise * signs)).astype(np.uint8)
    specs = [spec("clean"), spec("white", sigma=0.5), spec("mean5", "mean", size=5)]
    return HandmadeStudy(
        clean, specs,
        networks={("denoise", "clean", seed): lambda images: np.clip(images + OFF, 0, 1) for seed in (0, 1)},
        variants={"white": distorted, "mean5": clean}, responses={"white": response}, **options,
    )  # fmt: skip


def test_the_parts_are_the_shapley_values_and_add_up():
    rows = measure(make_study())
    cost, tone, randomness = (chosen(rows, name).mean for name in ("cost", "tone", "randomness"))
    nothing, only_tone = decibels(OFF), decibels(OFF + TONE)
    only_noise, both = decibels(OFF, NOISE), decibels(OFF + TONE, NOISE)
    assert cost == pytest.approx(both - nothing, abs=0.02)
    assert tone == pytest.approx((only_tone - nothing + both - only_noise) / 2, abs=0.02)
    assert tone + randomness == pytest.approx(cost, abs=1e-12)
    assert chosen(rows, "tone_lead").mean == pytest.approx(tone - randomness)
    assert chosen(rows, "tone_share").mean == pytest.approx(100 * tone / cost)


@pytest.mark.parametrize(("tone", "noise", "zero"), [(TONE, 0.0, "randomness"), (0.0, NOISE, "tone")])
def test_what_is_not_there_has_no_part(tone, noise, zero):
    rows = measure(make_study(tone, noise))
    assert chosen(rows, zero).mean == pytest.approx(0, abs=0.01)
    assert chosen(rows, "cost").mean < -1


def test_filters_are_left_out_and_one_noise_has_no_average():
    assert {row.tested_on for row in measure(make_study())} == {"white"}


def test_two_noises_have_an_average():
    study = make_study()
    study.specs["speckle"] = spec("speckle", sigma=1.0)
    study.tested_on.append("speckle")
    study._variants["speckle"], study._responses["speckle"] = study.clean, study.originals
    rows = measure(study)
    assert chosen(rows, "cost", tested_on=str(NOISES)).mean == pytest.approx(
        chosen(rows, "cost", tested_on="white").mean / 2
    )
    assert [row for row in rows if row.tested_on == "speckle" and row.quantity == "tone_share"] == []
