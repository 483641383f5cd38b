"""The one table of all figures: their files, when a study has them, and what is said of them.

To add a figure, write the module that draws it, a rule and its script, and a line here. The target `all`, the
report and the captions of Snakemake's own report follow. Importing this module does not import matplotlib.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aestudy.distortions.severities import find_families
from aestudy.settings import Settings

CURVES, PICTURES, TRAINING, FIRST_IMAGES, MATRICES, WHY = (
    "curves", "pictures", "training", "first_images", "matrices", "why",
)  # fmt: skip
"""The sections of the report that show figures."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure, or one for each objective, matrix or explanation.

    Attributes:
        section: where the report shows it.
        title: its heading; `{part}` stands for the objective, the matrix or the explanation.
        caption: how it is read, for the report and for Snakemake's.
        priced: what the caption says besides, where models are trained for few bits.
        alt: what it shows, for who does not see it; heat maps name the matrix there.
        parts: what there is a figure of each of, `objective`, `matrix` or `explanation`; empty where there is
            one.
        pixels: whether the report shows its pixels, not its vectors, which would be too many.
        exists: whether a study has it.
    """

    section: str
    title: str
    caption: str
    priced: str = ""
    alt: str = ""
    parts: str = ""
    pixels: bool = False
    exists: Callable[[Settings], bool] = lambda study: True


def _has_several_strengths(study: Settings) -> bool:
    return bool(find_families([study.conditions[name] for name in study.tested_on]))


FIGURES: dict[str, Figure] = {
    "distortions": Figure(
        section=PICTURES,
        title="The distortions",
        alt="One row of test images per condition, distorted.",
        caption="The same test images under every condition, but further strengths of one that models are"
        " trained on; one of each label where there are labels. Black is 0, white is 1. Under each name: the "
        "parameters, and the mean PSNR of all distorted test images against the originals; the higher, the "
        "weaker the distortion. Words stand there where images equal their originals, which makes the mean "
        "infinite.",
        pixels=True,
    ),
    "reconstructions": Figure(
        section=PICTURES,
        title="Decoded images, objective {part}",
        alt="Test images of every condition: original, distorted, and decoded. Objective {part}.",
        caption="One row per test condition, models of the first seed. Left to right: the originals; what the"
        " model is given; what the model trained on this condition makes of it; what the model "
        "trained on clean images makes of it, where there is one. Black is 0, white is 1. Under each "
        "block: mean PSNR against the originals over all test images.",
        parts="objective",
        pixels=True,
    ),
    "losses": Figure(
        section=TRAINING,
        title="Losses per epoch",
        alt="Training and validation loss per epoch, one panel per training condition.",
        caption="Loss against epoch: one block per objective, each in its color, one panel per training "
        "condition, one line per seed; solid: validation images, dashed and paler: training images. "
        "Every panel has its own vertical scale, because the lowest loss that can be reached depends "
        "on the target; compare shapes between panels, not heights.",
        priced="Where bits have a price, it is part of the loss.",
    ),
    "matrices": Figure(
        section=MATRICES,
        title="{part}",
        caption="Means over all seeds and test images, compared with the clean original (clean) or with the "
        "image that the model was given (input), or the size of the compressed file (stream). Rows: "
        "what a model was trained on; columns: what it was tested on; boxed: both the same. One "
        "matrix per objective, all on one color scale, on which yellow is the better end. Below the "
        "gap stand the baselines, which need no training of a network; one beyond the scale has the color"
        " of its nearer end; sizes of files have none. ∞: "
        "an output equals what it is compared with, which makes the mean infinite.",
        parts="matrix",
    ),
    "explanations": Figure(
        section=WHY,
        title="{part}",
        alt="The explanation {part}.",
        caption="One explanation: the parts of what it explains, with their intervals. The page shows it "
        "under the sentence that rests on it.",
        parts="explanation",
    ),
    "first_images": Figure(
        section=FIRST_IMAGES,
        title="Objective {part}",
        alt="PSNR and SSIM of each of the first test images, one panel per condition. Objective {part}.",
        caption="PSNR (upper block, dB) and SSIM (lower block), output compared with the clean original, "
        "models of the first seed, each tested on the condition that it was trained on. Blue: the "
        "panel's condition; gray: the others; dotted: the mean of the blue line, also in the title.",
        parts="objective",
    ),
    "severity": Figure(
        section=CURVES,
        title="How much is too much?",
        alt="Mean PSNR against the strength of each distortion, one panel per distortion and objective.",
        caption="Mean PSNR against the clean original, over the strength of the distortion, one panel for "
        "each that the study has in at least three strengths; stronger to the right. Orange: the "
        "model trained on clean images; blue: the model trained on that very strength; gray, dashed: "
        "the input itself. Shaded: the intervals of summary.csv, where there are several images.",
        exists=_has_several_strengths,
    ),
    "rate_distortion": Figure(
        section=CURVES,
        title="Rate and distortion",
        alt="Mean PSNR and SSIM over bits per image, one line per method, on clean test images.",
        caption="Mean PSNR (left) and SSIM (right) of the decoded test images over their mean size in bits, "
        "headers included; upper row: all test images in one file, lower row: one file for each. One "
        "line per method, one point per quality setting. Up and to the left is better.",
        priced="Models trained for rate: marks, and the envelope of all of them as a line.",
        exists=lambda study: study.evaluation.rate_distortion,
    ),
}
"""Name -> figure, in the order of each section. Its files are `figures/{name}.svg` and `.png`; where it has
parts, `figures/{name}/{part}.svg` and `.png`."""


def figures_of_study(study: Settings, parts: Mapping[str, Sequence[str]]) -> list[str]:
    """Name the figures of a study as their files are named, without endings.

    Args:
        study: the settings.
        parts: `objective`, `matrix` and `explanation` -> those that the study has.
    """
    return [
        name
        for figure, entry in FIGURES.items()
        if entry.exists(study)
        for name in ([f"{figure}/{part}" for part in parts[entry.parts]] if entry.parts else [figure])
    ]


def shown_file(name: str) -> str:
    """Name the file of a figure that the report shows, such as `losses.svg`."""
    return f"{name}.{'png' if FIGURES[name.partition('/')[0]].pixels else 'svg'}"
