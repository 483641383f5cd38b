"""A finding, and what all rules share."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from aestudy.files.study_tables import ComparisonRow, SummaryRow
from aestudy.findings.evidence import Evidence, source_of
from aestudy.findings.wording import Words, scaled, unit_of

DIRECTIONS = {1: "higher", -1: "lower", 0: "not shown"}
NO_DIRECTION = "none"

WARNING = "warning"
"""The kind of a finding that stands above all others."""


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
    words: Words,
    name: str,
    sentence: str,
    decisive: ComparisonRow | SummaryRow,
    *others: ComparisonRow | SummaryRow | None,
) -> Finding:
    """Make a finding of a sentence, the row that decided, and further rows that the sentence names."""
    value, low, high = scaled(decisive)
    known = not math.isnan(low)
    if isinstance(decisive, ComparisonRow):
        quantity, direction = decisive.quantity, DIRECTIONS[words.sign(decisive)]
    else:
        quantity, direction = decisive.metric, NO_DIRECTION
    return Finding(
        name,
        sentence,
        quantity,
        value,
        low if known else None,
        high if known else None,
        unit_of(decisive),
        direction,
        tuple(source_of(row) for row in (decisive, *others) if row is not None),
    )
