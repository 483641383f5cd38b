"""How sure a mean over test images and seeds is: standard errors from a hierarchical bootstrap.

Scores of one model are `(S, C, N)`: S trained seeds, C cells (a tested condition and a metric), N test
images. Every resample draws S seeds and N images, each with replacement, and one draw serves all cells of all
models: images and seeds are crossed, so that cells differ by what was done to the images and not by which of
them were drawn. Crossed draws of both factors are the pigeonhole bootstrap of Owen (2007), whose variance is
mildly conservative.

A few items understate their own spread in a bootstrap, so that variances are set right for their number, and
intervals and tests are Student's, with one rule for both (`aestudy.statistics.standard_errors`). One test
image, or images and seeds that all agree, tell nothing about others: no interval, no p-value.
"""

from typing import NamedTuple

import numpy as np

from aestudy.seeds import stream
from aestudy.statistics.standard_errors import StandardErrors

BLOCK_BYTES = 128 * 1024**2
"""Memory for the floats of one block of resamples."""

ROUNDING = 1e-6
"""A weighted sum that varies by a smaller share of what its cells vary by varies by rounding alone."""

EXACT_ROUNDING = 1e-12
"""The same for means of float64."""


class Interval(NamedTuple):
    """Means with their confidence intervals, each float64 (C,); ends are NaN where there is no interval."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Estimate(NamedTuple):
    """Combinations of means with intervals and tests, each float64 (R,).

    `p_value` is two-sided and belongs to the hypothesis that the combination is 0. It is below
    1 − confidence exactly where the interval excludes 0; both are NaN where nothing is known about the error.
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray


class HierarchicalBootstrap:
    """Resamples of the test images of one data set, ready for the scores of any model.

    Args:
        n_images: number of test images.
        resamples: number of resamples, at least 1.
        confidence: level of the intervals, in (0, 1).
        study_seed: the `seed` of the config.
        dataset: name of the data set; the draws depend on it and on the study seed only.
    """

    def __init__(self, n_images: int, *, resamples: int, confidence: float, study_seed: int, dataset: str):
        if n_images < 1 or resamples < 1 or not 0 < confidence < 1:
            raise ValueError(
                "expected at least one image and one resample and a confidence between 0 and 1, found "
                f"{n_images}, {resamples} and {confidence}"
            )
        self.confidence = confidence
        self._resamples = resamples
        self._stream_name = (study_seed, dataset, "bootstrap")
        self._image_counts = _draw_counts(n_images, resamples, stream(*self._stream_name, "images"))

    def interval(self, values: np.ndarray) -> Interval:
        """Estimate the mean of every cell over seeds and images, with its interval.

        The interval is that of `combine`. With one seed it covers the choice of images only.

        Args:
            values: float (S, C, N), no NaN. A cell with an infinite value has an infinite mean and, of
                several images, an infinite interval, as PSNR of equal images is infinite.

        Returns:
            Mean, lower and upper end for every cell.

        Raises:
            ValueError: the shape is not (S, C, N) or holds another number of images.
        """
        self._check_shape(values)
        _, cells, n_images = values.shape
        finite = np.isfinite(values).all(axis=(0, 2))
        mean = np.full(cells, np.inf)
        low, high = (np.full(cells, np.inf if n_images > 1 else np.nan) for _ in range(2))
        if finite.any():
            kept = values[:, finite]
            seed_means = kept.mean(axis=2, dtype=np.float64)
            mean[finite] = seed_means.mean(axis=0)
            errors = self._standard_errors(kept, seed_means, np.eye(kept.shape[1]))
            half = errors.half_widths(self.confidence)
            low[finite], high[finite] = mean[finite] - half, mean[finite] + half
        return Interval(mean, low, high)

    def combine(self, values: np.ndarray, weights: np.ndarray, centers: np.ndarray | None = None) -> Estimate:
        """Estimate weighted sums of cell means, such as differences, with the same draws for all cells.

        The mean of a resample deviates from that of all values by

            Σ_s w_s (m_s − mean) / S + Σ_s w_s Σ_i v_i (x_si − m_s) / (S N),

        where m_s is the mean of seed s, and w and v count how often a seed and an image were drawn. A
        resample's weighted sum deviates by the weighted sum of its cells' deviations, so images and seeds
        that two cells share cancel in their difference: the comparison is paired. The first part has the
        variance of the seeds' sums over S, known without draws and taken with S − 1 for S; the second part is
        that of the images, its variance over the resamples taken with N − 1 for N.

        Args:
            values: float (S, C, N), all finite.
            weights: float (R, C), the weight of every cell in every sum.
            centers: float (R,), the values of functions of the cell means whose gradients the weights are
                (the delta method); the weighted sums when None.

        Returns:
            The R sums or centers; with one seed their intervals and tests cover the choice of images only.

        Raises:
            ValueError: a shape does not fit or a value is not finite.
        """
        self._check_shape(values)
        if weights.ndim != 2 or weights.shape[1] != values.shape[1]:
            raise ValueError(f"expected weights of shape (R, {values.shape[1]}), found {weights.shape}")
        seed_means = values.mean(axis=2, dtype=np.float64)
        if not np.isfinite(seed_means).all():
            raise ValueError("expected finite scores, found infinite ones or NaN")
        value = (seed_means @ weights.T).mean(axis=0) if centers is None else np.asarray(centers, np.float64)
        errors = self._standard_errors(values, seed_means, weights)
        half = errors.half_widths(self.confidence)
        return Estimate(value, value - half, value + half, errors.p_values(value))

    def _standard_errors(
        self, values: np.ndarray, seed_means: np.ndarray, weights: np.ndarray
    ) -> StandardErrors:
        """Estimate the errors of weighted sums; what only rounding makes vary does not vary."""
        seeds, _, n_images = values.shape
        sums, deviations, sizes = seed_means @ weights.T, self._within(values, seed_means), np.abs(weights)
        between = sums.var(axis=0, ddof=1) / seeds if seeds > 1 else np.zeros(len(weights))
        within = (deviations @ weights.T).var(axis=0) * n_images / max(n_images - 1, 1)
        exact = EXACT_ROUNDING * (sizes @ np.abs(seed_means).max(axis=0))
        single = np.maximum(exact, ROUNDING * (sizes @ deviations.std(axis=0)))
        between[between <= exact**2] = 0
        within[within <= single**2] = 0
        return StandardErrors(between, within, seeds, n_images)

    def _check_shape(self, values: np.ndarray) -> None:
        n_images = self._image_counts.shape[1]
        if values.ndim != 3 or values.shape[2] != n_images or not values.shape[0]:
            raise ValueError(f"expected scores of shape (S, C, {n_images}), found {values.shape}")

    def _within(self, values: np.ndarray, seed_means: np.ndarray) -> np.ndarray:
        """Deviation of every resample's mean that its images make, float64 (resamples, C)."""
        seeds, cells, _ = values.shape
        shares = _draw_counts(seeds, self._resamples, stream(*self._stream_name, "seeds", seeds)) / seeds
        means = self._image_means((values - seed_means[:, :, np.newaxis]).astype(np.float32))
        return np.einsum("bs,bsc->bc", shares, means.reshape(-1, seeds, cells))

    def _image_means(self, values: np.ndarray) -> np.ndarray:
        """Average centered values (S, C, N) over the images of every resample, float32 (resamples, S·C).

        Blocks keep the counts small in memory: as floats, those of 60,000 images would take 480 MB.
        """
        n_images = values.shape[2]
        columns = np.ascontiguousarray(values.reshape(-1, n_images).T)
        means = np.empty((self._resamples, columns.shape[1]), np.float32)
        step = max(1, BLOCK_BYTES // (4 * n_images))
        for start in range(0, self._resamples, step):
            counts = self._image_counts[start : start + step].astype(np.float32)
            np.matmul(counts, columns, out=means[start : start + step])
        means /= n_images
        return means


def _draw_counts(items: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `items` out of `items` with replacement and count, uint8 (resamples, items)."""
    counts = np.empty((resamples, items), np.uint8)
    for row in counts:
        # More than 255 draws of one item among at least 256 do not happen (probability below 1e-500).
        row[:] = np.bincount(rng.integers(items, size=items), minlength=items)
    return counts
