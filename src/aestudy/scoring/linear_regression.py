"""Least squares from distorted to clean images, solved for every ridge at once.

The normal equations come from sums of products of 8-bit values, which float32 holds without rounding in
blocks of `EXACT_TERMS` and float64 in total: they are exact, in whatever order they are summed. Images that
are fewer than their pixels are solved by their inner products, which is the same solution.
"""

from dataclasses import dataclass

import numpy as np

EXACT_TERMS = 256
"""Products of 8-bit values, below 2^16, of which so many add up to less than float32's 2^24."""

LEAST_VARIANCE = 1e-12
"""Directions of a smaller share of the largest variance are the rounding of float64."""

WHITE = 255


@dataclass(frozen=True, eq=False)
class LinearRegression:
    """The parts of all ridge regressions of clean images x on distorted images y, both centered.

    With C the covariance matrix of y, its eigenvectors V and eigenvalues e, and D the covariances of the
    components Vᵀy with x, the map that minimises mean |x − Wᵀy|² + λ |W|² is W = V diag(1 / (e + λ)) D.

    Attributes:
        given_mean: float32 (H, W), the mean of the distorted images.
        clean_mean: float32 (H, W), that of the clean ones.
        basis: float64 (H·W, r), V, by falling variance.
        variances: float64 (r,), e, above 0; none where all distorted images are equal.
        covariances: float64 (r, H·W), D.
        pixel_variance: mean variance of a pixel of the distorted images, the unit of a ridge.
    """

    given_mean: np.ndarray
    clean_mean: np.ndarray
    basis: np.ndarray
    variances: np.ndarray
    covariances: np.ndarray
    pixel_variance: float

    @classmethod
    def fit(cls, given: np.ndarray, clean: np.ndarray) -> "LinearRegression":
        """Solve the normal equations.

        Args:
            given: uint8 (N, H, W), the distorted images, N ≥ 1.
            clean: uint8 (N, H, W), their originals.
        """
        from scipy.linalg import eigh

        count, shape = len(given), given.shape[1:]
        y, x = (images.reshape(count, -1) for images in (given, clean))
        means = y.mean(axis=0), x.mean(axis=0)
        few_images = count < y.shape[1]
        if few_images:
            products = _products(y.T, y.T) / (count * WHITE**2)
            products -= products.mean(axis=0)
            products -= products.mean(axis=1, keepdims=True)
        else:
            products = _covariances(y, y, means[0], means[0])
        variances, vectors = eigh(products, overwrite_a=True)
        kept = variances > LEAST_VARIANCE * max(variances[-1], 1e-30)
        variances, vectors = variances[kept][::-1], np.ascontiguousarray(vectors[:, kept][:, ::-1])
        if few_images:
            scaled = vectors / np.sqrt(count * variances)
            basis = (y.T @ scaled - np.outer(means[0], scaled.sum(axis=0))) / WHITE
            covariances = (scaled * variances).T @ ((x - means[1]) / WHITE)
        else:
            basis, covariances = vectors, vectors.T @ _covariances(y, x, *means)
        given_mean, clean_mean = ((mean / WHITE).astype(np.float32).reshape(shape) for mean in means)
        pixel_variance = float(variances.sum()) / y.shape[1]
        return cls(given_mean, clean_mean, basis, variances, covariances, pixel_variance)

    def components(self, images: np.ndarray) -> np.ndarray:
        """Project images on the basis.

        Args:
            images: float32 (M, H, W).

        Returns:
            float32 (M, r).
        """
        return (images - self.given_mean).reshape(len(images), -1) @ self.basis.astype(np.float32)

    def answer(self, components: np.ndarray, *factors: np.ndarray) -> np.ndarray:
        """Map components by a product of matrices to images, clipped to [0, 1].

        Args:
            components: float32 (M, r).
            *factors: the matrices, float32, from r to H·W values.

        Returns:
            float32 (M, H, W) in [0, 1].
        """
        for factor in factors:
            components = components @ factor
        output = components.reshape(-1, *self.clean_mean.shape) + self.clean_mean
        return np.clip(output, 0, 1, out=output)


def _covariances(
    left: np.ndarray, right: np.ndarray, left_mean: np.ndarray, right_mean: np.ndarray
) -> np.ndarray:
    """Covariances of 8-bit values (N, p) and (N, q) in units of white, float64 (p, q)."""
    products = _products(left, right)
    products /= len(left)
    products -= np.outer(left_mean, right_mean)
    products /= WHITE**2
    return products


def _products(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Sum the outer products of the rows of 8-bit values (N, p) and (N, q), exactly, float64 (p, q)."""
    total = np.zeros((left.shape[1], right.shape[1]))
    for start in range(0, len(left), EXACT_TERMS):
        rows = slice(start, start + EXACT_TERMS)
        total += left[rows].T.astype(np.float32) @ right[rows].astype(np.float32)
    return total
