"""A training that takes a moment: network, recipe, images, and what stops it as a kill would."""

import contextlib

import numpy as np
import pytest

from aestudy.networks.dense import DenseArchitecture
from aestudy.settings.types import TrainingSettings
from aestudy.training import loop

ARCHITECTURE = DenseArchitecture((6, 5), (12,), 4, "gelu", "linear")


def recipe(**changes):
    values = {
        "loss": "bce",
        "optimizer": "adam",
        "learning_rate": 0.01,
        "schedule": "cosine",
        "epochs": 3,
        "batch_size": 16,
        "validation_fraction": 0.2,
        "shifted_fraction": 0.0,
        "squared_error_fraction": 0.0,
        "noise_draws": 1,
    }
    return TrainingSettings(**(values | changes))


def make_images():
    rng = np.random.default_rng(7)
    base = rng.random((3, 6, 5))
    mixed = rng.dirichlet(np.ones(3), size=100) @ base.reshape(3, -1)
    return np.rint(mixed.reshape(-1, 6, 5) * 255).astype(np.uint8)


@contextlib.contextmanager
def stopped_in_epoch(last):
    """Write a checkpoint after each epoch, and stop in one before its own is written."""
    real = loop._check_finite

    def stop(row, settings):
        real(row, settings)
        if row["epoch"] == last:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
        patch.setattr(loop, "_check_finite", stop)
        with pytest.raises(KeyboardInterrupt):
            yield
