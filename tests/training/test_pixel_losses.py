"""The losses and their gradients are those of the plain formulas."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from aestudy.training.pixel_losses import PIXEL_LOSSES

PLAIN = {
    "bce": lambda logits, targets: optax.sigmoid_binary_cross_entropy(logits, targets).mean(),
    "mse": lambda logits, targets: jnp.mean((1 / (1 + jnp.exp(-logits)) - targets) ** 2),
}


@pytest.fixture(params=[256, 50, 7], ids="{} images".format)
def logits_and_targets(request):
    rng = np.random.default_rng(3)
    shape = (request.param, 8)
    return rng.normal(0, 20, shape).astype(np.float32), rng.random(shape, np.float32)


@pytest.mark.parametrize("loss", PIXEL_LOSSES)
def test_values_and_gradients(loss, logits_and_targets):
    value, gradients = jax.value_and_grad(PIXEL_LOSSES[loss], argnums=(0, 1))(*logits_and_targets)
    expected, expected_gradients = jax.value_and_grad(PLAIN[loss], argnums=(0, 1))(*logits_and_targets)
    assert value == pytest.approx(float(expected), rel=1e-6)
    assert PIXEL_LOSSES[loss](*logits_and_targets) == pytest.approx(float(expected), rel=1e-6)
    for gradient, expected_gradient in zip(gradients, expected_gradients, strict=True):
        largest = np.abs(expected_gradient).max()
        np.testing.assert_allclose(gradient, expected_gradient, atol=2e-6 * largest)


@pytest.mark.parametrize("loss", PIXEL_LOSSES)
@pytest.mark.parametrize("logit", [-1e4, -100.0, 0.0, 100.0, 1e4])
def test_extreme_logits_stay_finite(loss, logit):
    logits, targets = np.full((16, 2), logit, np.float32), np.full((16, 2), 0.25, np.float32)
    value, gradient = jax.value_and_grad(PIXEL_LOSSES[loss])(logits, targets)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
    if loss == "bce":
        assert value == pytest.approx(max(logit, 0) - 0.25 * logit + np.log1p(np.exp(-abs(logit))), rel=1e-6)
