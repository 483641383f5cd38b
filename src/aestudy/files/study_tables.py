"""The columns of all tables of a study: the fields of a class are the columns of its table.

`aestudy.files.csv_tables` writes and reads them. docs/results.md says what each column means.
"""

import math
from dataclasses import dataclass
from typing import Annotated

CONDITION = "condition"
AVERAGE = "average"
DIFFERENCE = "difference"
LEVEL = "level"

Loss = Annotated[float, 8]


def covered(low: float, n_seeds: int) -> str:
    """Say what an interval covers, by its lower end; empty where there is none."""
    return "" if math.isnan(low) else "seeds and images" if n_seeds > 1 else "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """A model or baseline on one condition; objective and trained_on do not apply to a baseline."""

    dataset: str
    method: str
    objective: str = ""
    trained_on: str = ""
    tested_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow(MethodRow):
    """The mean of one model, with its seed, or of one baseline."""

    seed: int | None = None
    metric: str
    reference: str
    value: float
    n_images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow(MethodRow):
    """The mean over all seeds; the ends are NaN where there is no interval."""

    metric: str
    reference: str
    mean: float
    ci_low: float = math.nan
    ci_high: float = math.nan
    confidence: float = math.nan
    n_seeds: int = 0
    n_images: int
    interval_covers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A model or baseline; each tested condition has a further column with its mean."""

    method: str
    objective: str = ""
    trained_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """A quantity of one pair of conditions or of several; NaN stands for what is unknown or not tested."""

    dataset: str
    quantity: str
    objective: str
    trained_on: str
    trained_scope: str
    tested_on: str
    tested_scope: str
    first: str = ""
    second: str = ""
    level_db: float = math.nan
    metric: str
    reference: str
    mean: float
    ci_low: float = math.nan
    ci_high: float = math.nan
    confidence: float = math.nan
    null_value: float
    p_value: float = math.nan
    p_value_holm: float = math.nan
    n_seeds: int
    n_images: int
    interval_covers: str = ""

    @property
    def is_pair(self) -> bool:
        """Whether it is of two single conditions; all others are corrected in a family of their own."""
        return self.trained_scope == self.tested_scope == CONDITION

    @property
    def has_interval(self) -> bool:
        """Whether anything is known about the error."""
        return not math.isnan(self.ci_low)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationRow:
    """A part of an explanation; the ends are NaN where there is no interval."""

    dataset: str
    explanation: str
    quantity: str
    objective: str
    trained_on: str = ""
    tested_on: str = ""
    unit: str = ""
    mean: float
    ci_low: float = math.nan
    ci_high: float = math.nan
    p_value: float = math.nan
    n_seeds: int
    n_images: int

    @property
    def sign(self) -> int:
        """1 or −1 where the interval lies above or below 0, 0 where it covers it or is none."""
        return (self.ci_low > 0) - (self.ci_high < 0)

    @property
    def has_interval(self) -> bool:
        """Whether anything is known about the error."""
        return not math.isnan(self.ci_low)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRow:
    """One epoch of a training."""

    epoch: int
    learning_rate: Loss
    train_loss: Loss
    validation_loss: Loss


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLossRow(LossRow):
    """One epoch of a training for rate."""

    train_bits: Loss
    validation_bits: Loss


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSizeRow:
    """What one model costs whoever keeps it and computes with it."""

    dataset: str
    objective: str
    trained_on: str
    seed: int
    parameters: int
    multiply_adds: int
    parameters_bytes: int
    decoder_bytes: int
    codec_bytes: int


@dataclass(frozen=True, slots=True)
class RatePoint:
    """One point of a rate-distortion curve; PSNR in dB, `inf` where all images come back exactly."""

    method: str
    packing: str
    setting: float
    bits_per_image: float
    bits_per_pixel: float
    psnr_db: float
    ssim: float
    n_images: int


@dataclass(frozen=True, slots=True)
class DeltaRateRow:
    """A method beside an anchor, over the qualities that both reach in one packing."""

    method: str
    packing: str
    quality: str
    anchor: str
    percent: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class BitsRow:
    """The bits of a method at a fixed PSNR, interpolated between its points."""

    method: str
    packing: str
    psnr_db: float
    bits_per_image: float


TABLES: dict[str, type] = {
    "scores.csv": ScoreRow,
    "summary.csv": SummaryRow,
    "matrix_{metric}_{reference}.csv": MatrixRow,
    "comparisons.csv": ComparisonRow,
    "explanations.csv": ExplanationRow,
    "history.csv": RateLossRow,
    "model_sizes.csv": ModelSizeRow,
    "rate_distortion.csv": RatePoint,
    "bd_rates.csv": DeltaRateRow,
    "bits_at_quality.csv": BitsRow,
}
"""File -> its rows; those of a history may lack the bits."""
