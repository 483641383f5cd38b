"""Look means up in `tables/summary.csv`, for figures and report; imports neither pandas nor matplotlib."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aestudy.files.csv_tables import read_table
from aestudy.files.study_tables import SummaryRow
from aestudy.metrics.table import METRICS
from aestudy.scoring.method_names import AUTOENCODER, CODEC, METHODS, STREAM, TRAINED_METHODS


@dataclass(frozen=True)
class MatrixData:
    """One trained-on x tested-on matrix per objective, for one metric and reference.

    Attributes:
        metric: a key of `aestudy.metrics.table.METRICS`.
        reference: a key of `labels.REFERENCES`.
        trained_on: the rows' conditions.
        tested_on: the columns' conditions.
        models: objective -> float (trained_on, tested_on), NaN where there is no value.
        baselines: method -> float (tested_on,).
    """

    metric: str
    reference: str
    trained_on: tuple[str, ...]
    tested_on: tuple[str, ...]
    models: dict[str, np.ndarray]
    baselines: dict[str, np.ndarray]


class Summary:
    """The summary of one data set."""

    def __init__(self, rows: Iterable[SummaryRow]):
        self._cells = {
            (row.method, row.objective, row.trained_on, row.tested_on, row.metric, row.reference): row
            for row in rows
        }
        found = {key[0] for key in self._cells}
        self.trained_methods = tuple(name for name in TRAINED_METHODS if name in found)
        """The methods that have a model for each training condition: `autoencoder`, and `codec` if scored."""
        self.baselines = tuple(
            sorted(found.difference(TRAINED_METHODS), key=lambda name: (_place(name, METHODS), name))
        )

    @property
    def n_images(self) -> int:
        """The number of test images; 0 where there is no cell."""
        return max((cell.n_images for cell in self._cells.values()), default=0)

    @property
    def measured(self) -> tuple[tuple[str, str], ...]:
        """The metrics and what they compare with: in the order of `METRICS`, then of the file."""
        found = dict.fromkeys(key[4:] for key in self._cells)
        return tuple(sorted(found, key=lambda key: _place(key[0], METRICS)))

    def model(
        self, objective: str, trained_on: str, tested_on: str, metric: str, reference: str
    ) -> SummaryRow | None:
        """Look up the autoencoders of one objective and training condition; None where there are none.

        A rate is that of their codecs.
        """
        method = CODEC if reference == STREAM else AUTOENCODER
        return self.cell(method, objective, trained_on, tested_on, metric, reference)

    def cell(
        self, method: str, objective: str, trained_on: str, tested_on: str, metric: str, reference: str
    ) -> SummaryRow | None:
        """Look up any cell; of a baseline, objective and training condition are empty."""
        return self._cells.get((method, objective, trained_on, tested_on, metric, reference))

    def baseline(self, method: str, tested_on: str, metric: str, reference: str) -> SummaryRow | None:
        """Look up a baseline; None where it was not scored."""
        return self.cell(method, "", "", tested_on, metric, reference)

    def matrix(
        self,
        metric: str,
        reference: str,
        *,
        objectives: Iterable[str],
        trained_on: Sequence[str],
        tested_on: Sequence[str],
    ) -> MatrixData:
        """Arrange the means of one metric and reference as matrices."""
        models = {
            objective: np.array(
                [
                    [_mean(self.model(objective, row, column, metric, reference)) for column in tested_on]
                    for row in trained_on
                ]
            )
            for objective in objectives
        }
        baselines = {
            method: np.array(
                [_mean(self.baseline(method, column, metric, reference)) for column in tested_on]
            )
            for method in (() if reference == STREAM else self.baselines)
        }
        return MatrixData(metric, reference, tuple(trained_on), tuple(tested_on), models, baselines)


def read_summary(path: str | Path) -> Summary:
    """Read a `summary.csv`.

    Raises:
        StudyError: the file is missing or no such table.
    """
    return Summary(read_table(path, SummaryRow))


def _place(name: str, order: Collection[str]) -> int:
    """Give the place of a name; names that are not in the order stand behind it."""
    return list(order).index(name) if name in order else len(order)


def _mean(cell: SummaryRow | None) -> float:
    return cell.mean if cell else float("nan")
