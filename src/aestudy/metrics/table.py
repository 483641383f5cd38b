"""The one table of all metrics: what computes them, and how they are written.

To add a metric of images, add its name to `IMAGE_METRICS`, its function to `FUNCTIONS` and its words to
`METRICS`. Scores, tables, comparisons, figures and the report follow; docs/method.md has the formulas.
Names, functions and words stand apart, so that a new word is no new score.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aestudy.metrics.pixelwise import mse, psnr_db_of_mse
from aestudy.metrics.structural_similarity import LocalMoments, ssim_against

IMAGE_METRICS = MSE, PSNR_DB, SSIM = ("mse", "psnr_db", "ssim")
"""What every image is scored by, in the order of the files."""

REFERENCES = ("clean", "input")
"""What an output is compared with: the clean original, or the image that the method was given."""


class Comparison:
    """Outputs beside what they are compared with; what several metrics need is computed once.

    Args:
        references: arrays that the outputs are compared with, float (N, H, W) in [0, 1].
        images: the outputs, same shape and range.
        moments: local moments of a reference, by its place, where they are known already.
    """

    def __init__(
        self,
        references: Sequence[np.ndarray],
        images: np.ndarray,
        moments: Mapping[int, LocalMoments] | None = None,
    ):
        self.references, self.images = references, images
        known = moments or {}
        self.moments = [known.get(place, reference) for place, reference in enumerate(references)]

    @functools.cached_property
    def squared_errors(self) -> list[np.ndarray]:
        """For each reference, the mean squared error of each image, float64 (N,)."""
        return [mse(reference, self.images) for reference in self.references]


FUNCTIONS: dict[str, Callable[[Comparison], list[np.ndarray]]] = {
    MSE: lambda compared: compared.squared_errors,
    PSNR_DB: lambda compared: [psnr_db_of_mse(errors) for errors in compared.squared_errors],
    SSIM: lambda compared: ssim_against(compared.moments, compared.images),
}
"""Name -> function that gives, for each reference, one value per image, float (N,)."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """How one metric is written.

    Attributes:
        name: the short name for a person.
        unit: the unit, empty where there is none.
        higher_is_better: whether a larger value is a better picture.
        decimals: digits after the point in tables.
        cell_factor: what a value is multiplied with in a narrow heat-map cell.
        cell_decimals: digits after the point in such a cell.
        scale_label: the label of a color scale that shows values times `cell_factor`.
        heading: the name over a column of a paper's table.
        difference: what follows a difference in a sentence; errors are compared as ratios, in percent.
        difference_factor: what a difference is multiplied with there.
        long_name: the name in full, of a metric of images.
        details: what the report says of it behind its name.
    """

    name: str
    unit: str = ""
    higher_is_better: bool
    decimals: int
    cell_factor: float = 1.0
    cell_decimals: int
    scale_label: str
    heading: str
    difference: str = ""
    difference_factor: float = 1.0
    long_name: str = ""
    details: str = ""


METRICS = {
    PSNR_DB: Metric(
        name="PSNR", unit="dB", higher_is_better=True, decimals=2, cell_decimals=1, scale_label="PSNR (dB)",
        heading="PSNR in dB", difference="dB", long_name="peak signal-to-noise ratio",
        details="in decibels (data range 1)",
    ),
    SSIM: Metric(
        name="SSIM", higher_is_better=True, decimals=3, cell_decimals=2, scale_label="SSIM", heading="SSIM",
        difference="of SSIM", long_name="structural similarity",
        details="(Gaussian window of 11 × 11 pixels, σ = 1.5, or the largest odd one that fits)",
    ),
    MSE: Metric(
        name="MSE", higher_is_better=False, decimals=5, cell_factor=1000.0, cell_decimals=1,
        scale_label="MSE × 1000", heading="MSE", difference="%",
        long_name="mean squared error", details="on [0, 1]",
    ),
    "accuracy": Metric(
        name="accuracy", higher_is_better=True, decimals=3, cell_factor=100.0, cell_decimals=0,
        scale_label="images read right (%)", heading="share of images read correctly",
        difference="percentage points", difference_factor=100.0,
    ),
    "bits_per_image": Metric(
        name="bits per image", unit="bits", higher_is_better=False, decimals=1, cell_decimals=0,
        scale_label="bits per image", heading="bits per image", difference="bits per image",
    ),
    "bits_per_pixel": Metric(
        name="bits per pixel", unit="bits", higher_is_better=False, decimals=4, cell_factor=1000.0,
        cell_decimals=0, scale_label="bits per 1000 pixels", heading="bits per pixel",
    ),
    "entropy_bits_per_image": Metric(
        name="entropy per image", unit="bits", higher_is_better=False, decimals=1, cell_decimals=0,
        scale_label="bits per image", heading="entropy bits per image",
    ),
}  # fmt: skip
"""Name -> words, in the order of figures and report."""
