"""The tables that findings are made from, ready to be asked."""

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aestudy.errors import StudyError

COMPARISONS = "tables/comparisons.csv"
SUMMARY = "tables/summary.csv"
SCORES = "tables/scores.csv"

_NAMES = ("objective", "trained_on", "tested_on", "metric", "reference")


@dataclass(frozen=True)
class Estimate:
    """One value with its interval, and the row that it stands in.

    Attributes:
        value: in the unit of the metric, or in percent.
        low: lower end of the interval; NaN where there is none.
        high: upper end.
        null: the value that means "no difference".
        p_value: corrected for the number of comparisons (`p_value_holm`); None for a mean, and where there is
            no interval.
        row: the columns that identify the row.
        table: the file that the row stands in, relative to the results of the data set.
    """

    value: float
    low: float
    high: float
    null: float
    p_value: float | None
    row: Mapping[str, str]
    table: str

    @property
    def sign(self) -> int:
        """1 or −1 where the interval lies above or below the null value, 0 where it covers it or is none."""
        return (self.low > self.null) - (self.high < self.null)

    @property
    def has_interval(self) -> bool:
        """Whether anything is known about the error."""
        return not math.isnan(self.low)

    @property
    def trained_on(self) -> str:
        """What the models were trained on."""
        return self.row["trained_on"]

    @property
    def tested_on(self) -> str:
        """What the models were tested on."""
        return self.row["tested_on"]

    @property
    def source(self) -> dict[str, str]:
        """Where the number stands: the table and the columns that identify its row."""
        return {"table": self.table, **self.row}


class Evidence:
    """Comparisons, means and scores of one data set.

    Args:
        comparisons: the rows of `comparisons.csv`.
        summary: the rows of `summary.csv`.
        scores: the rows of `scores.csv`.
        mixtures: the conditions that are mixtures. They do not count as distortions.

    Raises:
        StudyError: a row lacks a column or holds no number where one is expected.
    """

    def __init__(
        self,
        comparisons: Iterable[Mapping[str, str]],
        summary: Iterable[Mapping[str, str]],
        scores: Iterable[Mapping[str, str]],
        mixtures: Iterable[str] = (),
    ):
        self.mixtures = frozenset(mixtures)
        try:
            self._comparisons = [_read_comparison(row) for row in comparisons]
            self._means = [_read_mean(row) for row in summary]
            self._scores = [dict(row) | {"value": float(row["value"])} for row in scores]
            self.objectives = tuple(
                dict.fromkeys(row["objective"] for row in self._scores if row["objective"])
            )
            self.baselines = tuple(
                dict.fromkeys(row["method"] for row in self._scores if not row["objective"])
            )
            self.seeds = tuple(dict.fromkeys(row["seed"] for row in self._scores if row["seed"]))
            self.n_images = max((int(row["n_images"]) for row in self._scores), default=0)
            self.dataset = next((row["dataset"] for row in self._scores), "")
        except (KeyError, ValueError, TypeError) as error:
            raise StudyError(
                f"the tables: expected those of a study, found {type(error).__name__}: {error}. "
                "Delete them and run the study again."
            ) from None

    def find(
        self, quantity: str, *, metric: str = "psnr_db", reference: str = "clean", **names: str
    ) -> Estimate | None:
        """Look one comparison up; None where the study has none or it is infinite.

        Args:
            quantity: its name.
            metric: the metric.
            reference: what outputs are compared with.
            **names: `objective`, `trained_on`, `tested_on`; those left out may be anything.
        """
        return next(self.all(quantity, metric=metric, reference=reference, **names), None)

    def all(
        self, quantity: str, *, metric: str = "psnr_db", reference: str = "clean", **names: str
    ) -> Iterator[Estimate]:
        """List comparisons in the order of the table, finite ones only; arguments as in `find`."""
        wanted = {"quantity": quantity, "metric": metric, "reference": reference, **names}
        for estimate in self._comparisons:
            if _matches(estimate.row, wanted) and math.isfinite(estimate.value):
                yield estimate

    def conditions(self, quantity: str, **names: str) -> list[Estimate]:
        """List the comparisons of single conditions, not averages, not mixtures; arguments as in `find`."""
        return [
            estimate for estimate in self.all(quantity, **names)
            if "(" not in estimate.trained_on + estimate.tested_on
            and not self.mixtures & {estimate.trained_on, estimate.tested_on}
        ]  # fmt: skip

    def mean(self, method: str, tested_on: str, metric: str = "psnr_db", **names: str) -> Estimate | None:
        """Look a mean of `summary.csv` up, of any reference; None where it is missing or infinite.

        Args:
            method: `autoencoder` or a baseline.
            tested_on: the tested condition.
            metric: the metric.
            **names: `objective`, `trained_on`, `reference`; those left out may be anything.
        """
        wanted = {"method": method, "tested_on": tested_on, "metric": metric, **names}
        for estimate in self._means:
            if _matches(estimate.row, wanted) and math.isfinite(estimate.value):
                return estimate
        return None

    def seed_values(self, metric: str = "psnr_db", reference: str = "clean") -> dict[tuple, list[float]]:
        """Collect the scores of every seed: (objective, trained_on, tested_on) -> values."""
        found: dict[tuple, list[float]] = {}
        for row in self._scores:
            if row["method"] == "autoencoder" and (row["metric"], row["reference"]) == (metric, reference):
                key = (row["objective"], row["trained_on"], row["tested_on"])
                found.setdefault(key, []).append(row["value"])
        return found


def read_evidence(
    comparisons: str | Path, summary: str | Path, scores: str | Path, mixtures: Iterable[str] = ()
) -> Evidence:
    """Read the three tables.

    Args:
        comparisons: `comparisons.csv`.
        summary: `summary.csv`.
        scores: `scores.csv`.
        mixtures: the conditions that are mixtures.

    Raises:
        StudyError: a file is missing or is no such table.
    """
    tables = []
    for path in (comparisons, summary, scores):
        try:
            with Path(path).open(encoding="utf-8", newline="") as file:
                tables.append(list(csv.DictReader(file)))
        except (OSError, csv.Error, UnicodeError) as error:
            raise StudyError(f"{path}: expected a table of the study, found {error}.") from None
    return Evidence(*tables, mixtures)


def _read_comparison(row: Mapping[str, str]) -> Estimate:
    null = 100.0 if row["quantity"].endswith("corruption_error") else 0.0
    names = {name: row[name] for name in ("quantity", *_NAMES)}
    p_value = float(row["p_value_holm"]) if row["p_value_holm"] else None
    return Estimate(*_interval(row), null, p_value, names, COMPARISONS)


def _read_mean(row: Mapping[str, str]) -> Estimate:
    names = {name: row[name] for name in ("method", *_NAMES)}
    return Estimate(*_interval(row), 0.0, None, names, SUMMARY)


def _interval(row: Mapping[str, str]) -> tuple[float, float, float]:
    return float(row["mean"]), float(row["ci_low"] or "nan"), float(row["ci_high"] or "nan")


def _matches(row: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(row[name] == value for name, value in wanted.items())
