"""How sentences of explanations look rows up, decide, and write numbers."""

import math
from collections.abc import Callable, Mapping, Sequence

from aestudy.files.study_tables import ExplanationRow
from aestudy.findings.finding import DIRECTIONS, Finding
from aestudy.findings.wording import digits_of, number, signed
from aestudy.statistics.averages import DISTORTIONS

TABLE = "tables/explanations.csv"
EXPLANATION = "explanation"
"""The kind of these findings."""

Rows = Sequence[ExplanationRow]


class Said:
    """Writes the numbers of explanations, and says which ones count.

    Args:
        confidence: level of the intervals, such as 0.95.
        corrected: row -> its p-value among all that decide; those that it lacks keep their own.
    """

    def __init__(self, confidence: float, corrected: Mapping[ExplanationRow, float] | None = None):
        self._level = f"{100 * confidence:g} % interval"
        self._error, self._corrected = 1 - confidence, corrected or {}
        self.asked: dict[ExplanationRow, None] = {}
        """The rows that words were chosen by."""

    def sign(self, row: ExplanationRow) -> int:
        """Say whether a row that decides a sentence lies above or below 0; 0 where that is not shown."""
        self.asked[row] = None
        shown = self._corrected.get(row, row.p_value) <= self._error
        return ((row.mean > 0) - (row.mean < 0)) if shown else 0

    def amount(self, row: ExplanationRow, *, named: bool = False) -> str:
        """Write a value with its sign, its unit and its interval: `−7.7 dB (−8.3 to −6.8)`."""
        return self._write((row.mean, row.ci_low, row.ci_high), row.unit, signed, named)

    def size(self, row: ExplanationRow, *, named: bool = False, factor: float = 1, unit: str = "") -> str:
        """Write how large a value is, where words say its direction; where it has none, with its sign.

        Args:
            row: the value.
            named: whether to say what the interval is.
            factor: what is written is the value times this.
            unit: of what is written, where it is not that of the row.
        """
        value, low, high = (factor * part for part in (row.mean, row.ci_low, row.ci_high))
        if not self.sign(row):
            return self._write((value, low, high), unit or row.unit, signed, named)
        low, high = sorted((abs(low), abs(high)))
        return self._write((abs(value), low, high), unit or row.unit, number, named)

    def _write(
        self,
        numbers: tuple[float, float, float],
        unit: str,
        write: Callable[[float, int], str],
        named: bool,
    ) -> str:
        value, low, high = numbers
        after = f" {unit}".rstrip()
        if math.isnan(low):
            return f"{write(value, digits_of(value))}{after} (no interval)"
        level = f"{self._level} " if named else ""
        digits = digits_of(max(map(abs, numbers)))
        return f"{write(value, digits)}{after} ({level}{write(low, digits)} to {write(high, digits)})"


Rule = Callable[[Rows, Said], Finding | None]
"""From the rows of one explanation to what they show."""


def find(rows: Rows, quantity: str, **columns: str) -> ExplanationRow | None:
    """Look a row up by its columns."""
    wanted = {"quantity": quantity, **columns}
    return next(
        (row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())), None
    )


def conclude(said: Said, sentence: str, decisive: ExplanationRow, *others: ExplanationRow) -> Finding:
    """Make a finding of a sentence, the row that decided, and further rows that the sentence names."""
    known = decisive.has_interval
    return Finding(
        decisive.explanation, sentence, decisive.quantity, decisive.mean, decisive.ci_low if known else None,
        decisive.ci_high if known else None, decisive.unit, DIRECTIONS[said.sign(decisive)],
        tuple(_source(row) for row in (decisive, *others)), EXPLANATION,
    )  # fmt: skip


def _source(row: ExplanationRow) -> dict[str, str]:
    names = ("explanation", "quantity", "objective", "trained_on", "tested_on")
    return {"table": TABLE, **{name: getattr(row, name) for name in names}}


def is_averaged(rows: Rows) -> bool:
    """Say whether an explanation has rows of the average over the distortions."""
    return any(row.tested_on == DISTORTIONS for row in rows)
