"""Kernel ridge regression from distorted to clean images, with a Gaussian kernel."""

from collections.abc import Callable

import numpy as np

from aestudy.images import to_float
from aestudy.scoring.paired_baselines import Pairs

PAIRS = 3600
"""So many training pairs, the first ones, are fitted at most: time grows with the third power."""

CHOOSING_PAIRS = 600
"""So many of them choose width and ridge, on as many held-out images at most."""

WIDTHS = (0.7, 1.0, 1.4, 2.0)
"""Widths to choose from, in units of the root of the mean squared distance between images."""

RIDGES = (1e-4, 1e-3, 1e-2, 1e-1, 0.3)
"""Ridges to choose from, for each pair."""


def fit_kernel_ridge(pairs: Pairs) -> Callable[[np.ndarray], np.ndarray]:
    """Fit a kernel ridge regression (Saunders, Gammerman & Vovk 1998).

    The kernel is exp(−|y − y'|² / (2 w²)). Width w and ridge have the smallest squared error on held-out
    images.

    Args:
        pairs: the training pairs.

    Returns:
        A function from float32 (M, H, W) in [0, 1] to outputs of the same shape and range.
    """
    given, clean = to_float(pairs.given[:PAIRS]), to_float(pairs.clean[:PAIRS])
    few = slice(0, CHOOSING_PAIRS)
    held, originals = to_float(pairs.held_given[few]), to_float(pairs.held_clean[few])
    distances = _squared_distances(_rows(given[few]), _rows(given[few]))
    unit = float(distances.mean()) or 1.0
    errors = {}
    for width in WIDTHS:
        for ridge in RIDGES:
            fitted = _fit(given[few], clean[few], unit * width**2, ridge)
            errors[width, ridge] = float(np.mean(np.square(fitted(held) - originals), dtype=np.float64))
    width, ridge = min(errors, key=errors.__getitem__)
    return _fit(given, clean, unit * width**2, ridge)


def _fit(
    given: np.ndarray, clean: np.ndarray, squared_width: float, ridge: float
) -> Callable[[np.ndarray], np.ndarray]:
    from scipy.linalg import cho_factor, cho_solve

    rows, mean = _rows(given), clean.mean(axis=0, dtype=np.float64).astype(np.float32)

    def kernel(others: np.ndarray) -> np.ndarray:
        return np.exp(-_squared_distances(others, rows) / (2 * squared_width))

    products = kernel(rows)
    products[np.diag_indices_from(products)] += ridge
    weights = cho_solve(cho_factor(products, overwrite_a=True), _rows(clean - mean), overwrite_b=True)

    def answer(images: np.ndarray) -> np.ndarray:
        output = (kernel(_rows(images)) @ weights).astype(np.float32).reshape(images.shape) + mean
        return np.clip(output, 0, 1, out=output)

    return answer


def _rows(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float64)


def _squared_distances(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances between rows, float64 (len(left), len(right))."""
    found = left @ right.T
    found *= -2
    found += np.square(left).sum(axis=1)[:, np.newaxis]
    found += np.square(right).sum(axis=1)
    return np.maximum(found, 0, out=found)
