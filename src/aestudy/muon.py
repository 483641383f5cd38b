"""The Muon optimizer, with its Newton-Schulz iteration done on the small side of each kernel.

Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) replaces the momentum M of a kernel by
an approximation of the nearest orthogonal matrix, U V^T for M = U S V^T, found by iterating
X <- (a I + b X X^T + c (X X^T)^2) X. Each factor is a polynomial of the same symmetric matrix G = X X^T, so
all of them commute: this module multiplies the factors up in the size of G (128 x 128 for a 128 x 784 kernel)
and touches X only twice, at the beginning and at the end. That is the same iteration as `optax.contrib.muon`
with half of its multiplications (tests/test_muon.py).
"""

import jax
import jax.numpy as jnp
import optax

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""a, b and c of the iteration, tuned by its author for the steepest slope at zero."""

ITERATIONS = 5


def orthogonalize(matrix: jax.Array) -> jax.Array:
    """Approximate the orthogonal matrix that is nearest to a matrix.

    Args:
        matrix: float32 (rows, columns).

    Returns:
        float32 of the same shape, with the singular vectors of `matrix` and singular values near 1 (between
        about 0.7 and 1.2, as Muon's iteration leaves them).
    """
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    wide = wide / (jnp.linalg.norm(wide) + 1e-8)
    a, b, c = COEFFICIENTS
    identity = jnp.eye(wide.shape[0], dtype=wide.dtype)
    gram = wide @ wide.T
    product = None
    for iteration in range(ITERATIONS):
        factor = a * identity + b * gram + c * (gram @ gram)
        product = factor if product is None else factor @ product
        if iteration < ITERATIONS - 1:
            gram = factor @ (factor @ gram)
    wide = product @ wide
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.T


def muon(schedule: optax.Schedule, momentum: float = 0.95) -> optax.GradientTransformation:
    """Build Muon for kernels, with Adam for biases.

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
        {"kernel": kernels, "bias": optax.adam(schedule)},
        lambda parameters: jax.tree.map(lambda leaf: "kernel" if leaf.ndim == 2 else "bias", parameters),
    )
