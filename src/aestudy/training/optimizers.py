"""The optimizers and schedules that a config may name, as Optax transformations and functions."""

from collections.abc import Callable

import optax

from aestudy.training.muon import muon

OPTIMIZERS: dict[str, Callable[[optax.Schedule], optax.GradientTransformation]] = {
    # Kingma & Ba 2015.
    "adam": optax.adam,
    # Zeiler 2012, with the decay and the epsilon of Keras 2, which the notebook ran with.
    "adadelta": lambda schedule: optax.adadelta(schedule, rho=0.95, eps=1e-7),
    # Jordan et al. 2024: orthogonalised momentum for kernels, Adam for biases.
    "muon": muon,
    "sgd": lambda schedule: optax.sgd(schedule, momentum=0.9, nesterov=True),
}


def learning_rate_schedule(name: str, peak: float, steps: int) -> optax.Schedule:
    """Build the learning rate as a function of the step.

    Args:
        name: `constant`, `linear` from the peak to zero, or `cosine` from the peak to zero (Loshchilov &
            Hutter 2017, without restarts).
        peak: the highest learning rate.
        steps: number of steps of the whole training.

    Returns:
        Step -> learning rate.
    """
    if name == "constant":
        return optax.constant_schedule(peak)
    if name == "linear":
        return optax.linear_schedule(peak, 0.0, steps)
    return optax.cosine_decay_schedule(peak, steps)
