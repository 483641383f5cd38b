"""Sentences of explanations. Each rule takes the rows of one explanation and says what they show, or nothing.

Its answer can come out either way, and "no difference could be shown" where an interval covers zero.
"""

from collections.abc import Callable, Sequence

from aestudy.explanations.table import EXPLANATIONS
from aestudy.files.study_tables import ExplanationRow
from aestudy.findings.finding import DIRECTIONS, Finding
from aestudy.findings.wording import signed
from aestudy.statistics.averages import NOISES

TABLE = "tables/explanations.csv"
EXPLANATION = "explanation"
"""The kind of these findings."""

Rows = Sequence[ExplanationRow]


class Said:
    """Writes the numbers of explanations with the level of their intervals, such as 0.95."""

    def __init__(self, confidence: float):
        self._level = f"{100 * confidence:g} % interval"

    def amount(self, row: ExplanationRow, *, named: bool = False) -> str:
        """Write a value with its sign, its unit and its interval: `−7.7 dB (−8.3 to −6.8)`."""
        unit = f" {row.unit}" if row.unit else ""
        if not row.has_interval:
            return f"{signed(row.mean)}{unit} (no interval)"
        level = f"{self._level} " if named else ""
        return f"{signed(row.mean)}{unit} ({level}{signed(row.ci_low)} to {signed(row.ci_high)})"


Rule = Callable[[Rows, Said], Finding | None]


def explain(rows: Rows, *, confidence: float) -> list[Finding]:
    """Say what each explanation of a study shows, in the order of the report."""
    said = Said(confidence)
    answers = [
        RULES[name](chosen, said)
        for name in EXPLANATIONS
        if (chosen := [row for row in rows if row.explanation == name])
    ]
    return [finding for finding in answers if finding is not None]


def find(rows: Rows, quantity: str, **columns: str) -> ExplanationRow | None:
    """Look a row up by its columns."""
    wanted = {"quantity": quantity, **columns}
    return next(
        (row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())), None
    )


def conclude(sentence: str, decisive: ExplanationRow, *others: ExplanationRow) -> Finding:
    """Make a finding of a sentence, the row that decided, and further rows that the sentence names."""
    known = decisive.has_interval
    return Finding(
        decisive.explanation, sentence, decisive.quantity, decisive.mean, decisive.ci_low if known else None,
        decisive.ci_high if known else None, decisive.unit, DIRECTIONS[decisive.sign],
        tuple(_source(row) for row in (decisive, *others)), EXPLANATION,
    )  # fmt: skip


def _source(row: ExplanationRow) -> dict[str, str]:
    names = ("explanation", "quantity", "objective", "trained_on", "tested_on")
    return {"table": TABLE, **{name: getattr(row, name) for name in names}}


def noise_or_tone(rows: Rows, said: Said) -> Finding | None:
    """Is the cost of noise the noise, or the contrast that its mean has lost?"""
    averaged = find(rows, "cost", tested_on=NOISES) is not None
    name = NOISES if averaged else rows[0].tested_on
    cost, tone, randomness, lead = (
        find(rows, quantity, tested_on=name) for quantity in ("cost", "tone", "randomness", "tone_lead")
    )
    if cost is None or tone is None or randomness is None or lead is None:
        return None
    what = "Noise" if averaged else name
    if not cost.sign or not lead.sign:
        middle = "no difference could be shown between the two parts"
    elif lead.sign == cost.sign:
        middle = "most of it is not the noise but the contrast that is lost on average"
    else:
        middle = "most of it is the randomness, not the contrast that is lost on average"
    sentence = (
        f"{what} changes the PSNR of models trained on clean images by {said.amount(cost, named=True)}; "
        f"{middle}: the mean of many draws alone, which has no randomness, makes {said.amount(tone)}, the "
        f"randomness around it {said.amount(randomness)}."
    )
    return conclude(sentence, lead, cost, tone, randomness)


RULES: dict[str, Rule] = {"noise_or_tone": noise_or_tone}
"""Name of an explanation -> its rule."""
