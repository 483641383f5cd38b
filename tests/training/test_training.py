"""Training: the scanned epoch, its data, its record, and what stops it."""

import logging

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from aestudy.errors import StudyError
from aestudy.networks.architecture import initial_parameters
from aestudy.networks.dense import DenseArchitecture
from aestudy.settings.batches import fitting_batch
from aestudy.training import epoch as epoch_program
from aestudy.training import loop
from aestudy.training.augmentation import draw_directions, shift_batch
from aestudy.training.autoencoder import parameters_of, split_autoencoder
from aestudy.training.checkpoints import Checkpoint
from aestudy.training.loop import TrainingRun, split_validation, train
from aestudy.training.optimizers import OPTIMIZERS, learning_rate_schedule
from aestudy.training.pixel_losses import PIXEL_LOSSES
from support.small_training import ARCHITECTURE, make_images, recipe, stopped_in_epoch

RUN = TrainingRun(study_seed=1, dataset="toy", seed=0)


@pytest.fixture
def images():
    return make_images()


def test_linear_schedule_falls_evenly_to_zero():
    schedule = learning_rate_schedule("linear", 0.4, 200)
    assert [float(schedule(step)) for step in (0, 50, 100, 200)] == pytest.approx([0.4, 0.3, 0.2, 0])


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("loss", "bce, mse"),
        ("optimizer", "adam, adadelta, muon, sgd"),
        ("schedule", "constant, linear, cosine"),
    ],
)
def test_an_unknown_name_in_a_recipe_is_refused_with_the_allowed_ones(key, allowed):
    with pytest.raises(StudyError, match=f"^{key}: expected one of {allowed}, found 'cosinus'"):
        recipe(**{key: "cosinus"})


def test_an_unknown_schedule_is_no_cosine():
    with pytest.raises(StudyError, match=r"^schedule: expected one of constant, .*, found 'cosinus'"):
        learning_rate_schedule("cosinus", 0.4, 200)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_starts_from_the_state_that_it_asks_for(name):
    architecture = DenseArchitecture((5, 6), (7,), 3, "elu", "linear")
    _, parameters = split_autoencoder(
        architecture, initial_parameters(architecture, TrainingRun(1, "d", 0).stream("init"))
    )
    optimizer = OPTIMIZERS[name](lambda step: 0.1)
    asked = jax.tree.flatten(optimizer.init(parameters))
    made = jax.tree.flatten(loop.initial_state(optimizer, parameters))
    assert made[1] == asked[1]
    for found, wanted in zip(made[0], asked[0], strict=True):
        assert found.dtype == wanted.dtype
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", PIXEL_LOSSES)
def test_scanned_epoch_equals_a_plain_loop(images, optimizer, loss):
    targets = images[::-1].copy()
    settings = recipe(optimizer=optimizer, loss=loss, epochs=1)
    model = train(ARCHITECTURE, settings, images, targets, RUN)

    held_in, held_out = split_validation(len(images), 0.2, RUN)
    steps = len(held_in) // 16
    schedule = learning_rate_schedule("cosine", 0.01, steps)
    rule = OPTIMIZERS[optimizer](schedule)
    graph, parameters = split_autoencoder(ARCHITECTURE, initial_parameters(ARCHITECTURE, RUN.stream("init")))
    state = rule.init(parameters)

    def loss_of(parameters, indices):
        def flat(array):
            return jnp.asarray(array[indices].reshape(len(indices), -1), jnp.float32) / 255

        return PIXEL_LOSSES[loss](nnx.merge(graph, parameters)(flat(images)), flat(targets))

    order = RUN.stream("order", 1).permutation(len(held_in))
    losses = []
    for step in range(steps):
        batch = held_in[order[step * 16 : (step + 1) * 16]]
        value, gradients = jax.value_and_grad(loss_of)(parameters, batch)
        updates, state = rule.update(gradients, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        losses.append(float(value))

    for name, expected in parameters_of(parameters).items():
        np.testing.assert_allclose(model.parameters[name], expected, atol=2e-5, err_msg=name)
    assert model.history[0]["train_loss"] == pytest.approx(np.mean(losses), rel=1e-5)
    assert model.history[0]["validation_loss"] == pytest.approx(
        float(loss_of(parameters, held_out)), rel=1e-4
    )


def test_training_is_deterministic_and_learns(images):
    first = train(ARCHITECTURE, recipe(epochs=20), images, images, RUN)
    second = train(ARCHITECTURE, recipe(epochs=20), images, images, RUN)
    for name, array in first.parameters.items():
        np.testing.assert_array_equal(array, second.parameters[name])
    assert first.history == second.history
    assert [row["epoch"] for row in first.history] == list(range(1, 21))
    assert first.history[-1]["validation_loss"] < first.history[0]["validation_loss"]
    assert first.history[-1]["learning_rate"] == pytest.approx(0, abs=1e-9)


def test_the_end_minimises_the_squared_error(images):
    """The same steps as a training that starts with one loss and goes on by hand with the other."""
    architecture = DenseArchitecture((6, 5), (8,), 3, "elu", "linear")
    settings = recipe(optimizer="sgd", schedule="constant", epochs=2, squared_error_fraction=0.5)
    run = TrainingRun(1, "d", 0)
    trained = train(architecture, settings, images, images, run)

    graph, parameters = split_autoencoder(architecture, initial_parameters(architecture, run.stream("init")))
    rule = OPTIMIZERS["sgd"](learning_rate_schedule("constant", settings.learning_rate, 10))
    state = rule.init(parameters)
    kept, _ = split_validation(len(images), 0.2, run)
    flat = images[kept].reshape(len(kept), -1).astype(np.float32) / 255
    losses = []
    for epoch, name in ((1, "bce"), (2, "mse")):
        losses.append([])
        for batch in run.stream("order", epoch).permutation(len(kept)).reshape(5, 16):

            def loss_of(parameters, name=name, batch=flat[batch]):
                return PIXEL_LOSSES[name](nnx.merge(graph, parameters)(batch), batch)

            losses[-1].append(loss_of(parameters, "bce"))
            updates, state = rule.update(jax.grad(loss_of)(parameters), state, parameters)
            parameters = optax.apply_updates(parameters, updates)
    for name, array in parameters_of(parameters).items():
        np.testing.assert_allclose(trained.parameters[name], array, rtol=1e-5, atol=1e-6)
    # What is recorded is the loss of the config in both halves.
    recorded = [row["train_loss"] for row in trained.history]
    np.testing.assert_allclose(recorded, np.mean(losses, axis=1), rtol=1e-5)


def test_a_training_shifts_other_images_in_each_epoch(images):
    """The same steps as a loop over images that were shifted before."""
    settings = recipe(optimizer="sgd", schedule="constant", epochs=2, shifted_fraction=0.5)
    inputs = 255 - images
    trained = train(ARCHITECTURE, settings, inputs, images, RUN)

    graph, parameters = split_autoencoder(ARCHITECTURE, initial_parameters(ARCHITECTURE, RUN.stream("init")))
    rule = OPTIMIZERS["sgd"](learning_rate_schedule("constant", settings.learning_rate, 10))
    state = rule.init(parameters)
    kept, _ = split_validation(len(images), 0.2, RUN)
    seen = []
    for epoch in (1, 2):
        directions = draw_directions(RUN.stream("shift", epoch), len(kept), 0.5)
        flat = images[kept].reshape(len(kept), -1)
        shifted = np.asarray(shift_batch(flat, directions, (6, 5)))
        seen.append(shifted)
        for batch in RUN.stream("order", epoch).permutation(len(kept)).reshape(5, 16):
            targets = shifted[batch].astype(np.float32) / 255

            def loss_of(parameters, targets=targets):
                return PIXEL_LOSSES["bce"](nnx.merge(graph, parameters)(1 - targets), targets)

            updates, state = rule.update(jax.grad(loss_of)(parameters), state, parameters)
            parameters = optax.apply_updates(parameters, updates)
    assert not np.array_equal(*seen)
    for name, array in parameters_of(parameters).items():
        np.testing.assert_allclose(trained.parameters[name], array, rtol=1e-5, atol=1e-6)


def test_targets_that_are_the_inputs_are_placed_once(images):
    halves = np.arange(50), np.arange(50, 60)
    assert epoch_program.device_data(images, images, *halves).keys() == {"inputs", "held_inputs"}
    apart = epoch_program.device_data(images, images.copy(), *halves)
    for prefix in ("", "held_"):
        np.testing.assert_array_equal(apart[prefix + "inputs"], apart[prefix + "targets"])


def test_seeds_differ(images):
    one = train(ARCHITECTURE, recipe(), images, images, RUN)
    other = train(ARCHITECTURE, recipe(), images, images, TrainingRun(1, "toy", 1))
    assert one.history[0]["train_loss"] != other.history[0]["train_loss"]


def test_split_covers_all_images_once_and_is_the_same_for_all_seeds():
    held_in, held_out = split_validation(50, 0.1, RUN)
    assert sorted([*held_in, *held_out]) == list(range(50))
    assert len(held_out) == 5
    np.testing.assert_array_equal(held_out, split_validation(50, 0.1, TrainingRun(1, "toy", 9))[1])


@pytest.mark.parametrize("count", [2, 3, 5])
def test_very_few_images_can_be_trained_on(images, count):
    model = train(ARCHITECTURE, recipe(epochs=1, batch_size=1), images[:count], images[:count], RUN)
    assert np.isfinite(model.history[0]["train_loss"])


@pytest.mark.parametrize(("count", "taken"), [(2, 1), (17, 1), (70, 4)])
def test_a_batch_that_the_images_do_not_fill_is_made_smaller(images, count, taken):
    models = [
        train(ARCHITECTURE, recipe(epochs=1, batch_size=size), images[:count], images[:count], RUN)
        for size in (64, taken)
    ]
    for name, array in models[0].parameters.items():
        np.testing.assert_array_equal(array, models[1].parameters[name])
    assert models[0].history == models[1].history


@pytest.mark.parametrize(
    ("batch_size", "images", "taken"),
    [(256, 256, 256), (256, 255, 16), (256, 216, 16), (256, 159, 8), (256, 1, 1), (8, 7, 1), (64, 1000, 64)],
)
def test_a_batch_that_fits_is_left_alone_and_another_gives_ten_steps(batch_size, images, taken):
    assert fitting_batch(batch_size, images) == taken


def test_one_image_is_refused(images):
    with pytest.raises(StudyError, match="at least 2 training images"):
        train(ARCHITECTURE, recipe(), images[:1], images[:1], RUN)


def test_a_loss_that_is_no_number_stops_with_a_hint(images):
    with pytest.raises(StudyError) as caught:
        train(ARCHITECTURE, recipe(optimizer="sgd", learning_rate=1e30, epochs=5), images, images, RUN)
    message = str(caught.value)
    assert "epoch " in message
    assert "learning rate" in message
    assert "Lower training.learning_rate" in message


def test_progress_has_rate_and_time_left(images, caplog):
    with caplog.at_level(logging.INFO, logger="aestudy"):
        train(ARCHITECTURE, recipe(epochs=2), images, images, RUN)
    lines = [record.getMessage() for record in caplog.records if "epoch" in record.getMessage()]
    assert lines[0].startswith("epoch 1/2  train loss ")
    assert "images/s" in lines[0]
    assert lines[1].endswith("0 s left")


def _interrupted(images, checkpoint, **options):
    """Train until epoch 4 of 6 and stop there as a kill would."""
    settings = recipe(epochs=6, optimizer="muon")
    with stopped_in_epoch(4):
        train(ARCHITECTURE, settings, images, images, RUN, checkpoint=checkpoint, **options)


@pytest.mark.parametrize("rate_weight", [0.0, 0.1])
def test_a_killed_training_goes_on_and_gives_the_same_bytes(images, tmp_path, caplog, rate_weight):
    settings = recipe(epochs=6, optimizer="muon")
    undisturbed = train(ARCHITECTURE, settings, images, images, RUN, rate_weight=rate_weight)
    checkpoint = Checkpoint(tmp_path / "checkpoint.npz", "a")
    _interrupted(images, checkpoint, rate_weight=rate_weight)
    with caplog.at_level(logging.INFO, logger="aestudy"):
        resumed = train(
            ARCHITECTURE, settings, images, images, RUN,
            rate_weight=rate_weight, checkpoint=checkpoint,
        )  # fmt: skip
    assert "going on from the checkpoint after epoch 3" in caplog.text
    assert resumed.history == undisturbed.history
    for name, array in undisturbed.parameters.items():
        np.testing.assert_array_equal(resumed.parameters[name], array)


@pytest.mark.parametrize("damage", ["other training", "truncated", "flipped byte", "empty"])
def test_a_checkpoint_that_cannot_be_trusted_is_refused(images, tmp_path, caplog, damage):
    settings = recipe(epochs=6, optimizer="muon")
    undisturbed = train(ARCHITECTURE, settings, images, images, RUN)
    checkpoint = tmp_path / "checkpoint.npz"
    _interrupted(images, Checkpoint(checkpoint, "b" if damage == "other training" else "a"))
    content = bytearray(checkpoint.read_bytes())
    if damage == "truncated":
        checkpoint.write_bytes(content[: len(content) // 2])
    elif damage == "flipped byte":
        content[len(content) // 3] ^= 1
        checkpoint.write_bytes(content)
    elif damage == "empty":
        checkpoint.write_bytes(b"")
    with caplog.at_level(logging.INFO, logger="aestudy"):
        model = train(ARCHITECTURE, settings, images, images, RUN, checkpoint=Checkpoint(checkpoint, "a"))
    assert "the training starts anew" in caplog.text
    assert str(checkpoint) in caplog.text
    for name, array in undisturbed.parameters.items():
        np.testing.assert_array_equal(model.parameters[name], array)
