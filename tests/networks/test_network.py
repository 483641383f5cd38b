"""The NumPy forward pass is the Flax network."""

import dataclasses

import jax
import numpy as np
import pytest
from flax import nnx

from aestudy.errors import StudyError
from aestudy.files.archives import write_archive
from aestudy.networks import activations
from aestudy.networks.architecture import initial_parameters, read_parameters
from aestudy.networks.dense import DenseArchitecture
from aestudy.networks.network import BLOCK_IMAGES, Network
from aestudy.training import autoencoder


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
def test_activation_equals_jax(name):
    values = np.linspace(-100, 100, 4001, dtype=np.float32)
    ours = activations.ACTIVATIONS[name](values)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, autoencoder.JAX_ACTIVATIONS[name](values), rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("image_shape", [(28, 28), (4, 7)])
@pytest.mark.parametrize("hidden", [(128, 64), (9,)])
def test_network_equals_flax(image_shape, hidden):
    rng = np.random.default_rng(5)
    architecture = DenseArchitecture(image_shape, hidden, 8, "gelu", "tanh")
    parameters = initial_parameters(architecture, rng)
    images = rng.random((33, *image_shape), np.float32)
    graph, state = autoencoder.split_autoencoder(architecture, parameters)
    flax_network = nnx.merge(graph, state)
    flat = images.reshape(len(images), -1)

    network = Network(architecture, parameters)

    np.testing.assert_allclose(network.encode(images), flax_network.encode(flat), atol=2e-6)
    expected = jax.nn.sigmoid(flax_network(flat)).reshape(images.shape)
    np.testing.assert_allclose(network.reconstruct(images), expected, atol=2e-6)


def test_every_image_is_decoded_whatever_the_block_size():
    rng = np.random.default_rng(6)
    architecture = DenseArchitecture((4, 4), (5,), 2, "relu", "linear")
    network = Network(architecture, initial_parameters(architecture, rng))
    images = rng.random((BLOCK_IMAGES + 3, 4, 4), np.float32)
    together = network.reconstruct(images)
    assert together.shape == images.shape
    np.testing.assert_allclose(together[-3:], network.reconstruct(images[-3:]), atol=1e-6)


def test_images_of_another_size_are_refused():
    architecture = DenseArchitecture((4, 4), (5,), 2, "relu", "linear")
    network = Network(architecture, initial_parameters(architecture, np.random.default_rng(0)))
    with pytest.raises(ValueError, match=r"expected images of \(4, 4\), found \(5, 4\)"):
        network.encode(np.zeros((1, 5, 4), np.float32))


def test_an_unknown_activation_is_refused_with_the_allowed_ones():
    expected = f"expected one of {', '.join(activations.ACTIVATIONS)}, found 'rellu'"
    with pytest.raises(StudyError, match=f"^activation: {expected}"):
        DenseArchitecture((4, 4), (5,), 2, "rellu", "linear")
    with pytest.raises(StudyError, match=f"^code_activation: {expected}"):
        DenseArchitecture((4, 4), (5,), 2, "relu", "rellu")


def test_a_model_with_an_unknown_activation_is_refused_by_its_file(tmp_path):
    architecture = DenseArchitecture((4, 4), (5,), 2, "relu", "linear")
    arrays = initial_parameters(architecture, np.random.default_rng(0))
    fields = {**dataclasses.asdict(architecture), "activation": "swoosh"}
    write_archive(tmp_path / "params.npz", arrays, {"architecture": fields})
    with pytest.raises(StudyError, match=r"params\.npz: activation: expected one of .*, found 'swoosh'"):
        read_parameters(tmp_path / "params.npz")
