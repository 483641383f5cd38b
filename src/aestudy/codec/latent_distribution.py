"""From the shape of the latents' distribution to the tables of all rows.

A latent divided by its scale is taken as a mixture of centred normal distributions of fixed widths, with
weights fitted to held-out training images. A row's quantiser is the entropy-constrained one for that shape
(Chou, Lookabaugh & Gray 1989): thresholds minimise squared error plus λ times bits, reconstruction points are
the means of their cells. λ is that of a uniform quantiser at high rate, 2 ln 2 / 12 of a squared step per
bit, so that all latents trade error for bits at the same price.
"""

import numpy as np
from scipy.special import ndtr

from aestudy.codec.steps import row_ratios
from aestudy.codec.tables import MAXIMUM_LIMIT, FrequencyTables, Quantiser, integer_frequencies

WIDTHS = 2.0 ** (np.arange(-6, 9) / 2)
"""Standard deviations of the mixture's parts, in scales: 1/8 to 16."""

PRIOR_SAMPLES = 20.0
"""Samples that each part is given in advance: no shape is certain enough to make a far value impossible."""

PRICE = 2 * np.log(2) / 12
"""λ, in squared steps per bit."""

_BINS = 600
_BIN_WIDTH = 0.05
_ROUNDS = 60
_REFINEMENTS = 6


def fit_shape(samples: np.ndarray) -> np.ndarray:
    """Fit the weights of the mixture, float64 (len(WIDTHS),) of sum 1, by expectation and maximisation.

    The samples are latents in units of their scale.
    """
    bins = np.minimum(np.abs(samples).ravel() / _BIN_WIDTH, _BINS - 1).astype(np.int64)
    counts = np.bincount(bins, minlength=_BINS).astype(np.float64)
    edges = np.arange(_BINS + 1)[:, None] * _BIN_WIDTH
    mass = np.diff(ndtr(edges / WIDTHS), axis=0) * 2 + 1e-300
    weights = np.full(len(WIDTHS), 1 / len(WIDTHS))
    for _ in range(_ROUNDS):
        shares = mass * weights
        shares *= (counts / shares.sum(1))[:, None]
        weights = shares.sum(0) + PRIOR_SAMPLES / len(WIDTHS)
        weights /= weights.sum()
    return weights


def make_tables(weights: np.ndarray, class_counts: np.ndarray) -> tuple[FrequencyTables, Quantiser]:
    """Make the frequency tables and quantisers of all rows for a shape, float64 (len(WIDTHS),).

    `class_counts` has the training images of each class, integers (K,).
    """
    limits = np.minimum(np.ceil(12 * row_ratios()) + 2, MAXIMUM_LIMIT).astype(np.uint16)
    magnitudes = np.arange(MAXIMUM_LIMIT + 1.0)
    thresholds = np.full((len(limits), MAXIMUM_LIMIT + 1), 0.5, np.float32)
    shifts = np.zeros((len(limits), MAXIMUM_LIMIT + 1), np.float32)
    rows = []
    for row, (ratio, limit) in enumerate(zip(row_ratios(), limits.astype(int), strict=True)):
        cells = magnitudes[:limit]
        upper = cells + 0.5
        for _ in range(_REFINEMENTS):
            mass, points = _cells(upper, ratio, weights)
            # The cell of zero has both signs, every other cell one of two.
            bits = -np.log2(np.where(cells == 0, mass, mass / 2)[: limit - 1])
            points = np.maximum.accumulate(np.where(np.isfinite(points), points, cells))
            gap = np.diff(points[: limit - 1])
            middle = (points[: limit - 2] + points[1 : limit - 1]) / 2
            best = middle + PRICE * np.diff(bits) / (2 * np.maximum(gap, 0.1))
            upper[: limit - 2] = np.clip(best, cells[: limit - 2] + 0.5, cells[: limit - 2] + 0.95)
        mass, points = _cells(upper, ratio, weights)
        thresholds[row, :limit] = upper - cells
        shifts[row, :limit] = np.clip(np.where(mass > 1e-9, points - cells, 0), -0.5, 0.5)
        shifts[row, 0] = 0
        last = _tail(upper[-1], ratio, weights) - _tail(limit + 0.5, ratio, weights)
        half = np.append(mass[1:], last) / 2
        escape = _tail(limit + 0.5, ratio, weights)
        rows.append(integer_frequencies(np.concatenate([half[::-1], mass[:1], half, [escape]])))
    tables = FrequencyTables(
        integer_frequencies(class_counts.astype(np.float64)), limits, np.concatenate(rows)
    )
    return tables, Quantiser(thresholds, shifts)


def _cells(upper: np.ndarray, ratio: float, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mass and mean of the cells between 0 and each upper bound, both signs together, in steps."""
    bounds = np.concatenate([[0.0], upper])[:, None] / (ratio * WIDTHS)
    parts = np.diff(ndtr(bounds), axis=0) * 2
    mass = np.maximum(parts @ weights, 1e-300)
    # The mean of a normal distribution between a and b is σ² (density(a) - density(b)) / mass.
    density = np.exp(-(bounds**2) / 2) * np.sqrt(2 / np.pi)
    moment = (-np.diff(density, axis=0) * (ratio * WIDTHS)) @ weights
    points = moment / mass
    points[0] = 0.0
    return mass, points


def _tail(bound: float, ratio: float, weights: np.ndarray) -> float:
    return float(2 * ndtr(-bound / (ratio * WIDTHS)) @ weights)
