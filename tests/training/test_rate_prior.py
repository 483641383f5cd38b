"""The prior of the latents: a density that sums to one, equals its definition, and keeps its gradient."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from aestudy.training.rate_prior import (
    COMPONENTS,
    SMALLEST_SCALE,
    bits,
    initial_prior,
    log_interval_probability,
    uniform_noise,
)


def some_prior(code_size, seed=0):
    rng = np.random.default_rng(seed)
    shape = COMPONENTS * code_size
    return {
        "weights": jnp.asarray(rng.normal(0, 1, shape), jnp.float32),
        "means": jnp.asarray(rng.normal(0, 3, shape), jnp.float32),
        "scales": jnp.asarray(rng.normal(0, 0.7, shape), jnp.float32),
    }


def probability(prior, place):
    """The interval's probability of each latent as a difference of distribution functions, in float64."""
    weights, means, scales = (
        np.asarray(prior[name], np.float64).reshape(COMPONENTS, -1) for name in ("weights", "means", "scales")
    )
    share = np.exp(weights) / np.exp(weights).sum(0)

    def distribution(bound):
        return (share / (1 + np.exp(-(bound - means) / (SMALLEST_SCALE + np.exp(scales))))).sum(0)

    return distribution(place + 0.5) - distribution(place - 0.5)


@pytest.mark.parametrize("offset", [0.0, 0.3])
def test_probabilities_of_a_grid_sum_to_one(offset):
    prior = some_prior(1)
    places = jnp.arange(-200.0, 201)[:, None] + offset
    assert float(jnp.exp2(-bits(prior, places)).sum()) == pytest.approx(1, abs=2e-6)


def test_bits_are_those_of_the_distribution_functions():
    prior = some_prior(4)
    latents = np.random.default_rng(1).normal(0, 4, (50, 4)).astype(np.float32)
    expected = [-np.log2(probability(prior, row)).sum() for row in latents]
    np.testing.assert_allclose(bits(prior, jnp.asarray(latents)), expected, rtol=1e-4)


def test_one_logistic_distribution_has_the_probability_that_the_textbooks_give():
    found = np.exp(log_interval_probability(jnp.float32(0), jnp.float32(1)))
    assert float(found) == pytest.approx(np.tanh(0.25), rel=1e-6)


@pytest.mark.parametrize("place", [-1e6, -300.0, 0.0, 300.0, 1e6])
@pytest.mark.parametrize("scale", [-8.0, 0.0, 8.0])
def test_gradients_are_finite_far_out_and_point_back(place, scale):
    prior = {**initial_prior(1), "scales": jnp.full(COMPONENTS, scale)}
    value, (of_prior, of_latent) = jax.value_and_grad(lambda *given: bits(*given).sum(), argnums=(0, 1))(
        prior, jnp.full((1, 1), place)
    )
    assert np.isfinite(value)
    for gradient in (*of_prior.values(), of_latent):
        assert np.isfinite(gradient).all()
    # More bits farther out.
    assert np.sign(float(of_latent[0, 0])) == np.sign(place)


def test_a_latent_that_never_moves_costs_next_to_nothing():
    prior = {**initial_prior(1), "means": jnp.zeros(COMPONENTS), "scales": jnp.full(COMPONENTS, -20.0)}
    assert float(bits(prior, jnp.zeros((1, 1)))[0]) < 1e-6


def test_bits_add_up_over_latents():
    prior, latents = some_prior(3), jnp.asarray([[0.2, -1.0, 4.0]])
    alone = [
        bits(
            {name: part.reshape(COMPONENTS, 3)[:, place] for name, part in prior.items()}, latents[:, [place]]
        )
        for place in range(3)
    ]
    assert float(bits(prior, latents)[0]) == pytest.approx(float(sum(alone)[0]), rel=1e-6)


def test_no_part_of_the_prior_is_a_matrix_that_muon_would_make_orthogonal():
    assert {part.ndim for part in initial_prior(5).values()} == {1}


def test_noise_fills_one_rounding_step_and_comes_again():
    noise = np.asarray(uniform_noise(jax.random.key(3), (4000, 3)))
    assert noise.min() >= -0.5
    assert noise.max() < 0.5
    assert noise.var() == pytest.approx(1 / 12, rel=0.03)
    np.testing.assert_array_equal(noise, uniform_noise(jax.random.key(3), (4000, 3)))
