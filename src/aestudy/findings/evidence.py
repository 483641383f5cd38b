"""The tables that findings are made from, ready to be asked."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from aestudy.distortions.groups import Condition
from aestudy.distortions.names import MIXTURES
from aestudy.explanations.table import PREFERRED
from aestudy.files.csv_tables import read_table
from aestudy.files.study_tables import (
    BitsRow,
    ComparisonRow,
    ExplanationRow,
    ModelSizeRow,
    ScoreRow,
    SummaryRow,
)
from aestudy.statistics.averages import DISTORTIONS, SAME, of_group

COMPARISONS = "tables/comparisons.csv"
SUMMARY = "tables/summary.csv"
SCORES = "tables/scores.csv"
SIZES = "tables/model_sizes.csv"
QUALITIES = "tables/bits_at_quality.csv"

_NAMES = ("objective", "trained_on", "tested_on", "metric", "reference")


class Evidence:
    """Comparisons, means, scores and sizes of one data set; mixtures do not count as distortions.

    Args:
        comparisons: the rows of `comparisons.csv`.
        summary: those of `summary.csv`.
        scores: those of `scores.csv`.
        conditions: all conditions, to tell mixtures, noises and filters.
        sizes: those of `model_sizes.csv`.
        qualities: those of `bits_at_quality.csv`, which only some studies have.
        explained: those of `explanations.csv`.
    """

    def __init__(
        self,
        comparisons: Sequence[ComparisonRow],
        summary: Sequence[SummaryRow],
        scores: Sequence[ScoreRow],
        conditions: Iterable[Condition] = (),
        *,
        sizes: Sequence[ModelSizeRow] = (),
        qualities: Sequence[BitsRow] = (),
        explained: Sequence[ExplanationRow] = (),
    ):
        self.sizes, self.qualities, self.explained = sizes, qualities, explained
        self.sorts = {one.name: of_group(one.group) for one in conditions}
        """Condition -> the name of the average over its group."""
        self.mixtures = frozenset(name for name, sort in self.sorts.items() if sort == of_group(MIXTURES))
        self._comparisons, self._means, self._scores = comparisons, summary, scores
        self.objectives = tuple(dict.fromkeys(row.objective for row in scores if row.objective))
        order = (*PREFERRED, *self.objectives)
        self.preferred = next((name for name in order if name in self.objectives), "")
        self.seeds = tuple(dict.fromkeys(row.seed for row in scores if row.seed is not None))
        self.n_images = max((row.n_images for row in scores), default=0)
        self.dataset = scores[0].dataset if scores else ""
        self.clean = next((cost.trained_on for cost in self.all("cost")), "")
        """The clean condition; empty where no model was trained on it."""
        self._known = {row.trained_on for row in scores} - {self.clean, ""}

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
        """List the comparisons of single conditions, not averages, not mixtures; arguments as in `find`.

        Like averages, they are over the tested distortions that have models of their own, if any has.
        """
        found = [
            row
            for row in self.all(quantity, **names)
            if row.is_pair and not self.mixtures & {row.trained_on, row.tested_on}
        ]
        if any(row.tested_on in self._known for row in found):
            found = [row for row in found if row.tested_on in {*self._known, self.clean}]
        return found

    def own(self, quantity: str, objective: str = "", **names: str) -> ComparisonRow | None:
        """Look up the average over models, preferred ones by default, tested on what they were trained on."""
        names = {"objective": objective or self.preferred, "trained_on": SAME, **names}
        return self.find(quantity, tested_on=DISTORTIONS, **names)

    def mean(self, method: str, tested_on: str, metric: str, **columns: str) -> SummaryRow | None:
        """Look a mean of `summary.csv` up, of any reference; None where it is missing or infinite."""
        wanted = {"method": method, "tested_on": tested_on, "metric": metric, **columns}
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
    comparisons: str | Path,
    summary: str | Path,
    scores: str | Path,
    conditions: Iterable[Condition] = (),
    *,
    sizes: str | Path,
    qualities: Iterable[str | Path] = (),
    explanations: str | Path,
) -> Evidence:
    """Read the tables; of `bits_at_quality.csv` there is one or none.

    Raises:
        StudyError: a file is missing or is no such table.
    """
    return Evidence(
        read_table(comparisons, ComparisonRow),
        read_table(summary, SummaryRow),
        read_table(scores, ScoreRow),
        conditions,
        sizes=read_table(sizes, ModelSizeRow),
        qualities=[row for path in qualities for row in read_table(path, BitsRow)],
        explained=read_table(explanations, ExplanationRow),
    )


def source_of(row: ComparisonRow | SummaryRow) -> dict[str, str]:
    """Say where a number stands: the table and the columns that identify its row."""
    compared = isinstance(row, ComparisonRow)
    table, first = (COMPARISONS, "quantity") if compared else (SUMMARY, "method")
    return {"table": table, **{name: getattr(row, name) for name in (first, *_NAMES)}}


def _matches(row: ComparisonRow | SummaryRow, wanted: Mapping[str, str | float]) -> bool:
    return math.isfinite(row.mean) and all(getattr(row, name) == value for name, value in wanted.items())
