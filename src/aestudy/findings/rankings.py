"""Who stands at an end of a ranking: alone where every lead is shown, else with all that tie.

`aestudy.statistics.leads` compares the first and the last of each ranking with all others.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aestudy.files.study_tables import ComparisonRow
from aestudy.findings.evidence import Evidence
from aestudy.findings.wording import Words, listed, number, signed, unit_of
from aestudy.statistics.leads import BY_TRAINING, LEAD

APART = "which could not be told apart"


class End(NamedTuple):
    """One end of a ranking.

    Attributes:
        first: the row of the condition that stands there.
        names: its name, then those that cannot be told from it, in their order.
        of: the number of conditions that are ranked.
        next: the lead over the first one that can; None where there is none.
    """

    first: ComparisonRow
    names: list[str]
    of: int
    next: ComparisonRow | None

    @property
    def tied(self) -> bool:
        """Whether several share it."""
        return len(self.names) > 1

    def __str__(self) -> str:
        """Write `white (−7.7 dB)`, or `white and mean5, which could not be told apart (−7.7 dB on white)`."""
        unit = unit_of(self.first)
        percent = self.first.null_value > 0
        size = f"{number(self.first.mean) if percent else signed(self.first.mean)} {unit}"
        if self.tied and len(self.names) == self.of:
            return f"none, as the first could be told from no other ({size} for {self.names[0]})"
        if not self.tied:
            return f"{self.names[0]} ({size})"
        return f"{listed(self.names)}, {APART} ({size} for {self.names[0]})"


def name_of(row: ComparisonRow) -> str:
    """Name what a row stands for in its ranking."""
    return row.first or (row.trained_on if row.quantity in BY_TRAINING else row.tested_on)


def find_end(evidence: Evidence, words: Words, rows: Sequence[ComparisonRow], end: int) -> End:
    """Find who stands at the lower (−1) or the upper end (1) of a ranking of at least one row."""
    ordered = sorted(rows, key=lambda row: -end * row.mean)
    first, *others = ordered
    leads = {
        frozenset((row.first, row.second)): row
        for row in evidence.all(
            f"{first.quantity}{LEAD}",
            objective=first.objective,
            metric=first.metric,
            reference=first.reference,
        )
        if row.level_db == first.level_db or not first.first
    }
    names, following = [name_of(first)], None
    for row in others:
        lead = leads.get(frozenset((name_of(first), name_of(row))))
        if lead is None or not words.yardstick.sign(lead):
            names.append(name_of(row))
        elif following is None:
            following = lead
    return End(first, names, len(rows), following)


def other_of(lead: ComparisonRow, name: str) -> str:
    """Name the one that a lead is over."""
    return lead.second if lead.first == name else lead.first
