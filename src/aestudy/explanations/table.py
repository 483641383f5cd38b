"""The one table of all explanations: the question, how it is measured and drawn, when a study has it.

To add an explanation, write the module of its name that measures it, a line here, and its sentence in
`aestudy.findings.explanations`. The target `all`, the tables, the figures and the report follow. Reading the
table imports no module that measures.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aestudy.distortions.names import CLEAN
from aestudy.distortions.registry import is_random
from aestudy.errors import check_name

if TYPE_CHECKING:
    from aestudy.explanations.study import ExplainedStudy
    from aestudy.files.study_tables import ExplanationRow
    from aestudy.settings import Settings

PREFERRED = ("denoise", "reconstruct")
"""The objectives to answer a question for, where several could answer it; else it is the first."""

MODELS, SCORES, BASELINES = "models", "scores", "baselines"
TRAINING_IMAGES, RECIPE = "training_images", "recipe"
"""What a measurement may read besides the test images. `BASELINES` are the scores of those that are fitted to
pairs, `RECIPE` is that of the trainings."""


def preferred(objectives: Sequence[str]) -> str:
    """Choose the objective that a question is answered for."""
    return next(name for name in (*PREFERRED, *objectives) if name in objectives)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One explanation.

    Attributes:
        question: what it answers, its heading in the report.
        uses: what it reads besides the test images.
        objectives: the settings -> the objectives whose models it looks at.
        exists: whether a study has it.
        drawing: a name of `aestudy.figures.explanations.DRAWINGS`.
        parts: quantities that the figure shows -> their words there.
        total: the quantity that the parts add up to, if they do.
        axis: the label of the axis of values.
        factor: what values are multiplied with in the figure.
        caption: how the figure is read.
        alt: what it shows, for who does not see it.
    """

    question: str
    uses: tuple[str, ...] = (MODELS,)
    objectives: Callable[["Settings"], list[str]] = lambda study: [preferred(study.objectives)]
    exists: Callable[["Settings"], bool]
    drawing: str
    parts: Mapping[str, str] = field(default_factory=dict)
    total: str = ""
    axis: str
    factor: float = 1.0
    caption: str
    alt: str


def _clean_meets_noise(study: "Settings") -> bool:
    return CLEAN in study.trained_on and any(is_random(study.conditions[name]) for name in study.tested_on)


def _meets_distortion(study: "Settings") -> bool:
    return set(study.tested_on) != {CLEAN}


def _is_repaired(study: "Settings") -> bool:
    models = set(study.trained_on) & set(study.tested_on)
    return CLEAN in models and len(models) > 1


def _has_both_targets(study: "Settings") -> bool:
    models = set(study.trained_on) & set(study.tested_on) - {CLEAN}
    return bool(models) and set(PREFERRED) <= set(study.objectives)


EXPLANATIONS: dict[str, Explanation] = {
    "noise_or_tone": Explanation(
        question="Is the cost of noise the noise?",
        exists=_clean_meets_noise,
        drawing="stacked_bars",
        parts={"tone": "lost contrast (the mean response alone)", "randomness": "randomness"},
        total="cost",
        axis="change of PSNR (dB)",
        caption="What noise changes in the PSNR of models that were trained on clean images, in two parts "
        "that add up to it (the black mark): what the mean of many draws, which has lost contrast but no "
        "sharpness, changes alone, and what the randomness around that mean changes. Lines: intervals.",
        alt="Stacked bars, one for each noise: the part of lost contrast and the part of randomness.",
    ),
    "ladder": Explanation(
        question="What must change in a model to repair it?",
        uses=(MODELS, TRAINING_IMAGES),
        exists=_is_repaired,
        drawing="dots",
        parts={
            "repair_input": "2 numbers at its input", "repair_standardised": "its code standardised",
            "repair_mapped": "its code mapped linearly", "repair_own": "a model of its own",
        },
        axis="gain over the clean-trained model (dB)",
        caption="How much of the repair needs how much change. The models that were trained on clean images "
        "stay as they are, but for their input (gray levels scaled and shifted), or for the mean and spread "
        "of each number of their code, or for a linear map of the code; last the models that were trained "
        "on the distortion. All is fitted on training images. Lines: intervals.",
        alt="Dots, one line for each distortion: the gain of PSNR at each step of the ladder.",
    ),
    "recoverable": Explanation(
        question="How much could be repaired at all?",
        uses=(SCORES, BASELINES, TRAINING_IMAGES),
        exists=_is_repaired,
        drawing="dots",
        parts={
            "clean_model": "trained on clean images", "own_model": "trained on it",
            "linear_code": "best linear code of the size", "lmmse": "best linear map, no code",
            "kernel_ridge": "kernel ridge, no code",
        },
        axis="PSNR (dB)",
        caption="Models beside references that are fitted to the same pairs: the best linear denoising code "
        "of the same size, and two that have no code. What the best reference is ahead of the clean-trained "
        "models could be repaired, at least. Where the linear map without a code is far ahead of the linear "
        "code, the code is the limit, not the distortion. Lines: intervals.",
        alt="Dots, one line for each distortion: the PSNR of the models and of three references.",
    ),
    "error_budget": Explanation(
        question="What is an error made of?",
        exists=lambda study: CLEAN in study.trained_on and _meets_distortion(study),
        drawing="stacked_bars",
        parts={
            "bottleneck": "left out by the code", "displacement": "moved by the distortion",
            "cross": "product of these two", "variance": "scattered by the noise",
        },
        total="mse",
        axis="MSE × 1000",
        factor=1000,
        caption="The mean squared error over fresh draws of the distortion (the black mark), taken apart "
        "exactly: the error that a model makes on the clean image; how far the mean of its outputs moves "
        "when the image is distorted; twice the product of these two, below 0 where they cancel; and how far "
        "its outputs scatter around their mean. Lines: intervals of the sum.",
        alt="Stacked bars of the parts of the error, for the clean-trained model and for its own, of each "
        "distortion.",
    ),
    "decoder_swap": Explanation(
        question="Where does a clean target act, in the encoder or in the decoder?",
        uses=(MODELS, TRAINING_IMAGES, RECIPE),
        objectives=lambda study: list(PREFERRED[::-1]),
        exists=_has_both_targets,
        drawing="bars",
        parts={
            "reported_gain": "gain of a clean target, as reported",
            "encoder_part": "the same with both decoders trained again",
        },
        axis="gain of PSNR (dB)",
        caption="By how much models that denoise are ahead of models that reconstruct, each tested on what "
        "it was trained on: as the matrices have it, and once the encoders are frozen and both decoders are "
        "trained on clean targets. What is left then is the encoder's. Lines: intervals.",
        alt="Pairs of bars, one pair for each distortion: the gain before and after the decoders are trained "
        "again.",
    ),
    "transfer": Explanation(
        question="Why does training on one distortion not help on another?",
        uses=(SCORES,),
        exists=lambda study: len(set(study.trained_on) & set(study.tested_on)) > 3,
        drawing="scatter",
        parts={
            "response_distance": "distance of mean responses",
            "image_distance": "distance of distorted images",
            "strength_difference": "difference of input PSNR (dB)",
        },
        axis="regret (dB)",
        caption="How far a model trained on one condition is behind the one trained on the condition that "
        "both are tested on (up), one dot for each pair of conditions, over three distances between the two "
        "conditions. R²: how much of the regret a straight line over the distance tells; held out: how much "
        "it tells of conditions that the line has not seen.",
        alt="Three scatter plots of the regret of each pair of conditions over a distance between them.",
    ),
}  # fmt: skip
"""Name -> explanation, in the order of the report. The module of that name in this room measures it: its
`measure` takes an `ExplainedStudy` and gives rows. Its files are `tables/explanations/{name}.csv` and
`figures/explanations/{name}.svg` and `.png`."""


def explanations_of(study: "Settings") -> list[str]:
    """Name the explanations of a study."""
    return [name for name, explanation in EXPLANATIONS.items() if explanation.exists(study)]


def find_measure(name: str) -> Callable[["ExplainedStudy"], list["ExplanationRow"]]:
    """Import the function that measures an explanation.

    Raises:
        StudyError: there is no explanation of that name.
    """
    module, function = measure_symbol(name)
    return getattr(importlib.import_module(module), function)


def measure_symbol(name: str) -> tuple[str, str]:
    """Name the module and the function that measure an explanation, without importing them."""
    check_name(name, EXPLANATIONS, "explanation")
    return f"{__name__.rpartition('.')[0]}.{name}", "measure"
