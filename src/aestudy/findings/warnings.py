"""The rule that stands above all: where nothing was learned, nothing is claimed."""

import dataclasses

from aestudy.files.study_tables import ComparisonRow
from aestudy.findings.evidence import Evidence
from aestudy.findings.finding import WARNING, Finding, conclude
from aestudy.findings.wording import Words, listed
from aestudy.statistics.averages import DISTORTIONS, SAME

CONSTANTS = {"mean_image": "the mean training image", "black": "a black image"}
"""Baselines that look at no image, and their names in a sentence."""


def nothing_learned(evidence: Evidence, words: Words) -> Finding | None:
    """Do models beat an answer that looks at no image, where they were trained?"""
    places = (
        ("clean images", {"trained_on": evidence.clean, "tested_on": evidence.clean}),
        ("the distortions that they were trained on", {"trained_on": SAME, "tested_on": DISTORTIONS}),
    )
    rows: list[ComparisonRow] = []
    said = ""
    for objective in evidence.objectives:
        for where, columns in places:
            failed = {
                constant: row
                for method, constant in CONSTANTS.items()
                if (row := evidence.find(f"gain_over_{method}", objective=objective, **columns))
                and row.mean <= words.yardstick.smallest(row.metric)
            }
            if failed:
                parts = [_beside(words, row, constant) for constant, row in failed.items()]
                said += f" Models that {objective} are, on {where}, {listed(parts)}."
                rows += failed.values()
                break
    if not rows:
        return None
    sentence = (
        f"These models have learned next to nothing.{said} Train longer (training.epochs) or on more images "
        "before you read on: what follows compares models that do not work."
    )
    return dataclasses.replace(conclude(words, "nothing_learned", sentence, *rows), kind=WARNING)


def _beside(words: Words, row: ComparisonRow, constant: str) -> str:
    return words.choose(
        row,
        above=f"hardly better than {constant} ({{}})",
        below=f"{{}} worse than {constant}",
        neither=f"no better than {constant} ({{no}}: {{}})",
    )
