"""Divide latents into classes, each with its own mean, directions and scales.

Images of one digit (or one way of writing it) lie near a flat piece of the space of latents. A class
describes such a piece by a mean and principal directions; an image is coded in the class that takes the
fewest bits for it, and the class is coded first. Classes are halved (Linde, Buzo & Gray 1980) as long as that
saves bits on images that were held out.

Bits are those of a normal distribution quantised with a step s at high rate, up to a constant that all
classes share: `-log2 p + sum_i 1/2 log2(v_i) + u_i**2 / (2 v_i ln 2)` with `v_i = sigma_i**2 + s**2 / 12`.
The sum is linear in the products of pairs of latents, so one matrix product finds it for all images and
classes, and another finds all means and covariances.
"""

import functools
import logging
from dataclasses import dataclass

import numpy as np

logger = logging.getLogger(__name__)

MAXIMUM_CLASSES = 64
MAXIMUM_FEATURES = 20_000_000
"""Pair features that are kept while classes grow (80 MB); more images than that allows take part only in the
last fit, block by block."""

_ROUNDS = 5
_LEAST_GAIN_BITS = 0.25
_PRIOR_IMAGES = 20
"""A class's covariance is drawn towards that of all images as if so many more images had it."""

_BLOCK_FEATURES = 2**21


@dataclass(frozen=True, eq=False)
class Classes:
    """K classes in a space of D dimensions.

    Attributes:
        means: float64 (K, D).
        rotations: float64 (K, D, D), orthogonal; column j is the j-th principal direction.
        variances: float64 (K, D), along these directions, falling.
        counts: int64 (K,), training images of each class, at least 1.
    """

    means: np.ndarray
    rotations: np.ndarray
    variances: np.ndarray
    counts: np.ndarray

    def __len__(self) -> int:
        """Number of classes."""
        return len(self.means)

    @property
    def naming_bits(self) -> np.ndarray:
        """Bits that naming each class takes where it is as frequent as in training: float64 (K,)."""
        return -np.log2(self.counts / self.counts.sum())


def pair_features(points: np.ndarray) -> np.ndarray:
    """Products of pairs of coordinates, the coordinates, and 1.

    Args:
        points: float32 (N, D).

    Returns:
        float32 (N, D(D+1)/2 + D + 1).
    """
    first, second = np.triu_indices(points.shape[1])
    return np.concatenate(
        [points[:, first] * points[:, second], points, np.ones((len(points), 1), np.float32)], axis=1
    )


def bit_weights(classes: Classes, class_bits: np.ndarray, step: float) -> np.ndarray:
    """Make the matrix that turns pair features into bits.

    Args:
        classes: the classes.
        class_bits: float64 (K,), bits of naming each class.
        step: the step s.

    Returns:
        float32 (features, K).
    """
    variances = classes.variances + step**2 / 12
    precision = np.einsum("kij,kj,klj->kil", classes.rotations, 1 / variances, classes.rotations)
    linear = np.einsum("kij,kj->ki", precision, classes.means)
    constant = np.einsum("ki,ki->k", linear, classes.means)
    first, second = np.triu_indices(classes.means.shape[1])
    pairs = precision[:, first, second] * np.where(first == second, 1, 2)
    squares = np.concatenate([pairs, -2 * linear, constant[:, None]], axis=1) / (2 * np.log(2))
    squares[:, -1] += class_bits + np.log2(variances).sum(1) / 2
    return squares.T.astype(np.float32)


def choose_classes(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Choose for each image, float32 (N, D), the class in which it takes fewest bits: int64 (N,)."""
    chosen = np.empty(len(points), np.int64)
    for block in _blocks(points):
        chosen[block] = (pair_features(points[block]) @ weights).argmin(1)
    return chosen


def _blocks(points: np.ndarray) -> list[slice]:
    size = max(1, _BLOCK_FEATURES // _count_features(points))
    return [slice(start, start + size) for start in range(0, len(points), size)]


def _count_features(points: np.ndarray) -> int:
    dimensions = points.shape[1]
    return dimensions * (dimensions + 1) // 2 + dimensions + 1


def _some(points: np.ndarray) -> np.ndarray:
    """Take so many points, evenly spread, that their features can be kept."""
    return points[:: -(-len(points) * _count_features(points) // MAXIMUM_FEATURES)]


def grow_classes(points: np.ndarray, held_out: np.ndarray, step: float) -> Classes:
    """Fit classes.

    Args:
        points: float32 (N, D), N ≥ 1, centred near 0.
        held_out: float32 (M, D), M ≥ 1; they decide the number of classes.
        step: the step for which bits are counted.

    Returns:
        At least one class.
    """
    features, held_features = pair_features(_some(points)), pair_features(_some(held_out))
    everything = _describe(features.sum(0, dtype=np.float64)[None], None)
    best, best_bits = everything, _mean_bits(held_features, everything, step)
    while 2 * len(best) <= MAXIMUM_CLASSES:
        candidate = _refine(features, _halve(best, points.shape[1]), everything, step)
        bits = _mean_bits(held_features, candidate, step)
        logger.info("%d classes take %.2f bits less than %d", len(candidate), best_bits - bits, len(best))
        if len(candidate) <= len(best) or bits > best_bits - _LEAST_GAIN_BITS:
            break
        best, best_bits = candidate, bits
    return best if len(features) == len(points) else _refit(points, best, everything, step)


def _mean_bits(features: np.ndarray, classes: Classes, step: float) -> float:
    return float((features @ bit_weights(classes, classes.naming_bits, step)).min(1).mean())


def _halve(classes: Classes, dimensions: int) -> Classes:
    """Split each class along its first direction; one with too few images stays whole."""
    offsets = classes.rotations[:, :, 0] * np.sqrt(classes.variances[:, :1]) / 2
    split = classes.counts >= 4 * dimensions
    return Classes(
        np.concatenate(
            [classes.means + np.where(split[:, None], offsets, 0), (classes.means - offsets)[split]]
        ),
        np.concatenate([classes.rotations, classes.rotations[split]]),
        np.concatenate([classes.variances, classes.variances[split]]),
        np.concatenate([np.where(split, classes.counts // 2, classes.counts), classes.counts[split] // 2]),
    )


def _refine(features: np.ndarray, classes: Classes, everything: Classes, step: float) -> Classes:
    """Assign images to classes and describe the classes anew, some times over; drop those too small."""
    for _ in range(_ROUNDS):
        sums = _sum_by_class(features, bit_weights(classes, classes.naming_bits, step))
        sums = sums[sums[:, -1] >= classes.means.shape[1]]
        if not len(sums):
            return everything
        classes = _describe(sums, everything)
    return classes


def _refit(points: np.ndarray, classes: Classes, everything: Classes, step: float) -> Classes:
    """Describe the classes anew with all images; those of all classes together need not fit into memory."""
    weights = bit_weights(classes, classes.naming_bits, step)
    parts = (_sum_by_class(pair_features(points[block]), weights) for block in _blocks(points))
    sums: np.ndarray = functools.reduce(np.add, parts)
    return _describe(sums[sums[:, -1] >= 1], everything)


def _sum_by_class(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Assign images to classes and sum their features: float64 (K, features)."""
    chosen = (features @ weights).argmin(1)
    members = (chosen[:, None] == np.arange(weights.shape[1])).astype(np.float32)
    return (members.T @ features).astype(np.float64)


def _describe(sums: np.ndarray, everything: Classes | None) -> Classes:
    """Turn sums of pair features, float64 (K, features), of at least one image each into classes.

    Covariances are drawn towards that of all images, if there is one.
    """
    counts = sums[:, -1]
    dimensions = round((np.sqrt(8 * sums.shape[1] + 1) - 3) / 2)
    moments = sums / counts[:, None]
    means = moments[:, -dimensions - 1 : -1]
    first, second = np.triu_indices(dimensions)
    covariances = np.empty((len(sums), dimensions, dimensions))
    covariances[:, first, second] = moments[:, : len(first)]
    covariances[:, second, first] = moments[:, : len(first)]
    covariances -= means[:, :, None] * means[:, None, :]
    # A code that collapsed to one point has no shape that could be borrowed.
    if everything is not None and everything.variances.any():
        rotation = everything.rotations[0]
        common = (rotation * everything.variances[0]) @ rotation.T
        # The spread of all images is mostly between classes; only its shape is borrowed.
        sizes = np.trace(covariances, axis1=1, axis2=2) / np.trace(common)
        share = (_PRIOR_IMAGES / (counts + _PRIOR_IMAGES))[:, None, None]
        covariances = (1 - share) * covariances + share * sizes[:, None, None] * common
    variances, rotations = np.linalg.eigh(covariances)
    return Classes(
        means, rotations[:, :, ::-1], np.maximum(variances[:, ::-1], 0.0), np.rint(counts).astype(np.int64)
    )
