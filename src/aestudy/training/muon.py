"""The Muon optimizer, with its Newton-Schulz iteration done on the small side of each kernel.

Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) replaces the momentum M of a kernel by
an approximation of the nearest orthogonal matrix, U V^T for M = U S V^T, found by iterating
X <- (a I + b X X^T + c (X X^T)^2) X. Each factor is a polynomial of the same symmetric matrix G = X X^T, so
all of them commute: this module multiplies the factors up in the size of G (128 x 128 for a 128 x 784 kernel)
and touches X only twice, at the beginning and at the end. Given the same coefficients and the same norm, that
is the iteration of `optax.contrib.muon` (tests/training/test_muon.py). Its defaults are five fixed iterations
and the Frobenius norm; the three Polar Express iterations and the Schatten norm of this module take a third
of their multiplications for the default network.
"""

from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx

from aestudy.training.autoencoder import MuonParam

COEFFICIENTS = (
    (8.205160414005574, -22.90193498705605, 16.460724910180314),
    (4.066395159942775, -2.8611540867551426, 0.5183995226694741),
    (3.9486908534822946, -2.908902115962949, 0.5518191394370137),
)
"""a, b and c of each iteration: the first three of Polar Express (Amsel, Persson, Musco & Gower 2025,
https://arxiv.org/abs/2505.16932), each the best next step after the ones before it. All but the last are
softened by 1 %, as by its authors, so that rounding cannot carry a singular value out of the interval that
they were made for. Three of them train as well here as five of the fixed ones of Muon's author
(docs/training.md)."""

SMALLEST_SQUARED_NORM = 1e-30
"""In place of the norm of a matrix of zeros."""


def orthogonalize(matrix: jax.Array) -> jax.Array:
    """Approximate the orthogonal matrix that is nearest to a matrix.

    The iteration needs singular values of at most 1. Dividing by the root of the Frobenius norm of X X^T (the
    Schatten 4-norm of X) gives that, leaves them larger than the Frobenius norm of X would, and is free
    because X X^T is needed anyway.

    Args:
        matrix: float32 (rows, columns).

    Returns:
        float32 of the same shape, with the singular vectors of `matrix`; singular values from 1 % of the
        largest upwards come out between about 0.4 and 1.9, smaller ones are raised about a hundredfold.
    """
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    gram = wide @ wide.T
    squared_norm = jnp.maximum(jnp.linalg.norm(gram), SMALLEST_SQUARED_NORM)
    gram = gram / squared_norm
    identity = jnp.eye(wide.shape[0], dtype=wide.dtype)
    product = None
    for iteration, coefficients in enumerate(COEFFICIENTS, start=1):
        # As operands, not as constants: one program serves all iterations, and compiling takes 0.1 s less.
        a, b, c = jax.lax.optimization_barrier(tuple(map(jnp.float32, coefficients)))
        factor = a * identity + b * gram + c * (gram @ gram)
        product = factor if product is None else factor @ product
        if iteration < len(COEFFICIENTS):
            gram = factor @ (factor @ gram)
    wide = (product * jax.lax.rsqrt(squared_norm)) @ wide
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.T


def muon(schedule: optax.Schedule, momentum: float = 0.95) -> optax.GradientTransformation:
    """Build Muon for each `MuonParam`, here called a kernel, with Adam for all else.

    The updates of a kernel are scaled by sqrt(max(1, outputs / inputs)), as by its author.

    Args:
        schedule: step -> learning rate, the same for both.
        momentum: decay of the Nesterov momentum of the kernels.
    """

    def orthogonal_updates(updates: optax.Updates, _: optax.Params | None) -> optax.Updates:
        return jax.tree.map(
            lambda update: orthogonalize(update) * max(1, update.shape[1] / update.shape[0]) ** 0.5, updates
        )

    kernels = optax.chain(
        optax.trace(momentum, nesterov=True),
        optax.stateless(orthogonal_updates),
        optax.scale_by_learning_rate(schedule),
    )
    return optax.partition(
        # All else as one vector: six times fewer programs to compile and to start.
        {"kernel": kernels, "other": optax.flatten(optax.adam(schedule))},
        _label,
    )


def _label(parameters: Any) -> Any:
    """Write in the place of each array who takes it."""
    return jax.tree.map(
        lambda part: jax.tree.map(lambda _: "kernel" if isinstance(part, MuonParam) else "other", part),
        parameters,
        is_leaf=lambda part: isinstance(part, nnx.Variable),
    )
