"""Several seeds as one program: the same models as one by one."""

import numpy as np
import pytest

from aestudy.errors import StudyError
from aestudy.training.checkpoints import Checkpoint
from aestudy.training.loop import Training, TrainingRun, train
from support import small_training
from support.small_training import ARCHITECTURE, make_images, stopped_in_epoch

RUNS = [TrainingRun(study_seed=1, dataset="toy", seed=seed) for seed in (0, 3, 5)]


def recipe(**changes):
    values = {"optimizer": "muon", "schedule": "linear", "epochs": 4, "shifted_fraction": 0.5}
    return small_training.recipe(**(values | changes))


@pytest.fixture
def images():
    return make_images()


@pytest.mark.parametrize(
    ("changes", "rate_weight"),
    [
        ({}, 0.0),
        ({}, 0.1),
        ({"optimizer": "adam", "shifted_fraction": 0.0}, 0.0),
        ({"squared_error_fraction": 0.5}, 0.0),
    ],
)
def test_models_are_those_of_one_by_one(images, changes, rate_weight):
    settings = recipe(**changes)
    targets = 255 - images
    training = Training(ARCHITECTURE, settings, images, targets, RUNS[0], rate_weight=rate_weight)
    together = training.train(RUNS)
    assert len(together) == len(RUNS)
    for run, model in zip(RUNS, together, strict=True):
        alone = train(ARCHITECTURE, settings, images, targets, run, rate_weight=rate_weight)
        assert model.parameters.keys() == alone.parameters.keys()
        for name, array in alone.parameters.items():
            assert model.parameters[name].dtype == np.float32
            np.testing.assert_allclose(model.parameters[name], array, atol=1e-4, err_msg=name)
        assert [row["epoch"] for row in model.history] == [1, 2, 3, 4]
        for row, expected in zip(model.history, alone.history, strict=True):
            assert row == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_a_killed_training_goes_on_and_gives_the_same_bytes(images, tmp_path, caplog):
    checkpoint = Checkpoint(tmp_path / "checkpoint.npz", "a")
    training = Training(ARCHITECTURE, recipe(), images, images, RUNS[0])
    undisturbed = training.train(RUNS)
    with stopped_in_epoch(3):
        training.train(RUNS, checkpoint)
    with caplog.at_level("INFO", logger="aestudy"):
        resumed = training.train(RUNS, checkpoint)
    assert "going on from the checkpoint after epoch 2" in caplog.text
    for model, expected in zip(resumed, undisturbed, strict=True):
        assert model.history == expected.history
        for name, array in expected.parameters.items():
            np.testing.assert_array_equal(model.parameters[name], array)


def test_a_loss_of_one_that_is_no_number_stops_all(images):
    training = Training(ARCHITECTURE, recipe(optimizer="sgd", learning_rate=1e30), images, images, RUNS[0])
    with pytest.raises(StudyError, match=r"Lower training\.learning_rate"):
        training.train(RUNS)


def test_one_after_another_they_are_compiled_once_and_have_the_bytes_of_each_alone(images, caplog):
    training = Training(ARCHITECTURE, recipe(), images, images, RUNS[0])
    with caplog.at_level("INFO", logger="aestudy"):
        models = [training.train([run])[0] for run in RUNS]
    assert caplog.text.count("compiled in") == 1
    for run, model in zip(RUNS, models, strict=True):
        alone = train(ARCHITECTURE, recipe(), images, images, run)
        assert model.history == alone.history
        for name, array in alone.parameters.items():
            np.testing.assert_array_equal(model.parameters[name], array)


def test_a_model_that_is_done_is_taken_from_the_checkpoint_of_its_job(images, tmp_path, caplog):
    """So that a job that is killed at its last seed trains the others no more."""
    checkpoint = Checkpoint(tmp_path / "checkpoint.npz", "a")
    training = Training(ARCHITECTURE, recipe(), images, images, RUNS[0])
    (trained,) = training.train(RUNS[:1], checkpoint, keep_checkpoint=True)
    caplog.clear()
    with caplog.at_level("INFO", logger="aestudy"):
        (again,) = Training(ARCHITECTURE, recipe(), images, images, RUNS[0]).train(RUNS[:1], checkpoint)
    assert "epoch 1/4" not in caplog.text
    assert again.history == trained.history
    for name, array in trained.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], array)
