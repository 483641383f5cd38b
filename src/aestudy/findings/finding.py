"""A finding, and what all rules share."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from aestudy.findings.evidence import Estimate, Evidence
from aestudy.findings.wording import Words, scaled, unit_of

DIRECTIONS = {1: "higher", -1: "lower", 0: "not shown"}
PREFERRED = ("denoise", "reconstruct")


@dataclass(frozen=True)
class Finding:
    """One sentence and what it rests on.

    Attributes:
        id: the name of the question.
        sentence: the answer, for a person.
        quantity: what `value` is, a quantity of `comparisons.csv` where it stands there.
        value: the number that decided, in `unit`.
        ci_low: lower end of its interval; None where it has none.
        ci_high: upper end.
        unit: `dB`, `%`, ...
        direction: `higher`, `lower`, or `not shown` where the interval covers "no difference" or is none;
            `none` where nothing is compared.
        sources: the table and the columns that identify each row behind the sentence.
    """

    id: str
    sentence: str
    quantity: str
    value: float
    ci_low: float | None
    ci_high: float | None
    unit: str
    direction: str
    sources: tuple[dict[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the fields as plain values, numbers with six significant digits."""
        numbers = {
            name: None if value is None else float(f"{value:.6g}")
            for name in ("value", "ci_low", "ci_high")
            for value in [getattr(self, name)]
        }
        return asdict(self) | numbers | {"sources": list(self.sources)}


Rule = Callable[[Evidence, Words], Finding | None]
"""Answers one question from the evidence; None where the evidence has no answer."""


def preferred(evidence: Evidence) -> str:
    """Choose the objective to answer a question for, where several could answer it."""
    return next((name for name in (*PREFERRED, *evidence.objectives) if name in evidence.objectives), "")


def clean_condition(evidence: Evidence) -> str:
    """Name the clean condition; empty where no model was trained on it."""
    return next((cost.trained_on for cost in evidence.all("cost")), "")


def conclude(name: str, sentence: str, decisive: Estimate, *others: Estimate | None) -> Finding:
    """Make a finding of a sentence and the estimates behind it.

    Args:
        name: the question.
        sentence: the answer.
        decisive: the estimate that decided.
        *others: further estimates that the sentence names; None where the study has none.
    """
    value, low, high = scaled(decisive)
    if not decisive.has_interval:
        low = high = None
    sources = tuple(one.source for one in (decisive, *others) if one is not None)
    return Finding(
        name, sentence, decisive.row["quantity"], value, low, high, unit_of(decisive),
        DIRECTIONS[decisive.sign], sources,
    )  # fmt: skip
