"""What a checked config becomes: frozen, typed, and without defaults of its own.

`config.yaml` is the only place of default values; nothing here has one.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from aestudy.errors import check_name
from aestudy.settings import recipe_names

Spec = dict[str, Any]
"""A condition, fully resolved: `{"name", "kind", "parameters": {name: number}}`, or for mixtures and chains
`{"name", "kind", "of": [spec, ...]}`."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the images of one data set come from.

    Attributes:
        kind: a kind of `aestudy.datasets`.
        options: the options that the config gives; which there are depends on the kind.
    """

    kind: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a model is trained for.

    Attributes:
        target: the image to reproduce: `input`, what the model is given, or `clean`, the original.
        code_size: number of values of its code.
        rate_weight: what one bit is worth, in units of the loss summed over the pixels of an image; 0 where
            the training does not look at bits.
    """

    target: str
    code_size: int
    rate_weight: float


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Layers of the autoencoder.

    Attributes:
        kind: a name of `aestudy.networks.architecture.ARCHITECTURES`.
        hidden: widths of the encoder's layers between image and code; the decoder has them in reverse.
        code_size: number of values of the code, of goals that set none of their own.
        activation: name of the activation of the hidden layers.
        code_activation: name of the activation of the code.
    """

    kind: str
    hidden: tuple[int, ...]
    code_size: int
    activation: str
    code_activation: str


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Recipe that every model is trained by.

    Attributes:
        loss: a name of `aestudy.settings.recipe_names.LOSSES`.
        optimizer: a name of its `OPTIMIZERS`.
        learning_rate: its step size, the highest one where the schedule lowers it.
        schedule: a name of its `SCHEDULES`.
        epochs: number of passes over the training images.
        batch_size: number of images per step, at most (`aestudy.settings.batches.fitting_batch`).
        validation_fraction: share of the training images that is kept apart, above 0 and at most 0.5.
        shifted_fraction: share of the training images that an epoch sees shifted by a pixel, 0 to 1.
        squared_error_fraction: share of the steps, at the end, that minimise the squared error, 0 to 1.
        noise_draws: how many draws of noise the training images have, epoch after epoch in turn, or
            `recipe_names.FRESH`.

    Raises:
        StudyError: no loss, optimizer or schedule has that name.
    """

    loss: str
    optimizer: str
    learning_rate: float
    schedule: str
    epochs: int
    batch_size: int
    validation_fraction: float
    shifted_fraction: float
    squared_error_fraction: float
    noise_draws: int | str

    def __post_init__(self) -> None:
        """Refuse unknown names."""
        check_name(self.loss, recipe_names.LOSSES, "loss")
        check_name(self.optimizer, recipe_names.OPTIMIZERS, "optimizer")
        check_name(self.schedule, recipe_names.SCHEDULES, "schedule")


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """What is tested and kept besides the metrics.

    Attributes:
        examples: number of first test images whose outputs are kept.
        rate_distortion: whether the report has rate-distortion curves of all models and of other codecs.
        compare_with_notebook: whether the report sets the numbers beside those of the original notebook.
    """

    examples: int
    rate_distortion: bool
    compare_with_notebook: bool


@dataclass(frozen=True, slots=True)
class StatisticsSettings:
    """Confidence intervals of the means.

    Attributes:
        resamples: number of bootstrap resamples.
        confidence: level of the intervals, such as 0.95.
        smallest_difference: metric -> the smallest difference that matters.
    """

    resamples: int
    confidence: float
    smallest_difference: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Settings:
    """A whole study.

    Attributes:
        seed: seed of all noise and all splits.
        datasets: names of the data sets to study, in the order of the config.
        sources: name of each data set of the catalog -> where it comes from.
        conditions: name of each condition of the catalog -> its spec, in canonical order: by kind in the
            order of the registry, then by parameters ascending, then by name.
        sweeps: name of each swept entry of the catalog -> the names of its conditions, in canonical order.
        trained_on: names of the conditions that get a model of their own, in canonical order.
        tested_on: names of the conditions that models are tested on, in canonical order.
        goals: name of each goal of the catalog -> what it is, in canonical order: `reconstruct`,
            `denoise`, then by target, code size, rate weight and name.
        objectives: names of the goals that models are trained for, in canonical order.
        seeds: seeds of the models, ascending.
        seeds_per_job: how many seeds of a condition one job trains, fits and scores, at most.
        model: layers.
        training: recipe.
        evaluation: what is tested and kept besides the metrics.
        statistics: confidence intervals.
    """

    seed: int
    datasets: tuple[str, ...]
    sources: Mapping[str, Source]
    conditions: Mapping[str, Spec]
    sweeps: Mapping[str, tuple[str, ...]]
    trained_on: tuple[str, ...]
    tested_on: tuple[str, ...]
    goals: Mapping[str, Goal]
    objectives: tuple[str, ...]
    seeds: tuple[int, ...]
    seeds_per_job: int
    model: ModelSettings
    training: TrainingSettings
    evaluation: EvaluationSettings
    statistics: StatisticsSettings


def canonical(spec: Any) -> str:
    """Write a spec (or any other part of the settings) as JSON that is equal for equal content.

    One line, keys sorted, ASCII only: fit for a `params:` entry of a rule and for a digest.
    """
    return json.dumps(spec, sort_keys=True, separators=(",", ":"), allow_nan=False)


def describe(settings: Settings) -> dict[str, Any]:
    """Turn settings into plain dicts, lists, text and numbers, for the report.

    Returns:
        A new dict in the order of the fields; conditions with all parameters, sweeps and mixtures resolved.
        `seeds_per_job` is always `all`: it changes no result.
    """
    return json.loads(json.dumps({**asdict(settings), "seeds_per_job": "all"}, allow_nan=False))
