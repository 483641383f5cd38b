"""How sure a mean over test images and seeds is: a hierarchical bootstrap.

Scores of one model are `(S, C, N)`: S trained seeds, C cells (a tested condition and a metric), N test
images. Every resample draws S seeds and N images, each with replacement, and one draw serves all cells of all
models: images and seeds are crossed, so that cells differ by what was done to the images and not by which of
them were drawn. Crossed draws of both factors are the pigeonhole bootstrap of Owen (2007), whose variance is
mildly conservative.
"""

from typing import NamedTuple

import numpy as np

from aestudy.seeds import stream

BLOCK_BYTES = 128 * 1024**2
"""Memory for the floats of one block of resamples."""


class Interval(NamedTuple):
    """Means with their confidence intervals, each float64 (C,)."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Estimate(NamedTuple):
    """Combinations of means with intervals and tests, each float64 (R,).

    `p_value` is two-sided and belongs to the hypothesis that the combination is 0.
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
        confidence: probability that an interval shall cover, in (0, 1).
        study_seed: the `seed` of the config.
        dataset: name of the data set; the draws depend on it and on the study seed only.
    """

    def __init__(self, n_images: int, *, resamples: int, confidence: float, study_seed: int, dataset: str):
        if n_images < 1 or resamples < 1 or not 0 < confidence < 1:
            raise ValueError(
                "expected at least one image and one resample and a confidence between 0 and 1, found "
                f"{n_images}, {resamples} and {confidence}"
            )
        self._confidence = confidence
        self._resamples = resamples
        self._stream_name = (study_seed, dataset, "bootstrap")
        self._image_counts = _draw_counts(n_images, resamples, stream(*self._stream_name, "images"))

    def interval(self, values: np.ndarray) -> Interval:
        """Estimate the mean of every cell over seeds and images, with a percentile interval.

        The mean of a resample is split in two parts,

            mean + f · Σ_s w_s (m_s − mean) / S + Σ_s w_s Σ_i v_i (x_si − m_s) / (S N),

        where m_s is the mean of seed s, and w and v count how often a seed and an image were drawn. A handful
        of seeds understates its own spread, so the part of the seeds is widened by f (`seed_factor`). With
        one seed the interval covers the choice of images only.

        Args:
            values: float (S, C, N), no NaN. A cell with an infinite value has an infinite mean and interval,
                as PSNR of equal images is infinite.

        Returns:
            Mean, lower and upper end for every cell.

        Raises:
            ValueError: the shape is not (S, C, N) or holds another number of images.
        """
        self._check_shape(values)
        finite = np.isfinite(values).all(axis=(0, 2))
        mean, low, high = (np.full(values.shape[1], np.inf) for _ in range(3))
        if finite.any():
            kept = values[:, finite]
            seed_means = kept.mean(axis=2, dtype=np.float64)
            mean[finite] = seed_means.mean(axis=0)
            tail = (1 - self._confidence) / 2
            spread = self._deviations(kept, seed_means)
            low[finite], high[finite] = mean[finite] + np.quantile(spread, [tail, 1 - tail], axis=0)
        return Interval(mean, low, high)

    def combine(self, values: np.ndarray, weights: np.ndarray, centers: np.ndarray | None = None) -> Estimate:
        """Estimate weighted sums of cell means, such as differences, with the same draws for all cells.

        A resample's weighted sum deviates by the weighted sum of its cells' deviations, so images and seeds
        that two cells share cancel in their difference: the comparison is paired. The interval is that of
        `interval`. The test divides the sum by its standard error and takes Student's distribution:

            SE² = B² / S + W²,   degrees of freedom = SE⁴ / ((B² / S)² / (S − 1) + W⁴ / (N − 1)),

        with B² the variance of the seeds' sums and W² the variance of the resamples' part of the images
        (Welch 1947, Satterthwaite 1946). Counting resamples beyond 0 instead could give no value below
        1 / resamples, too coarse to correct for many comparisons.

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
        seeds, _, n_images = values.shape
        draws = self._seed_weights(seeds)
        sums = seed_means @ weights.T
        value = sums.mean(axis=0) if centers is None else np.asarray(centers, np.float64)
        within = self._within(values, seed_means, draws) @ weights.T
        spread = seed_factor(seeds, self._confidence) * (draws @ (sums - sums.mean(axis=0))) + within
        tail = (1 - self._confidence) / 2
        low, high = value + np.quantile(spread, [tail, 1 - tail], axis=0)
        between_variance = sums.var(axis=0, ddof=1) / seeds if seeds > 1 else np.zeros(len(value))
        p_value = _welch_test(value, between_variance, within.var(axis=0), seeds, n_images)
        return Estimate(value, low, high, p_value)

    def _check_shape(self, values: np.ndarray) -> None:
        n_images = self._image_counts.shape[1]
        if values.ndim != 3 or values.shape[2] != n_images or not values.shape[0]:
            raise ValueError(f"expected scores of shape (S, C, {n_images}), found {values.shape}")

    def _deviations(self, values: np.ndarray, seed_means: np.ndarray) -> np.ndarray:
        """Deviation of every resample's mean from the mean of all values, float64 (resamples, C)."""
        weights = self._seed_weights(len(values))
        between = weights @ (seed_means - seed_means.mean(axis=0))
        return seed_factor(len(values), self._confidence) * between + self._within(
            values, seed_means, weights
        )

    def _seed_weights(self, seeds: int) -> np.ndarray:
        """Draw seeds for every resample: the share of each seed, float64 (resamples, S)."""
        return _draw_counts(seeds, self._resamples, stream(*self._stream_name, "seeds", seeds)) / seeds

    def _within(self, values: np.ndarray, seed_means: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Deviation of every resample's mean that its images make, float64 (resamples, C)."""
        seeds, cells, _ = values.shape
        means = self._image_means((values - seed_means[:, :, np.newaxis]).astype(np.float32))
        return np.einsum("bs,bsc->bc", weights, means.reshape(-1, seeds, cells))

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


def seed_factor(seeds: int, confidence: float) -> float:
    """Factor by which the bootstrap's spread over a few seeds is widened.

    sqrt(S / (S − 1)) · t / z, with t and z the quantiles at the interval's upper end of Student's
    distribution with S − 1 degrees of freedom and of the normal one. It makes the percentile interval of S
    normal values as wide as Student's. Source: the "expanded percentile interval" of Hesterberg (2015), here
    as a factor of the spread, because S values have too few distinct resamples to take further quantiles of.

    Args:
        seeds: number of seeds S, at least 1.
        confidence: in (0, 1).

    Returns:
        A factor above 1, about 2.7 for three seeds at 95 %; 1 for one seed, which has no spread to widen.
    """
    if seeds == 1:
        return 1.0
    from scipy.special import ndtri, stdtrit

    upper = (1 + confidence) / 2
    return float(np.sqrt(seeds / (seeds - 1)) * stdtrit(seeds - 1, upper) / ndtri(upper))


def _draw_counts(items: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `items` out of `items` with replacement and count, uint8 (resamples, items)."""
    counts = np.empty((resamples, items), np.uint8)
    for row in counts:
        # More than 255 draws of one item among at least 256 do not happen (probability below 1e-500).
        row[:] = np.bincount(rng.integers(items, size=items), minlength=items)
    return counts


def _welch_test(
    value: np.ndarray, between: np.ndarray, within: np.ndarray, seeds: int, n_images: int
) -> np.ndarray:
    """Test sums against 0 by Student's distribution with the degrees of freedom of Welch and Satterthwaite.

    Args:
        value: float64 (R,), the sums.
        between: float64 (R,), the part of their variance that seeds make.
        within: float64 (R,), the part that images make.
        seeds: number of seeds S.
        n_images: number of images N.

    Returns:
        Two-sided p-values, float64 (R,); where nothing varies, 1 for a sum of 0 and 0 for any other.
    """
    from scipy.special import stdtr

    variance = between + within
    spread = between**2 / max(seeds - 1, 1) + within**2 / max(n_images - 1, 1)
    varies = spread > 0
    degrees = np.divide(variance**2, spread, out=np.ones_like(value), where=varies)
    ratio = np.divide(np.abs(value), np.sqrt(variance), out=np.zeros_like(value), where=varies)
    return np.where(varies, 2 * stdtr(degrees, -ratio), np.where(value == 0, 1.0, 0.0))


def holm(p_values: np.ndarray) -> np.ndarray:
    """Correct p-values of one family of comparisons for their number.

    The k-th smallest of m is multiplied by m − k + 1, and none may fall below a smaller one's result (Holm
    1979). Whatever is below α then holds for all of the family together with an error of at most α.

    Args:
        p_values: float (m,) in [0, 1], no NaN.

    Returns:
        float64 (m,) in [0, 1].
    """
    order = np.argsort(p_values, kind="stable")
    steps = np.asarray(p_values, np.float64)[order] * np.arange(len(order), 0, -1)
    corrected = np.empty(len(order))
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return corrected
