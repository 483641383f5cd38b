"""The price of a code while a network is trained for rate: a learned density of each latent, in bits.

A stream of bits holds whole numbers, and rounding has no gradient. In training, uniform noise of the width of
a rounding step (1) takes the place of rounding, and the bits are the information content of the noisy
latents under a density that is learned with the network. J. Ballé, V. Laparra, E. P. Simoncelli, End-to-end
optimized image compression, ICLR 2017, https://arxiv.org/abs/1611.01704, equations 10 to 13: if p is the
density of a latent before the noise, that of the noisy latent is p convolved with the noise's, which at y is
the probability of the interval from y - 1/2 to y + 1/2.

p is a mixture of `COMPONENTS` logistic distributions for each latent. The prior serves training only: the
codec (`aestudy.codec`) makes its own tables for the trained network.
"""

import jax
import jax.numpy as jnp
import numpy as np

COMPONENTS = 3
"""Logistic distributions in the mixture of one latent."""

SMALLEST_SCALE = 0.02
"""Least scale of a distribution, in steps: a latent that never moves needs no narrower one."""

_FIRST_SPREAD = 2.0
"""Means start from minus to plus this, in steps."""

Prior = dict[str, jax.Array]
"""`weights` (logits), `means` and `scales` (logarithms), each float32 (COMPONENTS * code size,): of one
dimension, so that Muon, which makes matrices orthogonal, leaves them to Adam as it does biases."""


def initial_prior(code_size: int) -> Prior:
    """Make the prior from which training starts: broad and the same for all latents.

    Args:
        code_size: number of latents D.
    """
    means = np.repeat(np.linspace(-_FIRST_SPREAD, _FIRST_SPREAD, COMPONENTS, dtype=np.float32), code_size)
    zeros = np.zeros(COMPONENTS * code_size, np.float32)
    # Not jnp.asarray, which compiles a program for each shape.
    return {
        name: jax.device_put(part) for name, part in (("weights", zeros), ("means", means), ("scales", zeros))
    }


def uniform_noise(key: jax.Array, shape: tuple[int, ...]) -> jax.Array:
    """Draw what stands for rounding: float32, uniform in [-1/2, 1/2)."""
    return jax.random.uniform(key, shape, minval=-0.5, maxval=0.5)


def bits(prior: Prior, latents: jax.Array) -> jax.Array:
    """Count the bits of codes: minus the logarithm of the probability of intervals of width 1.

    Args:
        prior: the density.
        latents: float32 (N, D), noisy or rounded.

    Returns:
        float32 (N,), bits per code.
    """
    weights, means, scales = (prior[name].reshape(COMPONENTS, -1) for name in ("weights", "means", "scales"))
    parts = jax.nn.log_softmax(weights, axis=0) + log_interval_probability(
        latents[:, None, :] - means, SMALLEST_SCALE + jnp.exp(scales)
    )
    return -jax.nn.logsumexp(parts, axis=1).sum(axis=1) / np.log(2)


def log_interval_probability(offsets: jax.Array, scales: jax.Array) -> jax.Array:
    """Logarithm of the logistic distribution's probability within 1/2 of a place.

    With a and b the upper and the lower bound in units of the scale, and S the logistic function,
    S(a) - S(b) = S(a) S(-b) (1 - exp(b - a)): three factors whose logarithms are exact and have finite
    gradients however far out the place lies, where a difference of two numbers next to 1 (or 0) would be 0.

    Args:
        offsets: float32, places minus the distribution's mean.
        scales: float32, broadcastable, above 0; the standard deviation is pi / sqrt(3) times as large.

    Returns:
        float32, natural logarithms.
    """
    upper, lower = (offsets + 0.5) / scales, (offsets - 0.5) / scales
    return jax.nn.log_sigmoid(upper) + jax.nn.log_sigmoid(-lower) + jnp.log(-jnp.expm1(-1 / scales))
