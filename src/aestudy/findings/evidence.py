"""The tables that findings are made from, ready to be asked."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from aestudy.explanations.table import PREFERRED
from aestudy.files.csv_tables import read_table
from aestudy.files.study_tables import ComparisonRow, ScoreRow, SummaryRow
from aestudy.statistics.averages import DISTORTIONS, SAME

COMPARISONS = "tables/comparisons.csv"
SUMMARY = "tables/summary.csv"
SCORES = "tables/scores.csv"

_NAMES = ("objective", "trained_on", "tested_on", "metric", "reference")


class Evidence:
    """Comparisons, means and scores of one data set; mixtures do not count as distortions."""

    def __init__(
        self,
        comparisons: Sequence[ComparisonRow],
        summary: Sequence[SummaryRow],
        scores: Sequence[ScoreRow],
        mixtures: Iterable[str] = (),
    ):
        self.mixtures = frozenset(mixtures)
        self._comparisons, self._means, self._scores = comparisons, summary, scores
        self.objectives = tuple(dict.fromkeys(row.objective for row in scores if row.objective))
        order = (*PREFERRED, *self.objectives)
        self.preferred = next((name for name in order if name in self.objectives), "")
        self.seeds = tuple(dict.fromkeys(row.seed for row in scores if row.seed is not None))
        self.n_images = max((row.n_images for row in scores), default=0)
        self.dataset = scores[0].dataset if scores else ""
        self.clean = next((cost.trained_on for cost in self.all("cost")), "")
        """The clean condition; empty where no model was trained on it."""

    def find(
        self, quantity: str, *, metric: str = "psnr_db", reference: str = "clean", **columns: str | float
    ) -> ComparisonRow | None:
        """Look one comparison up by its columns; None where the study has none or it is infinite."""
        return next(self.all(quantity, metric=metric, reference=reference, **columns), None)

    def all(
        self, quantity: str, *, metric: str = "psnr_db", reference: str = "clean", **columns: str | float
    ) -> Iterator[ComparisonRow]:
        """List comparisons in the order of the table, finite ones only; arguments as in `find`."""
        wanted = {"quantity": quantity, "metric": metric, "reference": reference, **columns}
        return (row for row in self._comparisons if _matches(row, wanted))

    def conditions(self, quantity: str, **names: str) -> list[ComparisonRow]:
        """List the comparisons of single conditions, not averages, not mixtures; arguments as in `find`."""
        return [
            row
            for row in self.all(quantity, **names)
            if row.is_pair and not self.mixtures & {row.trained_on, row.tested_on}
        ]

    def own(self, quantity: str, objective: str = "", **names: str) -> ComparisonRow | None:
        """Look up the average over models, preferred ones by default, tested on what they were trained on."""
        names = {"objective": objective or self.preferred, "trained_on": SAME, **names}
        return self.find(quantity, tested_on=DISTORTIONS, **names)

    def mean(self, method: str, tested_on: str, metric: str) -> SummaryRow | None:
        """Look a mean of `summary.csv` up, of any reference; None where it is missing or infinite."""
        wanted = {"method": method, "tested_on": tested_on, "metric": metric}
        return next((row for row in self._means if _matches(row, wanted)), None)

    def seed_values(
        self, metric: str = "psnr_db", reference: str = "clean"
    ) -> dict[tuple[str, str, str], list[float]]:
        """Collect the scores of every seed: (objective, trained_on, tested_on) -> values."""
        found: dict[tuple[str, str, str], list[float]] = {}
        for row in self._scores:
            if (row.method, row.metric, row.reference) == ("autoencoder", metric, reference):
                found.setdefault((row.objective, row.trained_on, row.tested_on), []).append(row.value)
        return found


def read_evidence(
    comparisons: str | Path, summary: str | Path, scores: str | Path, mixtures: Iterable[str] = ()
) -> Evidence:
    """Read the three tables.

    Raises:
        StudyError: a file is missing or is no such table.
    """
    return Evidence(
        read_table(comparisons, ComparisonRow),
        read_table(summary, SummaryRow),
        read_table(scores, ScoreRow),
        mixtures,
    )


def source_of(row: ComparisonRow | SummaryRow) -> dict[str, str]:
    """Say where a number stands: the table and the columns that identify its row."""
    compared = isinstance(row, ComparisonRow)
    table, first = (COMPARISONS, "quantity") if compared else (SUMMARY, "method")
    return {"table": table, **{name: getattr(row, name) for name in (first, *_NAMES)}}


def _matches(row: ComparisonRow | SummaryRow, wanted: Mapping[str, str | float]) -> bool:
    return math.isfinite(row.mean) and all(getattr(row, name) == value for name, value in wanted.items())
