"""Losses that compare a decoded image with its target, as functions of the logits."""

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp

from aestudy.settings.recipe_names import BCE, MSE

PixelLoss = Callable[[jax.Array, jax.Array], jax.Array]
"""Logits and targets -> mean over all pixels."""

LARGEST_PRODUCT = 16
"""How many terms in [1, 2] share a logarithm in `binary_cross_entropy`: their product is exact to within
rounding and far from overflow."""


@jax.custom_vjp
def binary_cross_entropy(logits: jax.Array, targets: jax.Array) -> jax.Array:
    """Cross-entropy between targets and the sigmoid of logits, mean over all pixels, in nats per pixel.

    The formula is max(o, 0) - o x + log(1 + exp(-|o|)), which is exact and cannot overflow. A step needs the
    value for its record only, and the logarithms would be most of its cost beside the matrix products; so a
    logarithm is taken of the product of 16 terms, and the gradient sigmoid(o) - x is written out, which has
    none (docs/performance.md).

    Args:
        logits: float32 (N, ...).
        targets: the same shape, values in [0, 1].

    Returns:
        A scalar.
    """
    value, _ = _value_and_residuals(logits, targets)
    return value


def _value_and_residuals(
    logits: jax.Array, targets: jax.Array
) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    terms = 1 + jnp.exp(-jnp.abs(logits))
    group = math.gcd(len(terms), LARGEST_PRODUCT)
    products = jnp.prod(terms.reshape(-1, group, *terms.shape[1:]), axis=1)
    value = jnp.mean(jnp.maximum(logits, 0) - logits * targets) + jnp.sum(jnp.log(products)) / logits.size
    return value, (logits, jax.nn.sigmoid(logits) - targets)


def _gradients(residuals: tuple[jax.Array, jax.Array], cotangent: jax.Array) -> tuple[jax.Array, jax.Array]:
    logits, difference = residuals
    per_pixel = cotangent / logits.size
    return per_pixel * difference, -per_pixel * logits


binary_cross_entropy.defvjp(_value_and_residuals, _gradients)


def mean_squared_error(logits: jax.Array, targets: jax.Array) -> jax.Array:
    """Squared error between targets and the sigmoid of logits, mean over all pixels.

    Args:
        logits: float32, any shape.
        targets: the same shape, values in [0, 1].

    Returns:
        A scalar.
    """
    return jnp.mean(jnp.square(jax.nn.sigmoid(logits) - targets))


PIXEL_LOSSES: dict[str, PixelLoss] = {
    BCE: binary_cross_entropy,
    MSE: mean_squared_error,
}
"""The losses that a config may name."""
