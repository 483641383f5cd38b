"""Training for rate: what is minimised, what it buys in real files, and that it comes out the same again."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from aestudy.codec.compression import Compressor
from aestudy.codec.fitting import fit_codec
from aestudy.distortions.variants import write_variant
from aestudy.figures.losses import read_history
from aestudy.files.archives import write_archive
from aestudy.images import digest_images
from aestudy.networks.architecture import initial_parameters, read_parameters
from aestudy.networks.dense import DenseArchitecture
from aestudy.networks.network import Network
from aestudy.rates.points import model_points
from aestudy.settings.types import TrainingSettings
from aestudy.training.autoencoder import parameters_of, split_autoencoder
from aestudy.training.job import train_from_files
from aestudy.training.loop import TrainingRun, split_validation, train
from aestudy.training.optimizers import OPTIMIZERS, learning_rate_schedule
from aestudy.training.rate_prior import bits, initial_prior
from support.codec_models import SHAPE, blobs

ARCHITECTURE = DenseArchitecture(SHAPE, (32,), 6, "elu", "linear")
RUN = TrainingRun(study_seed=1, dataset="blobs", seed=0)
PIXELS = SHAPE[0] * SHAPE[1]


def recipe(**changes):
    values = {
        "loss": "mse", "optimizer": "muon", "learning_rate": 0.05, "schedule": "cosine", "epochs": 30,
        "batch_size": 50, "validation_fraction": 0.1, "shifted_fraction": 0.0, "squared_error_fraction": 0.0,
        "noise_draws": 1,
    }  # fmt: skip
    return TrainingSettings(**(values | changes))


@pytest.fixture(scope="module")
def images():
    return blobs(1000)


@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_an_epoch_equals_a_plain_loop(images, optimizer):
    images = images[:250]
    weight, size = 0.3, 50
    settings = recipe(optimizer=optimizer, epochs=1, learning_rate=0.01)
    model = train(ARCHITECTURE, settings, images, images, RUN, rate_weight=weight)

    held_in, held_out = split_validation(len(images), 0.1, RUN)
    steps = len(held_in) // size
    rule = OPTIMIZERS[optimizer](learning_rate_schedule("cosine", 0.01, steps))
    graph, network = split_autoencoder(ARCHITECTURE, initial_parameters(ARCHITECTURE, RUN.stream("init")))
    parameters = {"network": network, "prior": initial_prior(6)}
    state = rule.init(parameters)
    flat = jnp.asarray(images.reshape(len(images), -1), jnp.float32) / 255

    def loss_of(parameters, indices, noise):
        network = nnx.merge(graph, parameters["network"])
        latents = network.encode(flat[indices])
        latents = jnp.round(latents) if noise is None else latents + noise
        squared = jnp.square(jax.nn.sigmoid(network.decode(latents)) - flat[indices]).sum(1)
        rate = bits(parameters["prior"], latents)
        return (squared + weight * rate).mean() / PIXELS, rate.mean()

    gradients_of = jax.jit(jax.value_and_grad(loss_of, has_aux=True))
    order = RUN.stream("order", 1).permutation(len(held_in))
    seed = RUN.stream("noise", 1).integers(2**32, dtype=np.uint32)
    found = []
    for step, key in enumerate(jax.random.split(jax.random.key(seed), steps)):
        noise = jax.random.uniform(key, (size, 6)) - 0.5
        batch = held_in[order[step * size : (step + 1) * size]]
        (value, rate), gradients = gradients_of(parameters, batch, noise)
        updates, state = rule.update(gradients, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        found.append((float(value), float(rate)))

    for name, expected in parameters_of(parameters["network"]).items():
        np.testing.assert_allclose(model.parameters[name], expected, atol=1e-4, err_msg=name)
    (row,) = model.history
    loss, rate = np.mean(found, axis=0)
    assert row["train_loss"] == pytest.approx(loss, rel=1e-4)
    assert row["train_bits"] == pytest.approx(rate, rel=1e-4)
    loss, rate = loss_of(parameters, held_out, None)
    assert row["validation_loss"] == pytest.approx(float(loss), rel=1e-3)
    assert row["validation_bits"] == pytest.approx(float(rate), rel=1e-3)


def test_no_weight_is_the_training_without_a_rate_term(images):
    plain = train(ARCHITECTURE, recipe(epochs=2), images, images, RUN)
    zero = train(ARCHITECTURE, recipe(epochs=2), images, images, RUN, rate_weight=0.0)
    assert plain.history == zero.history
    assert list(plain.history[0]) == ["epoch", "learning_rate", "train_loss", "validation_loss"]
    for name, array in plain.parameters.items():
        np.testing.assert_array_equal(array, zero.parameters[name])


def test_training_for_rate_is_deterministic_and_seeds_differ(images):
    first, again, other = (
        train(ARCHITECTURE, recipe(epochs=2), images, images, TrainingRun(1, "blobs", seed), rate_weight=0.1)
        for seed in (0, 0, 1)
    )
    assert first.history == again.history != other.history
    for name, array in first.parameters.items():
        np.testing.assert_array_equal(array, again.parameters[name])


def measured(images, weight):
    """Train, fit a codec, and measure the test images at the codec's own step: bits, PSNR, trained bits."""
    model = train(ARCHITECTURE, recipe(), images, images, RUN, rate_weight=weight)
    network = Network(ARCHITECTURE, model.parameters)
    compressor = Compressor(network, fit_codec(network, images, trained_for_rate=weight > 0))
    test = blobs(300, seed=9)
    step_index = compressor.codec.default_step_index
    size = len(compressor.encode(test, step_index))
    return 8 * size / 300, model.history[-1].get("validation_bits"), list(model_points("m", compressor, test))


def test_a_dearer_bit_makes_smaller_files(images):
    sizes, priors = [], []
    for weight in (0.003, 0.03, 0.3):
        size, prior, _ = measured(images, weight)
        sizes.append(size)
        priors.append(prior)
    assert sizes[0] > sizes[1] + 3 > sizes[2] + 6
    assert priors[0] > priors[1] + 3 > priors[2] + 6


def test_the_default_step_is_the_one_that_was_trained_for(images):
    network = Network(
        ARCHITECTURE, train(ARCHITECTURE, recipe(), images, images, RUN, rate_weight=0.03).parameters
    )
    codec = fit_codec(network, images, trained_for_rate=True)
    latents = network.encode(np.float32(images) / 255)
    plain = network.decode(latents)

    def error(changed):
        return ((network.decode(changed) - plain) ** 2).sum((1, 2)).mean()

    step_index = codec.default_step_index
    quantised = codec.dequantise(codec.quantise(latents, step_index), step_index)
    assert error(quantised) == pytest.approx(error(np.round(latents)), rel=0.15)


def train_in_files(folder, images, **changes):
    write_archive(folder / "clean.npz", {"images": images}, {})
    spec = {"name": "white", "kind": "white", "parameters": {"sigma": 0.1}}
    digest = digest_images(images)
    write_variant(
        folder / "white.npz", 255 - images, spec=spec, dataset="blobs", split="train", study_seed=1,
        clean_sha256=digest,
    )  # fmt: skip
    params = {
        "spec": json.dumps(spec), "study_seed": 1, "hidden": [8], "target": "input", "rate_weight": 0.0,
        "code_size": 3, "activation": "elu", "code_activation": "linear", "loss": "bce", "optimizer": "adam",
        "learning_rate": 0.01, "schedule": "constant", "epochs": 2, "batch_size": 50,
        "validation_fraction": 0.1, "shifted_fraction": 0.0, "squared_error_fraction": 0.0, "noise_draws": 1,
        "code": "digest",
    }  # fmt: skip
    train_from_files(
        [(0, folder / "0" / "params.npz", folder / "0" / "history.csv")],
        clean_path=folder / "clean.npz",
        variant_path=folder / "white.npz",
        wildcards={"dataset": "blobs", "objective": "compress", "trained_on": "white"},
        params=params | changes,
        device="a processor",
    )
    header, *rows = (folder / "0" / "history.csv").read_text().splitlines()
    return header.split(","), rows, read_parameters(folder / "0" / "params.npz")


def test_files_tell_the_rate_and_leave_the_prior_out(tmp_path, images):
    header, rows, (_, parameters, provenance) = train_in_files(tmp_path, images, rate_weight=0.2)
    assert header[3:] == ["validation_loss", "train_bits", "validation_bits"]
    assert all(float(number) > 0 for number in rows[-1].split(",")[4:])
    assert len(read_history(tmp_path / "0" / "history.csv")) == 2
    assert provenance["settings"]["rate_weight"] == 0.2
    assert provenance["targets_sha256"] == provenance["inputs_sha256"] == digest_images(255 - images)
    assert sorted(parameters) == sorted(DenseArchitecture(SHAPE, (8,), 3, "elu", "linear").parameters)
    assert not (tmp_path / "0" / "checkpoint.npz").exists()


def test_files_of_a_training_without_a_rate_know_of_none(tmp_path, images):
    header, _, (_, _, provenance) = train_in_files(tmp_path, images, target="clean")
    assert header == ["epoch", "learning_rate", "train_loss", "validation_loss"]
    assert not {"rate_weight", "target"} & provenance["settings"].keys()
    assert provenance["targets_sha256"] == digest_images(images)
