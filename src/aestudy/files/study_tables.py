"""The columns of all tables of a study; each class is the row of one, its fields are the columns.

`aestudy.files.csv_tables` writes and reads them. What does not apply is an empty cell: objective, trained_on
and seed of a baseline, the ends of an interval where the error is unknown.
"""

import math
from dataclasses import dataclass
from typing import Annotated

CONDITION = "condition"
AVERAGE = "average"
DIFFERENCE = "difference"
LEVEL = "level"

Loss = Annotated[float, 8]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """Of `scores.csv`: one model or baseline on one condition.

    Attributes:
        dataset: the data set.
        method: a name of `aestudy.scoring.method_names.TABLE`.
        objective: the model's objective.
        trained_on: the model's training condition.
        tested_on: the tested condition.
        seed: the model's seed.
        metric: a name of `aestudy.metrics.table.METRICS`.
        reference: what outputs are compared with.
        value: the mean over all test images, in the unit of the metric; `inf` where it contains an infinite
            one.
        n_images: the number of test images.
    """

    dataset: str
    method: str
    objective: str = ""
    trained_on: str = ""
    tested_on: str
    seed: int | None = None
    metric: str
    reference: str
    value: float
    n_images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """Of `summary.csv`: the mean of one cell over seeds and images; names as in `ScoreRow`.

    Attributes:
        mean: over seeds and all test images, in the unit of the metric.
        ci_low: lower end of the confidence interval; NaN where there is none.
        ci_high: upper end.
        n_seeds: the number of models behind it; 0 for a baseline, which has none.
        n_images: the number of test images.
    """

    dataset: str
    method: str
    objective: str = ""
    trained_on: str = ""
    tested_on: str
    metric: str
    reference: str
    mean: float
    ci_low: float = math.nan
    ci_high: float = math.nan
    n_seeds: int = 0
    n_images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """Of `matrix_{metric}_{reference}.csv`; each tested condition has a further column with its mean."""

    method: str
    objective: str = ""
    trained_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """Of `comparisons.csv`: one quantity (docs/method.md) of one pair of conditions, or of several.

    Attributes:
        dataset: the data set.
        quantity: its name.
        objective: the models' objective.
        trained_on: what the models were trained on, for people.
        trained_scope: what `trained_on` is: `condition`, or `average` over several.
        tested_on: what they were tested on, for people.
        tested_scope: what `tested_on` is: `condition`; `average` over several; `level`, a kind of distortions
            at one input PSNR; or `difference` of two of these.
        first: of a difference, what the other is subtracted from; of a level, the kind.
        second: of a difference, what is subtracted.
        level_db: of a level or a difference of two, the input PSNR in dB.
        metric: a name of `aestudy.metrics.table.METRICS`.
        reference: what outputs are compared with.
        mean: the quantity, in the unit of the metric or, of a ratio, in percent.
        ci_low: lower end of the confidence interval; NaN where the error is unknown, and `inf` or `-inf`
            where the quantity is.
        ci_high: upper end.
        null_value: the value that means "no difference": 0, and 100 of a ratio.
        p_value: two-sided, that the quantity is the null value; NaN where it was not tested.
        p_value_holm: corrected for the number of comparisons in its family.
        n_seeds: the number of seeds.
        n_images: the number of test images.
        interval_covers: `seeds and images`, or `images` for one seed; empty where there is no interval.
    """

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
    def sign(self) -> int:
        """1 or −1 where the interval lies above or below the null value, 0 where it covers it or is none."""
        return (self.ci_low > self.null_value) - (self.ci_high < self.null_value)

    @property
    def has_interval(self) -> bool:
        """Whether anything is known about the error."""
        return not math.isnan(self.ci_low)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRow:
    """Of `history.csv`: the mean losses of one epoch, numbered from 1."""

    epoch: int
    learning_rate: Loss
    train_loss: Loss
    validation_loss: Loss


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLossRow(LossRow):
    """Of `history.csv` of a training for rate.

    Attributes:
        train_bits: bits per image of noisy training images, under the prior that was trained with the
            network.
        validation_bits: the same of rounded validation images.
    """

    train_bits: Loss
    validation_bits: Loss


@dataclass(frozen=True, slots=True)
class RatePoint:
    """Of `rate_distortion.csv` and of the files in `rates`: one point of a rate-distortion curve.

    Attributes:
        method: name of the method.
        packing: one of `aestudy.rates.points.PACKINGS`.
        setting: the step of a model, the quality of a classical codec.
        bits_per_image: of whole files.
        bits_per_pixel: of whole files.
        psnr_db: mean over the images, `inf` where all come back exactly.
        ssim: mean over the images.
        n_images: number of test images.
    """

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
    """Of `bd_rates.csv`: a method beside an anchor, over the qualities that both reach in one packing.

    Attributes:
        method: the method.
        packing: as in `RatePoint`.
        quality: `psnr_db` or `ssim`.
        anchor: the method that it is compared with.
        percent: the delta rate; below 0 where the method takes fewer bits.
        lowest: quality at the lower end of the range.
        highest: quality at the upper end.
    """

    method: str
    packing: str
    quality: str
    anchor: str
    percent: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class BitsRow:
    """Of `bits_at_quality.csv`: the bits of a method at a fixed PSNR in dB, between measured points."""

    method: str
    packing: str
    psnr_db: float
    bits_per_image: float


TABLES: dict[str, type] = {
    "scores.csv": ScoreRow,
    "summary.csv": SummaryRow,
    "matrix_{metric}_{reference}.csv": MatrixRow,
    "comparisons.csv": ComparisonRow,
    "history.csv": LossRow,
    "rate_distortion.csv": RatePoint,
    "bd_rates.csv": DeltaRateRow,
    "bits_at_quality.csv": BitsRow,
}
"""File -> its rows."""
