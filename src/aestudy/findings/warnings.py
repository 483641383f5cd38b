"""The rule that stands above all: where nothing was learned, nothing is claimed."""

import dataclasses

from aestudy.findings.evidence import Evidence
from aestudy.findings.finding import WARNING, Finding, conclude
from aestudy.findings.wording import Words, listed
from aestudy.statistics.averages import DISTORTIONS, SAME

CONSTANTS = {"mean_image": "the mean training image", "black": "a black image"}
"""Baselines that look at no image, and their names in a sentence."""


def nothing_learned(evidence: Evidence, words: Words) -> Finding | None:
    """Do models beat an answer that looks at no image, where they were trained?"""
    failed: dict[str, list[str]] = {}
    decisive, names = None, (
        ("clean images", {"trained_on": evidence.clean, "tested_on": evidence.clean}),
        ("the distortions that they were trained on", {"trained_on": SAME, "tested_on": DISTORTIONS}),
    )  # fmt: skip
    for objective in evidence.objectives:
        for where, columns in names:
            for method, constant in CONSTANTS.items():
                row = evidence.find(f"gain_over_{method}", objective=objective, **columns)
                if row is None or row.mean > words.yardstick.smallest(row.metric):
                    continue
                decisive = decisive or row
                worse = words.choose(
                    row,
                    above="",
                    below=f"{{}} worse than {constant}",
                    neither=f"no better than {constant} ({{no}}: {{}})",
                )
                failed.setdefault(f"Models that {objective} are, on {where},", []).append(worse)
    if decisive is None:
        return None
    said = " ".join(f"{who} {listed(parts)}." for who, parts in failed.items())
    sentence = (
        f"These models have learned next to nothing. {said} Train longer (training.epochs) or on more images "
        "before you read on: what follows compares models that do not work."
    )
    finding = conclude(words, "nothing_learned", sentence, decisive)
    return dataclasses.replace(finding, kind=WARNING)
