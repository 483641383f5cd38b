"""Our Muon is Optax's with fewer multiplications."""

import jax
import numpy as np
import optax
import optax.contrib
import pytest

from aestudy.training.autoencoder import MuonParam
from aestudy.training.muon import COEFFICIENTS, muon, orthogonalize


@pytest.mark.parametrize("shape", [(784, 128), (128, 784), (64, 32), (64, 64)])
def test_orthogonalize_equals_the_plain_iteration(shape):
    matrix = np.random.default_rng(0).standard_normal(shape, np.float32)
    expected = optax.contrib._muon.orthogonalize_via_newton_schulz(
        jax.numpy.asarray(matrix), jax.numpy.asarray(COEFFICIENTS), len(COEFFICIENTS), "schatten"
    )
    np.testing.assert_allclose(orthogonalize(matrix), expected, atol=2e-5)


def test_singular_values_come_near_one():
    matrix = np.random.default_rng(1).standard_normal((40, 90), np.float32)
    values = np.linalg.svd(orthogonalize(matrix), compute_uv=False)
    assert values.min() > 0.15
    assert values.max() < 2


def test_steps_follow_the_authors_formula():
    rng = np.random.default_rng(2)
    parameters = {
        "kernel": MuonParam(rng.standard_normal((20, 30), np.float32)),
        "other": np.zeros((4, 5), np.float32),
    }
    optimizer, adam = muon(optax.constant_schedule(0.1)), optax.adam(0.1)
    state, adam_state = optimizer.init(parameters), adam.init(parameters["other"])
    average = np.zeros((20, 30), np.float32)
    for _ in range(4):
        gradients = jax.tree.map(lambda array: rng.standard_normal(array.shape, np.float32), parameters)
        updates, state = optimizer.update(gradients, state, parameters)
        gradient = gradients["kernel"][...]
        average = 0.95 * average + 0.05 * gradient
        nesterov = 0.95 * average + 0.05 * gradient
        expected = -0.1 * (30 / 20) ** 0.5 * orthogonalize(nesterov)
        np.testing.assert_allclose(updates["kernel"][...], expected, atol=1e-5)
        expected, adam_state = adam.update(gradients["other"], adam_state)
        np.testing.assert_allclose(updates["other"], expected, atol=1e-6)


def test_zero_gradients_do_not_become_nan():
    assert not np.isnan(orthogonalize(np.zeros((5, 7), np.float32))).any()
