"""What could be repaired at all: sums by hand, and the kernel ridge against its formula."""

import numpy as np
import pytest

from aestudy.explanations import kernel_ridge
from aestudy.explanations.kernel_ridge import fit_kernel_ridge
from aestudy.explanations.recoverable import measure
from aestudy.images import to_float
from aestudy.scoring.paired_baselines import Pairs
from aestudy.statistics.averages import FILTERS, NOISES
from support.explained import HandmadeStudy, chosen, spec

NAMES = ("clean", "white", "speckle", "mean5", "mean3")
CLEAN_MODEL = (20.0, 11.0, 13.0, 15.0, 17.0)
OWN = {"white": 16.0, "speckle": 17.0, "mean5": 18.0, "mean3": 19.0}
LINEAR_CODE = (18.0, 15.0, 16.0, 17.5, 18.0)
LMMSE = (100.0, 17.0, 18.0, 38.0, 40.0)


def make_study(**changes):
    """Constant PSNR for every image but the kernel's, which is real and far worse than the linear map."""
    rng = np.random.default_rng(0)
    clean = rng.integers(0, 256, (30, 5, 4), dtype=np.uint8)
    specs = [
        spec("clean"), spec("white", sigma=0.5), spec("speckle", sigma=1.0),
        spec("mean5", "mean", size=5), spec("mean3", "mean", size=3),
    ]  # fmt: skip
    psnr = {("clean", seed): CLEAN_MODEL for seed in (0, 1)}
    psnr |= {(name, seed): [value] * 5 for name, value in OWN.items() for seed in (0, 1)}
    psnr |= {("linear_code", None): LINEAR_CODE, ("lmmse", None): changes.pop("lmmse", LMMSE)}
    images = {key: np.repeat(np.array(values)[:, None], 30, axis=1) for key, values in psnr.items()}
    variants = {name: rng.integers(0, 256, clean.shape, dtype=np.uint8) for name in NAMES}
    return HandmadeStudy(clean, specs, variants=variants, psnr=images, **changes)


@pytest.mark.parametrize(
    ("tested_on", "expected"),
    [
        ("white", {"distortion_loss": 3, "code_loss": 2, "limit": -1, "recoverable": 6, "ahead": -1}),
        ("mean5", {"distortion_loss": 0.5, "code_loss": 20.5, "limit": 20, "recoverable": 23, "ahead": -20}),
        (NOISES, {"distortion_loss": 2.5, "code_loss": 2, "limit": -0.5, "recoverable": 5.5, "ahead": -1}),
        (FILTERS, {"distortion_loss": 0.25, "code_loss": 21.25, "limit": 21, "recoverable": 23}),
    ],
)
def test_by_hand(tested_on, expected):
    rows = measure(make_study())
    found = {name: chosen(rows, name, tested_on=str(tested_on)).mean for name in expected}
    assert found == pytest.approx(expected)
    assert chosen(rows, "own_model", tested_on="white").mean == 16
    assert chosen(rows, "kernel_ridge", tested_on="white").mean < 15


def test_a_perfect_inverse_is_left_out():
    rows = measure(make_study(lmmse=(100.0, np.inf, 18.0, 38.0, 40.0)))
    assert "white" not in {row.tested_on for row in rows}
    assert chosen(rows, "limit", tested_on="speckle").mean == 0
    assert not measure(make_study(lmmse=(np.inf,) * 5))


def test_the_kernel_ridge_is_its_formula(monkeypatch):
    rng = np.random.default_rng(1)
    given, clean = (rng.integers(0, 256, (12, 4, 5), dtype=np.uint8) for _ in range(2))
    monkeypatch.setattr(kernel_ridge, "WIDTHS", (0.7,))
    monkeypatch.setattr(kernel_ridge, "RIDGES", (0.3,))
    found = fit_kernel_ridge(Pairs(given, clean, given[:3], clean[:3]))
    y, x = (to_float(images).astype(np.float64).reshape(12, -1) for images in (given, clean))
    new = to_float(rng.integers(0, 256, (3, 4, 5), dtype=np.uint8))
    squares = np.square(y[:, None] - y[None]).sum(axis=2)
    width = 2 * 0.7**2 * squares.mean()
    between = np.square(new.reshape(3, 1, -1) - y[None]).sum(axis=2)
    weights = np.linalg.solve(np.exp(-squares / width) + 0.3 * np.eye(12), x - x.mean(axis=0))
    expected = np.clip(np.exp(-between / width) @ weights + x.mean(axis=0), 0, 1)
    np.testing.assert_allclose(found(new).reshape(3, -1), expected, atol=1e-5)


def test_width_and_ridge_are_those_that_do_best_on_held_out_images(monkeypatch):
    """Noise alone is answered best by the mean image, so by the largest ridge."""
    rng = np.random.default_rng(2)
    given, clean = (rng.integers(0, 256, (60, 4, 5), dtype=np.uint8) for _ in range(2))
    used = []
    fit = kernel_ridge._fit
    monkeypatch.setattr(kernel_ridge, "_fit", lambda *options: used.append(options[2:]) or fit(*options))
    fit_kernel_ridge(Pairs(given[20:], clean[20:], given[:20], clean[:20]))
    assert used[-1][1] == max(kernel_ridge.RIDGES)


def test_equal_images_and_a_single_pair():
    image = np.full((1, 4, 5), 100, np.uint8)
    for count in (1, 4):
        same = image.repeat(count, axis=0)
        output = fit_kernel_ridge(Pairs(same, same, same, same))(to_float(same))
        np.testing.assert_allclose(output, 100 / 255, atol=1e-6)
