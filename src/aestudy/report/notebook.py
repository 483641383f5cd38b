"""Our numbers beside those of the notebook that this study started from, on the same first 20 test images.

The notebook printed PSNR with a peak of 255 for images in [0, 1]. That adds 20 log10(255) = 48.13 dB to every
value; `corrected_psnr_db` takes it off again. All PSNR values here are means of the per-image PSNR in dB,
output compared with the clean original.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aestudy.figures.first_images import FIRST_IMAGES
from aestudy.scoring.scores import Scores
from aestudy.tables.labels import describe_parameters

OBJECTIVE = "reconstruct"
WRONG_PEAK = 255.0
NEGLIGIBLE_DB = 0.5
"""Differences up to this are called small. A choice, not a test: one run without a seed allows no test."""


@dataclass(frozen=True)
class Published:
    """One line of what the notebook printed.

    Attributes:
        kind: the kind of distortion, as in `aestudy.distortions`.
        name: its name for a person.
        printed_psnr_db: what the notebook printed, with the wrong peak.
        parameters: the strength that the notebook's code amounts to, in this study's parameters.
        there: how the notebook makes the distortion, where that matters.
        bearing: what is known to differ for this condition besides what differs for all.
    """

    kind: str
    name: str
    printed_psnr_db: float
    parameters: Mapping[str, float]
    there: str
    bearing: str

    @property
    def corrected_psnr_db(self) -> float:
        """The printed value with the peak that belongs to images in [0, 1]."""
        return self.printed_psnr_db - 20 * math.log10(WRONG_PEAK)


PUBLISHED = (
    Published(
        "clean", "clean", 68.66, {}, "the images as they are",
        "The notebook's model is also trained on the noisy images, before or after the clean ones; here the "
        "model for clean images sees nothing else.",
    ),
    Published(
        "salt_pepper", "salt & pepper", 63.94, {"amount": 0.2, "salt_share": 0.5},
        "salt and pepper with probability 0.1 each",
        "",
    ),
    Published(
        "speckle", "speckle", 60.88, {"sigma": 1.0},
        "x + x·N(0, 1), divided by the image's maximum",
        "The notebook divides each noisy image by its maximum, so its inputs and targets are darker than the "
        "originals that they are scored against; here they are clipped to [0, 1] instead.",
    ),
    Published(
        "poisson", "Poisson", 66.33, {"photons": 3.92},
        "a peak of “1000” for data that were already in [0, 1], which comes to 3.92 photons at white",
        "Here the noisy images are clipped to [0, 1] and rounded to 8 bits.",
    ),
    Published(
        "white", "white Gaussian", 62.44, {"sigma": 0.5}, "σ = 0.5, not clipped",
        "The notebook leaves the noise outside [0, 1] in its inputs and targets; here it is clipped, which "
        "lifts the mean of a dark background, and a model with noisy targets learns this gray background.",
    ),
)  # fmt: skip
"""Source: the printed output of the original Keras notebook, means over the first 20 MNIST test images, each
with the condition as input; correction: −20 log10(255) dB."""

NOTEBOOK_RECIPE = {
    "hidden": [128, 64],
    "code_size": 32,
    "activation": "relu",
    "code_activation": "relu",
    "loss": "bce",
    "optimizer": "adadelta",
    "epochs": 100,
    "batch_size": 256,
}
"""The notebook's recipe in this study's keys of `model` and `training`."""

GENERAL_REASONS = (
    "The notebook trains one model on all conditions, one after another, so each training can overwrite what "
    "the one before has taught; here every condition has a fresh model of its own.",
    "The notebook sets no seed, so its exact numbers cannot be had again, and they come from a single run.",
    "Here every image, distorted or not, is an 8-bit image, and a share of the training images is kept apart "
    "for validation.",
)


@dataclass(frozen=True)
class Row:
    """One condition in both studies.

    Attributes:
        published: the notebook's side.
        condition: the name of this study's condition; None where it has none of that kind.
        parameters: this study's strength, in words.
        same_strength: whether the strengths are equal.
        input_psnr_db: mean PSNR of this study's distorted inputs over the same images; None if unknown.
        ours_db: mean over seeds of the mean PSNR of the first images; None without a condition.
        lowest_db: the lowest seed.
        highest_db: the highest seed.
        all_images_db: the same mean over all test images.
        verdict: where the two differ, in a sentence.
    """

    published: Published
    condition: str | None
    parameters: str
    same_strength: bool
    input_psnr_db: float | None
    ours_db: float | None
    lowest_db: float | None
    highest_db: float | None
    all_images_db: float | None
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """The whole comparison.

    Attributes:
        n_images: how many first test images were compared.
        n_seeds: how many models stand behind each of our numbers.
        rows: one per published condition.
        recipe_differences: settings in which this study departs from the notebook's recipe, in words.
    """

    n_images: int
    n_seeds: int
    rows: tuple[Row, ...]
    recipe_differences: tuple[str, ...]


def compare(
    models: Sequence[Scores],
    identity: Scores | None,
    specs: Sequence[Mapping[str, Any]],
    recipe: Mapping[str, Any],
) -> Comparison:
    """Set this study beside the notebook: one row for every line of `PUBLISHED`.

    Args:
        models: scores of autoencoders; those of the notebook's objective and of matching conditions are used,
            tested on the condition that they were trained on.
        identity: the scores of the inputs themselves, if there are any.
        specs: this study's conditions, resolved.
        recipe: this study's keys of `model` and `training` in one mapping.
    """
    own = [
        scores for scores in models if scores.objective == OBJECTIVE and scores.trained_on in scores.tested_on
    ]
    rows = tuple(_compare_one(published, own, identity, specs) for published in PUBLISHED)
    differences = tuple(
        f"{key.replace('_', ' ')}: {_plain(recipe[key])} here, {_plain(value)} in the notebook"
        for key, value in NOTEBOOK_RECIPE.items()
        if key in recipe and _plain(recipe[key]) != _plain(value)
    )
    n_images = min((scores.n_images for scores in own), default=FIRST_IMAGES)
    return Comparison(min(n_images, FIRST_IMAGES), len({scores.seed for scores in own}), rows, differences)


def _compare_one(
    published: Published, own: Sequence[Scores], identity: Scores | None, specs: Sequence[Mapping[str, Any]]
) -> Row:
    trained = {scores.trained_on for scores in own}
    candidates = [spec for spec in specs if spec["kind"] == published.kind and spec["name"] in trained]
    if not candidates:
        verdict = "This study trains no such model."
        return Row(published, None, "", False, None, None, None, None, None, verdict)
    spec = min(candidates, key=lambda spec: not _same_strength(spec, published))
    name = spec["name"]
    values = [
        scores.values["psnr_db", "clean"][scores.tested_on.index(name)].astype(np.float64)
        for scores in own
        if scores.trained_on == name
    ]
    per_seed = [float(value[:FIRST_IMAGES].mean()) for value in values]
    ours = float(np.mean(per_seed))
    given = None
    if identity is not None and name in identity.tested_on:
        row = identity.values["psnr_db", "clean"][identity.tested_on.index(name)]
        given = float(row[:FIRST_IMAGES].mean(dtype=np.float64))
    same = _same_strength(spec, published)
    return Row(
        published, name, describe_parameters(spec), same, given, ours, min(per_seed), max(per_seed),
        float(np.mean([value.mean() for value in values])),
        _verdict(ours - published.corrected_psnr_db, same),
    )  # fmt: skip


def _verdict(difference_db: float, same_strength: bool) -> str:
    if abs(difference_db) <= NEGLIGIBLE_DB:
        text = f"Small difference: within {NEGLIGIBLE_DB} dB of the notebook."
    else:
        text = f"Ours is {abs(difference_db):.1f} dB {'higher' if difference_db > 0 else 'lower'}."
    return text if same_strength else f"{text} The strengths differ, so the two do not compare."


def _same_strength(spec: Mapping[str, Any], published: Published) -> bool:
    found = spec.get("parameters", {})
    return found.keys() == published.parameters.keys() and all(
        math.isclose(found[key], value, rel_tol=0.01) for key, value in published.parameters.items()
    )


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "-".join(str(part) for part in value)
    return str(value)
