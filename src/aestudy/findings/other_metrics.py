"""What PSNR says, asked again in digits read right and in bits: said where those tell another story."""

from aestudy.files.study_tables import ComparisonRow
from aestudy.findings.evidence import Evidence
from aestudy.findings.wording import Words
from aestudy.metrics.table import METRICS

OTHERS = {
    ("accuracy", "label"): (
        "In digits that a classifier reads right",
        "it is a gain of {}",
        "it is a loss of {}",
    ),
    ("bits_per_image", "stream"): ("In bits", "it takes {} more", "it saves {}"),
}
"""Metric and reference -> how a sentence on it begins, and what a value above or below 0 is."""


def where_others_differ(evidence: Evidence, words: Words, found: ComparisonRow) -> str:
    """Say in other metrics what a difference of PSNR is, where better and worse come out differently."""
    text = ""
    for (metric, reference), (start, above, below) in OTHERS.items():
        row = evidence.find(
            found.quantity, metric=metric, reference=reference, objective=found.objective,
            trained_on=found.trained_on, tested_on=found.tested_on,
        )  # fmt: skip
        if row is None:
            continue
        better = words.sign(row) * (1 if METRICS[metric].higher_is_better else -1)
        if better != words.sign(found):
            text += words.then(row, f"{start} {above}.", f"{start} {below}.", f"{start} {{no}}: {{}}.")
    return text
