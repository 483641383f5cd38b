"""A finding, and what all rules share."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aestudy.files.study_tables import ComparisonRow, SummaryRow
from aestudy.findings.evidence import Evidence, source_of
from aestudy.findings.wording import Words, scaled, unit_of

DIRECTIONS = {1: "higher", -1: "lower", 0: "not shown"}


@dataclass(frozen=True)
class Finding:
    """One sentence and what it rests on; docs/findings.md says what each field is."""

    id: str
    sentence: str
    quantity: str
    value: float
    ci_low: float | None
    ci_high: float | None
    unit: str
    direction: str
    sources: tuple[dict[str, str], ...]
    kind: str = "finding"

    def as_dict(self) -> dict[str, Any]:
        """Give the fields as plain values, numbers with six significant digits."""
        fields = asdict(self) | {"sources": list(self.sources)}
        for name in ("value", "ci_low", "ci_high"):
            if fields[name] is not None:
                fields[name] = float(f"{fields[name]:.6g}")
        return fields


Rule = Callable[[Evidence, Words], Finding | None]
"""Answers one question from the evidence; None where the evidence has no answer."""


def conclude(
    name: str, sentence: str, decisive: ComparisonRow, *others: ComparisonRow | SummaryRow | None
) -> Finding:
    """Make a finding of a sentence, the comparison that decided, and further rows that the sentence names."""
    value, low, high = scaled(decisive)
    known = decisive.has_interval
    return Finding(
        name,
        sentence,
        decisive.quantity,
        value,
        low if known else None,
        high if known else None,
        unit_of(decisive),
        DIRECTIONS[decisive.sign],
        tuple(source_of(row) for row in (decisive, *others) if row is not None),
    )


def extremes(rows: Sequence[ComparisonRow]) -> tuple[ComparisonRow, ComparisonRow]:
    """Find the rows of the largest and of the smallest value, of equal ones the first."""
    return max(rows, key=lambda row: row.mean), min(rows, key=lambda row: row.mean)
