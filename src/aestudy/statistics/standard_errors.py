"""From standard errors to intervals and p-values that always decide alike.

A mean or difference has the variance v_B + v_W: v_B made by S seeds, known from S − 1 degrees of freedom, and
v_W made by N images, known from N − 1. Its critical value, in units of the standard error sqrt(v_B + v_W), is
that of Cochran and Cox (Experimental Designs, 1950):

    c(α) = (v_B t_{S−1}(α) + v_W t_{N−1}(α)) / (v_B + v_W),

with t_k(α) the two-sided critical value of Student's distribution. The degrees of freedom of Welch and
Satterthwaite are computed from the same estimates: where few seeds agree by chance, the error comes out small
and its degrees of freedom large. Here small v_B takes only its own share of the large t_{S−1} away.

The interval is value ± c(1 − confidence) · SE, and the p-value is the α at which c(α) · SE is |value|. So the
interval excludes 0 exactly where the p-value is below 1 − confidence. One image has no standard error, nor
have values that are all equal: they get no interval and no p-value.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

SMALLEST_P = 1e-300
"""Student's distribution comes out as 0 beyond it, and no p-value is 0."""

HALVINGS = 64
"""Of the range of log p in which a p-value is searched, at most 700 wide: to the last bits of a float."""


@dataclass(frozen=True, eq=False)
class StandardErrors:
    """The errors of R values.

    Attributes:
        between: float64 (R,), the part v_B of the variance that seeds make; 0 for one seed.
        within: float64 (R,), the part v_W that images make.
        seeds: number of seeds S, at least 1.
        n_images: number of images N, at least 1.
    """

    between: np.ndarray
    within: np.ndarray
    seeds: int
    n_images: int

    def half_widths(self, confidence: float) -> np.ndarray:
        """Give half the width of every interval.

        Args:
            confidence: level of the intervals, in (0, 1).

        Returns:
            float64 (R,), NaN where there is no standard error.
        """
        known = self._known()
        products = np.full(known.shape, np.nan)
        products[known] = self._products(np.full(known.sum(), np.log(1 - confidence)), known)
        return products

    def p_values(self, values: np.ndarray) -> np.ndarray:
        """Test values against 0, two-sided.

        Args:
            values: float64 (R,).

        Returns:
            float64 (R,) in (0, 1], NaN where there is no standard error.
        """
        known = self._known()
        found = np.full(known.shape, np.nan)
        sizes = np.abs(values[known])
        ratios = sizes / np.sqrt(self.between[known] + self.within[known])
        # The critical value lies between those of the two degrees of freedom, and so does the p-value.
        single = [2 * stdtr(degrees, -ratios) for degrees in self._degrees()]
        low, high = (np.log(np.clip(part, SMALLEST_P, 1)) for part in np.sort(single, axis=0))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            reached = self._products(middle, known) > sizes
            low, high = np.where(reached, middle, low), np.where(reached, high, middle)
        found[known] = np.exp((low + high) / 2)
        return found

    def _known(self) -> np.ndarray:
        return (self.between + self.within > 0) & (self.n_images > 1)

    def _degrees(self) -> tuple[int, int]:
        return max(self.seeds - 1, 1), max(self.n_images - 1, 1)

    def _products(self, log_p: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Multiply critical values at exp(log_p), two-sided, with the known standard errors."""
        between, within = self.between[known], self.within[known]
        seeds, images = (-stdtrit(degrees, np.exp(log_p) / 2) for degrees in self._degrees())
        return (between * seeds + within * images) / np.sqrt(between + within)


def holm(p_values: np.ndarray) -> np.ndarray:
    """Correct p-values of one family of comparisons for their number.

    Multiply the k-th smallest of m by m − k + 1, then raise each to the largest result before it (Holm
    1979). The chance of even one false value below α is at most α.

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
