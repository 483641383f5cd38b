"""The mean of some scores, and how sure it is."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from aestudy.errors import StudyError
from aestudy.statistics.bootstrap import HierarchicalBootstrap


class MeanInterval(NamedTuple):
    """A mean with its confidence interval; the ends are NaN where one image tells nothing about others."""

    mean: float
    low: float
    high: float


def bootstrap(
    scores: npt.ArrayLike, *, confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> MeanInterval:
    """Estimate the mean of scores over images, or over images and seeds, with its interval.

    Args:
        scores: float (N,), one score per image, or (S, N), of S models that differ in their seed.
        confidence: probability that the interval shall cover, above 0 and below 1.
        resamples: number of bootstrap resamples.
        seed: decides the draws.

    Returns:
        The mean and its interval, as the study's tables have them (docs/method.md).

    Raises:
        StudyError: the scores have another shape or are NaN, or a number is out of range.

    Example:
        >>> result = bootstrap([20.0, 22.0, 21.0, 23.0, 24.0])
        >>> print(f"{result.mean:.1f} dB, {result.low:.1f} to {result.high:.1f} dB")
        22.0 dB, 20.1 to 23.9 dB
    """
    values = np.atleast_2d(np.asarray(scores, np.float64))
    if values.ndim != 2 or not values.size or np.isnan(values).any():
        found = "NaN" if values.size and np.isnan(values).any() else f"the shape {np.shape(scores)}"
        raise StudyError(f"bootstrap: expected scores of shape (N,) or (S, N) without NaN, found {found}.")
    try:
        draws = HierarchicalBootstrap(
            values.shape[1], resamples=resamples, confidence=confidence, study_seed=seed, dataset="scores"
        )
    except ValueError as error:
        raise StudyError(f"bootstrap: {error}.") from None
    interval = draws.interval(values[:, np.newaxis])
    return MeanInterval(*(float(end[0]) for end in interval))
