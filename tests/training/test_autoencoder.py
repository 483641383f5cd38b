"""The network's shape, its parameters and its file."""

import numpy as np
import pytest
from flax import nnx

from aestudy.errors import StudyError
from aestudy.files.archives import write_archive
from aestudy.networks.architecture import initial_parameters, read_parameters, write_parameters
from aestudy.networks.dense import DenseArchitecture
from aestudy.training.autoencoder import parameters_of, split_autoencoder

SEED_ARCHITECTURE = DenseArchitecture((28, 28), (128, 64), 32, "gelu", "linear")


def test_default_network_is_the_notebooks():
    kernels = [p.shape for p in SEED_ARCHITECTURE.parameters.values() if p.for_muon]
    assert [kernels[0][0], *(outputs for _, outputs in kernels)] == [784, 128, 64, 32, 64, 128, 784]


def test_parameters_survive_the_way_to_the_device_and_back():
    parameters = initial_parameters(SEED_ARCHITECTURE, np.random.default_rng(1))
    _, state = split_autoencoder(SEED_ARCHITECTURE, parameters)
    returned = parameters_of(state)
    assert returned.keys() == parameters.keys()
    for name, array in parameters.items():
        np.testing.assert_array_equal(returned[name], array)


def test_initial_kernels_have_glorots_spread_and_biases_are_zero():
    parameters = initial_parameters(SEED_ARCHITECTURE, np.random.default_rng(2))
    kernel = parameters["encoder.layers.0.kernel"]
    assert kernel.std() == pytest.approx(np.sqrt(2 / (784 + 128)), rel=0.02)
    assert abs(kernel.mean()) < 1e-3
    assert not parameters["decoder.layers.2.bias"].any()


def test_flax_module_has_no_other_parameters():
    graph, state = split_autoencoder(
        SEED_ARCHITECTURE, initial_parameters(SEED_ARCHITECTURE, np.random.default_rng(3))
    )
    network = nnx.merge(graph, state)
    count = sum(leaf.size for _, leaf in nnx.to_flat_state(nnx.state(network, nnx.Param)))
    assert (
        count
        == sum(np.prod(parameter.shape) for parameter in SEED_ARCHITECTURE.parameters.values())
        == 222_384
    )


def test_model_file_round_trip(tmp_path):
    parameters = initial_parameters(SEED_ARCHITECTURE, np.random.default_rng(4))
    write_parameters(tmp_path / "params.npz", SEED_ARCHITECTURE, parameters, {"trained_on": "clean"})
    architecture, found, provenance = read_parameters(tmp_path / "params.npz")
    assert architecture == SEED_ARCHITECTURE
    assert provenance["trained_on"] == "clean"
    for name, array in parameters.items():
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays, _: arrays.pop("encoder.layers.0.bias"), "encoder.layers.0.bias do not fit"),
        (lambda arrays, _: arrays.update(extra=np.zeros(3, np.float32)), "extra do not fit"),
        (lambda arrays, _: arrays["decoder.layers.0.bias"].fill(np.nan), "finite float32"),
        (lambda _, provenance: provenance.pop("architecture"), "names no architecture"),
        (lambda _, provenance: provenance["architecture"].update(hidden=3), "names no architecture"),
    ],
)
def test_a_file_that_is_no_model_is_refused(tmp_path, change, message):
    arrays = initial_parameters(SEED_ARCHITECTURE, np.random.default_rng(4))
    provenance = {
        "architecture": {
            "image_shape": [28, 28],
            "hidden": [128, 64],
            "code_size": 32,
            "activation": "gelu",
            "code_activation": "linear",
        }
    }
    change(arrays, provenance)
    write_archive(tmp_path / "params.npz", arrays, provenance)
    with pytest.raises(StudyError, match=message):
        read_parameters(tmp_path / "params.npz")
