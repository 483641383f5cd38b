"""Answer all questions of a study and write `findings.json`.

`{"dataset", "confidence", "n_seeds", "n_images", "interval_covers", "n_decisions", "findings": [...]}`;
`interval_covers` is null where one test image leaves no intervals. Each finding has the fields of
`aestudy.findings.finding.Finding`. docs/findings.md lists the questions.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aestudy.files.atomic import atomic_write
from aestudy.files.study_tables import ComparisonRow, covered
from aestudy.findings import bits, mixtures, models, rivals, warnings
from aestudy.findings.evidence import Evidence
from aestudy.findings.explanations import explain
from aestudy.findings.finding import DIRECTIONS, Finding, Rule
from aestudy.findings.wording import Words, settle

MAXIMUM_FINDINGS = 12


class Question(NamedTuple):
    """A rule and its place among all.

    Attributes:
        group: what it is about; findings of one group can contradict each other.
        rank: of too many answers, high ranks go first; 0 always stays.
        good: the direction, 1 or −1, that speaks for the models or for training on distortions.
    """

    group: str
    rank: int
    rule: Rule
    good: int = 1


QUESTIONS = (
    Question("warning", 0, warnings.nothing_learned),
    Question("bits", 0, bits.rate),
    Question("bits", 1, bits.inflation, -1),
    Question("rivals", 1, rivals.rivals),
    Question("cost", 1, models.costliest),
    Question("noise or filters", 2, models.noise_or_filters),
    Question("cost", 3, models.equal_strength),
    Question("training", 1, models.repair("denoise")),
    Question("training", 3, models.repair("reconstruct")),
    Question("objectives", 2, models.objectives),
    Question("elsewhere", 2, models.transfer),
    Question("elsewhere", 2, mixtures.one_for_all, -1),
    Question("elsewhere", 2, mixtures.left_out),
    Question("training", 2, models.price),
    Question("elsewhere", 4, rivals.robustness, -1),
    Question("rivals", 1, rivals.linear),
    Question("rivals", 3, rivals.doing_nothing),
    Question("legibility", 2, rivals.legibility),
    Question("seeds", 2, rivals.between_seeds),
)
"""Every question, in the order of the page."""

Answers = Sequence[tuple[Question, Finding]]


def find_all(
    evidence: Evidence,
    *,
    confidence: float,
    smallest: Mapping[str, float] | None = None,
    maximum: int = MAXIMUM_FINDINGS,
) -> list[Finding]:
    """Answer every question that the evidence allows, in the order of the page.

    Args:
        evidence: the tables.
        confidence: level of intervals and tests.
        smallest: metric -> the smallest difference that matters.
        maximum: so many findings at most, and those besides that contradict one of them.
    """
    answers, _ = answer(evidence, confidence, smallest or {})
    return choose(answers, maximum)


def answer(
    evidence: Evidence, confidence: float, smallest: Mapping[str, float]
) -> tuple[Answers, list[ComparisonRow]]:
    """Answer every question, with the family of comparisons that decided."""

    def ask(corrected: dict[ComparisonRow, float]) -> tuple[Answers, dict[ComparisonRow, None]]:
        words = Words(confidence, smallest, corrected)
        found = [(question, question.rule(evidence, words)) for question in QUESTIONS]
        return [(question, finding) for question, finding in found if finding], words.asked

    return settle(ask)


def choose(answers: Answers, maximum: int) -> list[Finding]:
    """Leave out what ranks last, but nothing that contradicts what stays."""
    ordered = sorted(answers, key=lambda pair: pair[0].rank)  # stable: of one rank, the last ones go first
    kept = ordered[:maximum]
    for question, finding in ordered[maximum:]:
        if any(_contradict(question, finding, *pair) for pair in kept):
            kept.append((question, finding))
    chosen = {finding.id for _, finding in kept}
    return [finding for _, finding in answers if finding.id in chosen]


def _contradict(one: Question, finding: Finding, other: Question, shown: Finding) -> bool:
    """Say whether one of two answers on the same speaks for it and the other one against it."""
    signs = {direction: sign for sign, direction in DIRECTIONS.items()}
    product = one.good * signs.get(finding.direction, 0) * other.good * signs.get(shown.direction, 0)
    return one.group == other.group and product < 0


def describe_findings(
    evidence: Evidence,
    *,
    confidence: float,
    smallest: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Gather the findings of a data set as plain values, and behind them what explains them."""
    answers, family = answer(evidence, confidence, smallest or {})
    found = choose(answers, MAXIMUM_FINDINGS) + explain(evidence.explained, confidence=confidence)
    return {
        "dataset": evidence.dataset,
        "confidence": confidence,
        "n_seeds": len(evidence.seeds),
        "n_images": evidence.n_images,
        "interval_covers": None if evidence.n_images == 1 else covered(0.0, len(evidence.seeds)),
        "n_decisions": len(family),
        "findings": [finding.as_dict() for finding in found],
    }


def write_findings(
    path: str | Path, evidence: Evidence, *, confidence: float, smallest: Mapping[str, float]
) -> None:
    """Write the findings of a data set as JSON.

    Args:
        path: the file to make or replace.
        evidence: the tables that they are made from.
        confidence: level of the intervals.
        smallest: metric -> the smallest difference that matters.
    """
    found = describe_findings(evidence, confidence=confidence, smallest=smallest)
    with atomic_write(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
