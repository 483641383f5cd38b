"""The one rule by which a difference counts: findings, hatching, bold and the tables of a paper all use it.

A difference is shown where its p-value, corrected for the number of comparisons, is at most 1 − confidence.
It counts where it is also as large as what matters (`statistics: smallest_difference` of a config).
"""

import math
from collections.abc import Mapping

from aestudy.files.study_tables import ComparisonRow
from aestudy.metrics.table import MSE, PSNR_DB

SMALLEST_PRINTED = {2: 0.05, 3: 0.01, 4: 0.003}
"""Number of seeds -> the smallest p-value that they support.

Down to it, simulations find differences that are none at most 1.3 times as often as the p-value says
(`tests/statistics/test_yardstick.py`); below, few seeds that agree by chance promise too much.
"""

LEAST = 0.001
"""The same for more seeds, and for one, where only images were sampled: nobody needs more digits."""


class Yardstick:
    """Decides which differences count.

    Args:
        confidence: level of the intervals, in (0, 1).
        smallest: metric -> the smallest difference that matters; 0 for metrics that it lacks.
    """

    def __init__(self, confidence: float, smallest: Mapping[str, float]):
        self.error = 1 - confidence
        # Squared errors are compared as ratios, in percent: what a difference of PSNR makes of them.
        self._smallest = {MSE: 100 * (10 ** (smallest.get(PSNR_DB, 0.0) / 10) - 1), **smallest}

    def smallest(self, metric: str) -> float:
        """Give the smallest difference of a metric that matters; of errors, of their ratio in percent."""
        return self._smallest.get(metric, 0.0)

    def shown(self, p_value: float) -> bool:
        """Say whether a corrected p-value shows a difference; NaN shows none."""
        return p_value <= self.error

    def sign(self, row: ComparisonRow, p_value: float | None = None) -> int:
        """Give 1 or −1 for a difference that counts, 0 for none.

        Args:
            row: the difference.
            p_value: corrected as the question asks for; that of the table when None.
        """
        size = row.mean - row.null_value
        p_value = row.p_value_holm if p_value is None else p_value
        if not self.shown(p_value) or abs(size) < self.smallest(row.metric):
            return 0
        return (size > 0) - (size < 0)

    def too_small(self, row: ComparisonRow, p_value: float | None = None) -> bool:
        """Say whether it is none that matters: the interval excludes that, or a shown one is small."""
        smallest = self.smallest(row.metric)
        ends = (row.ci_low - row.null_value, row.ci_high - row.null_value)
        if max(map(abs, ends)) < smallest:
            return True
        p_value = row.p_value_holm if p_value is None else p_value
        return self.shown(p_value) and abs(row.mean - row.null_value) < smallest


def print_p(p_value: float, n_seeds: int) -> str:
    """Write a p-value, never below what so many seeds support; `–` where there is none."""
    if math.isnan(p_value):
        return "–"
    least = SMALLEST_PRINTED.get(n_seeds, LEAST)
    return f"< {least:g}" if p_value < least else f"{p_value:.3f}" if p_value < 0.1 else f"{p_value:.2f}"
