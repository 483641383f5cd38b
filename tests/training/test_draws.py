"""Several draws of noise: which epoch sees which, and the same bytes however a job is cut."""

import json
from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from aestudy.distortions.variants import distort_split, write_variant
from aestudy.files.archives import write_archive
from aestudy.images import digest_images
from aestudy.training import draws
from aestudy.training.checkpoints import Checkpoint
from aestudy.training.draws import EpochImages
from aestudy.training.job import train_from_files
from aestudy.training.loop import Training, TrainingRun, initial_state, split_validation, train
from support import small_training
from support.small_training import ARCHITECTURE, make_images, stopped_in_epoch

RUNS = [TrainingRun(study_seed=1, dataset="toy", seed=seed) for seed in (0, 3, 5)]
WHITE = {"name": "white", "kind": "white", "parameters": {"sigma": 0.3}}
MEDIAN = {"name": "median3", "kind": "median", "parameters": {"size": 3}}
EITHER = {"name": "either", "kind": "mixture", "of": [WHITE, MEDIAN]}
BOTH = {"name": "both", "kind": "chain", "of": [MEDIAN, WHITE]}
CLEAN = make_images()


def recipe(**changes):
    return small_training.recipe(**({"noise_draws": 2, "epochs": 5, "shifted_fraction": 0.5} | changes))


def distort(images, number, spec=WHITE):
    return distort_split(images, spec, study_seed=1, dataset="toy", split="train", draw=number)


def draw(number, chosen):
    return distort(CLEAN[chosen], number)


FIRST = distort(CLEAN, 0)


def assert_same(model, expected):
    assert model.history == expected.history
    for name, array in expected.parameters.items():
        np.testing.assert_array_equal(model.parameters[name], array, err_msg=name)


def differ(model, other):
    return any(np.any(array != other.parameters[name]) for name, array in model.parameters.items())


@pytest.mark.parametrize(("count", "numbers"), [(1, [0] * 5), (2, [0, 1, 0, 1, 0]), ("fresh", range(5))])
def test_epochs_see_the_draws_in_turn_and_the_first_is_that_of_the_files(count, numbers):
    chosen = np.arange(10, 90)
    data = {"inputs": jnp.asarray(FIRST[chosen].reshape(80, -1)), "held_inputs": jnp.zeros(3)}
    images = EpochImages(data, chosen, draw, count, epochs=5)
    for epoch, number in enumerate(numbers, 1):
        given = images.of_epoch(epoch)
        expected = distort(CLEAN[chosen], number) if number else FIRST[chosen]
        np.testing.assert_array_equal(given["inputs"], expected.reshape(80, -1))
        assert given["inputs"].dtype == np.uint8
        assert given["held_inputs"] is data["held_inputs"]


def test_draws_that_do_not_fit_in_memory_are_drawn_again(monkeypatch):
    drawn = []

    def counted(number, chosen):
        drawn.append(number)
        return draw(number, chosen)

    plain = train(ARCHITECTURE, recipe(noise_draws=4, epochs=9), FIRST, CLEAN, RUNS[0], draw=counted)
    assert drawn == [1, 2, 3]
    drawn.clear()
    monkeypatch.setattr(draws, "KEPT_BYTES", 2 * 80 * 30)
    short = train(ARCHITECTURE, recipe(noise_draws=4, epochs=9), FIRST, CLEAN, RUNS[0], draw=counted)
    assert drawn == [1, 2, 3, 3]
    assert_same(short, plain)


@pytest.mark.parametrize("targets", [CLEAN, FIRST], ids=["denoise", "reconstruct"])
def test_a_training_on_draws_has_the_steps_of_epochs_on_each(targets):
    """As epochs that are done one by one, each with the images of its draw as all there are."""
    settings = recipe(epochs=3, optimizer="sgd", schedule="constant")
    training = Training(ARCHITECTURE, settings, FIRST, targets, RUNS[0], draw=draw)
    (trained,) = training.train(RUNS[:1])
    chosen, _ = split_validation(len(CLEAN), settings.validation_fraction, RUNS[0])
    drawn = FIRST.copy()
    drawn[chosen] = draw(1, chosen)
    start = training._loss.parameters(training._first_network(RUNS[0])[1])
    state = start, initial_state(training._optimizer, start)
    for epoch, images in enumerate((FIRST, drawn, FIRST), 1):
        alone = replace(settings, noise_draws=1)
        one = Training(ARCHITECTURE, alone, images, images if targets is FIRST else CLEAN, RUNS[0])
        state, numbers = training._compiled(state, RUNS[:1])(state, *one._drawn(epoch, RUNS[:1]))
        row = trained.history[epoch - 1]
        assert float(numbers["train_loss"]) == row["train_loss"]
        assert float(numbers["validation_loss"]) == row["validation_loss"]


def test_fresh_draws_are_as_many_as_epochs():
    fresh, five, two = (
        train(ARCHITECTURE, recipe(noise_draws=count), FIRST, CLEAN, RUNS[0], draw=draw)
        for count in ("fresh", 5, 2)
    )
    assert_same(fresh, five)
    assert differ(fresh, two)


def test_seeds_of_a_job_see_the_draws_that_each_sees_alone():
    settings = recipe(noise_draws="fresh", optimizer="sgd")
    training = Training(ARCHITECTURE, settings, FIRST, CLEAN, RUNS[0], draw=draw)
    one_by_one = [training.train([run])[0] for run in RUNS]
    assert_same(one_by_one[2], train(ARCHITECTURE, settings, FIRST, CLEAN, RUNS[2], draw=draw))
    for model, expected in zip(training.train(RUNS), one_by_one, strict=True):
        for name, array in expected.parameters.items():
            np.testing.assert_allclose(model.parameters[name], array, atol=1e-4, err_msg=name)


@pytest.mark.parametrize("count", [2, "fresh"])
@pytest.mark.parametrize("runs", [RUNS[:1], RUNS], ids=["alone", "together"])
def test_a_killed_training_goes_on_with_the_draw_of_its_epoch(tmp_path, caplog, count, runs):
    checkpoint = Checkpoint(tmp_path / "checkpoint.npz", "a")
    settings = recipe(noise_draws=count, optimizer="sgd")
    training = Training(ARCHITECTURE, settings, FIRST, CLEAN, RUNS[0], draw=draw)
    undisturbed = training.train(runs)
    with stopped_in_epoch(4):
        training.train(runs, checkpoint)
    with caplog.at_level("INFO", logger="aestudy"):
        resumed = Training(ARCHITECTURE, settings, FIRST, CLEAN, RUNS[0], draw=draw).train(runs, checkpoint)
    assert "going on from the checkpoint after epoch 3" in caplog.text
    for model, expected in zip(resumed, undisturbed, strict=True):
        assert_same(model, expected)


def job(folder, spec, seeds=(0,), **changes):
    """Run a training job on files; give the bytes of what it makes."""
    folder.mkdir()
    write_archive(folder / "clean.npz", {"images": CLEAN}, {})
    write_variant(
        folder / "variant.npz", distort(CLEAN, 0, spec), spec=spec, dataset="toy", split="train",
        study_seed=1, clean_sha256=digest_images(CLEAN),
    )  # fmt: skip
    params = {
        "spec": json.dumps(spec), "study_seed": 1, "hidden": [8], "target": "input", "rate_weight": 0.0,
        "code_size": 3, "activation": "elu", "code_activation": "linear", "code": "digest",
        **{name: getattr(recipe(), name) for name in recipe().__dataclass_fields__},
    }  # fmt: skip
    files = [(seed, folder / f"{seed}/params.npz", folder / f"{seed}/history.csv") for seed in seeds]
    train_from_files(
        files, clean_path=folder / "clean.npz", variant_path=folder / "variant.npz",
        wildcards={"dataset": "toy", "objective": "reconstruct", "trained_on": spec["name"]},
        params=params | changes, device="a processor",
    )  # fmt: skip
    return {seed: (params.read_bytes(), history.read_bytes()) for seed, params, history in files}


@pytest.mark.parametrize("spec", [WHITE, EITHER, BOTH], ids=lambda spec: spec["name"])
def test_a_job_draws_what_its_condition_does(tmp_path, spec):
    """The same bytes again, however many seeds it has; other ones than with the draw of the files alone."""
    first = job(tmp_path / "first", spec, seeds=(0, 7))
    assert job(tmp_path / "again", spec, seeds=(7,)) == {7: first[7]}
    once = job(tmp_path / "once", spec, noise_draws=1)
    assert once[0][1] != first[0][1]
    assert once[0][1].splitlines()[1] == first[0][1].splitlines()[1]  # the first epoch is the same
