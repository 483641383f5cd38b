"""The optimizers, schedules and losses that a config may name, as Optax and JAX functions."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax

from aestudy.muon import muon

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


def binary_cross_entropy(logits: jax.Array, targets: jax.Array) -> jax.Array:
    """Cross-entropy between targets and the sigmoid of logits, mean over all pixels, in nats per pixel.

    Written as max(o, 0) - o x + log(1 + exp(-|o|)), which is exact, cannot overflow, and compiles to code
    that leaves the matrix products as the only cost of a training step (docs/performance.md).

    Args:
        logits: float32, any shape.
        targets: the same shape, values in [0, 1].

    Returns:
        A scalar.
    """
    losses = jnp.maximum(logits, 0) - logits * targets + jnp.log1p(jnp.exp(-jnp.abs(logits)))
    return jnp.mean(losses)


def mean_squared_error(logits: jax.Array, targets: jax.Array) -> jax.Array:
    """Squared error between targets and the sigmoid of logits, mean over all pixels.

    Args:
        logits: float32, any shape.
        targets: the same shape, values in [0, 1].

    Returns:
        A scalar.
    """
    return jnp.mean(jnp.square(jax.nn.sigmoid(logits) - targets))


LOSSES: dict[str, Callable[[jax.Array, jax.Array], jax.Array]] = {
    "bce": binary_cross_entropy,
    "mse": mean_squared_error,
}
