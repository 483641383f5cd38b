"""Read `tables/summary.csv` for figures and report; imports neither pandas nor matplotlib.

A figure job that imports pandas would spend more time on the import than on the figure.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aestudy.errors import StudyError
from aestudy.metrics.table import METRICS
from aestudy.scoring.method_names import AUTOENCODER, CODEC, METHODS, STREAM

SUMMARY_COLUMNS = (
    "dataset", "method", "objective", "trained_on", "tested_on", "metric", "reference", "mean", "ci_low",
    "ci_high", "n_seeds", "n_images",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One mean with its interval.

    Attributes:
        mean: over seeds and all test images; in the unit of the metric.
        low: lower end of the confidence interval; NaN where there is none.
        high: upper end.
        n_seeds: the number of models behind it; 0 for a baseline that has none.
        n_images: the number of test images.
    """

    mean: float
    low: float
    high: float
    n_seeds: int
    n_images: int


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
    """The summary of one data set.

    Args:
        cells: (method, objective, trained_on, tested_on, metric, reference) -> cell; objective and trained_on
            are empty for baselines.
    """

    def __init__(self, cells: dict[tuple[str, str, str, str, str, str], Cell]):
        self._cells = cells
        methods = {key[0] for key in cells} - {AUTOENCODER, CODEC}
        order = METHODS
        self.baselines = tuple(
            sorted(methods, key=lambda name: (order.index(name) if name in order else len(order), name))
        )

    @property
    def n_images(self) -> int:
        """The number of test images; 0 where there is no cell."""
        return max((cell.n_images for cell in self._cells.values()), default=0)

    @property
    def measured(self) -> tuple[tuple[str, str], ...]:
        """The metrics and what they compare with: in the order of `METRICS`, then of the file."""
        found = dict.fromkeys((metric, reference) for *_, metric, reference in self._cells)
        order = list(METRICS)
        return tuple(sorted(found, key=lambda key: order.index(key[0]) if key[0] in order else len(order)))

    def model(
        self, objective: str, trained_on: str, tested_on: str, metric: str, reference: str
    ) -> Cell | None:
        """Look up the autoencoders of one objective and training condition; None where there are none.

        A rate is that of their codecs.
        """
        method = CODEC if reference == STREAM else AUTOENCODER
        return self._cells.get((method, objective, trained_on, tested_on, metric, reference))

    def trained(
        self, method: str, objective: str, trained_on: str, tested_on: str, metric: str, reference: str
    ) -> Cell | None:
        """Look up the models of one objective and training condition, `autoencoder` or `codec`."""
        return self._cells.get((method, objective, trained_on, tested_on, metric, reference))

    @property
    def trained_methods(self) -> tuple[str, ...]:
        """The methods that have a model for each training condition: `autoencoder`, and `codec` if scored."""
        found = {key[0] for key in self._cells}
        return tuple(name for name in (AUTOENCODER, CODEC) if name in found)

    def baseline(self, method: str, tested_on: str, metric: str, reference: str) -> Cell | None:
        """Look up a baseline; None where it was not scored."""
        return self._cells.get((method, "", "", tested_on, metric, reference))

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
        StudyError: a column is missing or a value is no number.
    """
    cells = {}
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                row = {column: row[column] for column in SUMMARY_COLUMNS}
                key = tuple(row[name] for name in ("method", "objective", "trained_on", "tested_on"))
                if row["method"] not in (AUTOENCODER, CODEC):
                    key = (row["method"], "", "", row["tested_on"])
                cells[(*key, row["metric"], row["reference"])] = Cell(
                    *(float(row[name] or "nan") for name in ("mean", "ci_low", "ci_high")),
                    *(int(float(row[name] or 0)) for name in ("n_seeds", "n_images")),
                )
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise StudyError(
            f"{path}: expected a CSV with the columns {', '.join(SUMMARY_COLUMNS)}, found "
            f"{type(error).__name__}: {error}. Delete the file and run the study again."
        ) from None
    return Summary(cells)


def _mean(cell: Cell | None) -> float:
    return cell.mean if cell else float("nan")
