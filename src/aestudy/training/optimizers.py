"""The optimizers and schedules that a config may name, as Optax transformations and functions."""

import functools
from collections.abc import Callable

import optax

from aestudy.errors import look_up
from aestudy.settings import recipe_names
from aestudy.settings.recipe_names import CONSTANT, COSINE, LINEAR, MUON
from aestudy.settings.types import TrainingSettings
from aestudy.training.muon import muon

OPTIMIZERS: dict[str, Callable[[optax.Schedule], optax.GradientTransformation]] = {
    name: muon if name == MUON else functools.partial(getattr(optax, name), **arguments)
    for name, arguments in recipe_names.OPTIMIZERS.items()
}

SCHEDULES: dict[str, Callable[[float, int], optax.Schedule]] = {
    CONSTANT: lambda peak, steps: optax.constant_schedule(peak),
    LINEAR: lambda peak, steps: optax.linear_schedule(peak, 0.0, steps),
    # Loshchilov & Hutter 2017, without restarts.
    COSINE: optax.cosine_decay_schedule,
}
"""Name -> function of the peak and the number of steps; all but `constant` go down to zero."""


def learning_rate_schedule(name: str, peak: float, steps: int) -> optax.Schedule:
    """Build the learning rate as a function of the step.

    Args:
        name: a name of `SCHEDULES`.
        peak: the highest learning rate.
        steps: number of steps of the whole training.

    Returns:
        Step -> learning rate.

    Raises:
        StudyError: no schedule has that name.
    """
    return look_up(SCHEDULES, name, "schedule")(peak, steps)


def make_optimizer(
    settings: TrainingSettings, steps: int
) -> tuple[optax.Schedule, optax.GradientTransformation]:
    """Make the schedule of a training of so many steps, and the optimizer that follows it.

    Raises:
        StudyError: no schedule or optimizer has that name.
    """
    schedule = learning_rate_schedule(settings.schedule, settings.learning_rate, steps)
    return schedule, look_up(OPTIMIZERS, settings.optimizer, "optimizer")(schedule)
