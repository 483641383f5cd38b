"""Answer all questions of a study and write `findings.json`.

`{"dataset", "confidence", "n_seeds", "n_images", "interval_covers", "findings": [...]}`; `interval_covers` is
null where one test image leaves no intervals. Each finding has the fields of
`aestudy.findings.finding.Finding`. docs/findings.md lists the questions.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aestudy.files.atomic import atomic_write
from aestudy.files.study_tables import ExplanationRow
from aestudy.findings import mixtures, models, rivals
from aestudy.findings.evidence import Evidence
from aestudy.findings.explanations import explain
from aestudy.findings.finding import Finding, Rule
from aestudy.findings.wording import Words

MAXIMUM_FINDINGS = 12

RULES: tuple[tuple[int, Rule], ...] = (
    (1, models.costliest),
    (3, models.noise_or_filters),
    (3, models.equal_strength),
    (1, models.repair("denoise")),
    (3, models.repair("reconstruct")),
    (1, models.objectives),
    (2, models.transfer),
    (2, mixtures.one_for_all),
    (2, mixtures.left_out),
    (2, models.price),
    (4, rivals.robustness),
    (1, rivals.linear),
    (2, rivals.doing_nothing),
    (2, rivals.classical),
    (2, rivals.legibility),
    (2, rivals.between_seeds),
)
"""Every rule with its rank, in the order of the page; of too many answers, high ranks go first."""


def find_all(evidence: Evidence, *, confidence: float, maximum: int = MAXIMUM_FINDINGS) -> list[Finding]:
    """Answer every question that the evidence allows, in the order of the page, at most so many."""
    words = Words(confidence)
    answers = [(rank, finding) for rank, rule in RULES if (finding := rule(evidence, words)) is not None]
    while len(answers) > maximum:
        highest = max(rank for rank, _ in answers)
        del answers[max(place for place, (rank, _) in enumerate(answers) if rank == highest)]
    return [finding for _, finding in answers]


def describe_findings(
    evidence: Evidence, *, confidence: float, explained: Sequence[ExplanationRow] = ()
) -> dict[str, Any]:
    """Gather the findings of a data set as plain values, and behind them what explains them."""
    found = find_all(evidence, confidence=confidence)
    found += explain(explained, confidence=confidence)
    covered = "seeds and images" if len(evidence.seeds) > 1 else "images"
    return {
        "dataset": evidence.dataset,
        "confidence": confidence,
        "n_seeds": len(evidence.seeds),
        "n_images": evidence.n_images,
        "interval_covers": None if evidence.n_images == 1 else covered,
        "findings": [finding.as_dict() for finding in found],
    }


def write_findings(
    path: str | Path, evidence: Evidence, *, confidence: float, explained: Sequence[ExplanationRow] = ()
) -> None:
    """Write the findings of a data set as JSON.

    Args:
        path: the file to make or replace.
        evidence: the tables that they are made from.
        confidence: level of the intervals.
        explained: the table of explanations.
    """
    found = describe_findings(evidence, confidence=confidence, explained=explained)
    with atomic_write(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
