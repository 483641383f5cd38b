"""Train one autoencoder, epoch by epoch."""

import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax

from aestudy.architecture import Architecture, initial_parameters
from aestudy.checkpoints import read_checkpoint, write_checkpoint
from aestudy.epoch_program import choose_images, compile_epoch, device_data, shifted_data
from aestudy.errors import StudyError
from aestudy.model import parameters_of, split_autoencoder
from aestudy.optimizers import OPTIMIZERS, learning_rate_schedule
from aestudy.seeds import stream
from aestudy.settings.types import TrainingSettings
from aestudy.training_loss import choose_loss

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_CHECKPOINTS = 20.0


@dataclass(frozen=True)
class TrainingRun:
    """Which training of the study this is; its random streams depend on nothing else.

    Attributes:
        study_seed: the seed of the study.
        dataset: name of the data set.
        seed: number of the repetition. Models of one seed start from the same parameters and see the images
            in the same order, whatever they are trained on, so that their differences are paired.
        checkpoint: file for the state of an unfinished training, or nothing.
        fingerprint: digest of everything that the training depends on, for the checkpoint.
    """

    study_seed: int
    dataset: str
    seed: int
    checkpoint: Path | None = None
    fingerprint: str = ""

    def stream(self, *purpose: str | int) -> np.random.Generator:
        """Open a random stream of this repetition."""
        return stream(self.study_seed, self.dataset, "training", self.seed, *purpose)


@dataclass(frozen=True)
class TrainedModel:
    """What a training leaves.

    Attributes:
        parameters: parameter name -> float32 array.
        history: one row per epoch: `epoch`, `learning_rate` (at its end), `train_loss` (mean over its steps)
            and `validation_loss` (at its end); of a training for rate also `train_bits` and
            `validation_bits`, per image.
    """

    parameters: dict[str, np.ndarray]
    history: list[dict[str, float]]


def train(
    architecture: Architecture,
    settings: TrainingSettings,
    inputs: np.ndarray,
    targets: np.ndarray,
    run: TrainingRun,
    *,
    rate_weight: float = 0.0,
) -> TrainedModel:
    """Train an autoencoder to map inputs to targets.

    A fixed part of the images is held out for the validation loss. Each epoch passes the others in a new
    random order, in batches of one size; the few that do not fill the last batch sit out that epoch.

    Args:
        architecture: the network.
        settings: loss, optimizer, learning rate, schedule, epochs, batch size, validation share.
        inputs: uint8 (N, H, W), what the network is given.
        targets: uint8 (N, H, W), what it shall give back.
        run: which training this is.
        rate_weight: what one bit of the code is worth (`aestudy.training_loss`), 0 to let bits be.

    Returns:
        The parameters after the last epoch, and the losses of each.

    Raises:
        StudyError: there are too few images, or the loss is no longer a number.
    """
    training, validation = split_validation(len(inputs), settings.validation_fraction, run)
    batch_size = min(settings.batch_size, len(training))
    steps = len(training) // batch_size
    schedule = learning_rate_schedule(settings.schedule, settings.learning_rate, settings.epochs * steps)
    optimizer = OPTIMIZERS[settings.optimizer](schedule)

    graph, network = split_autoencoder(architecture, initial_parameters(architecture, run.stream("init")))
    loss = choose_loss(graph, settings, settings.epochs * steps, rate_weight, architecture.code_size)
    parameters = loss.parameters(network)
    state = (parameters, initial_state(optimizer, parameters))
    history: list[dict[str, float]] = []
    if run.checkpoint and (resumed := read_checkpoint(run.checkpoint, state, run.fingerprint)):
        state, history = resumed
        logger.info("going on from the checkpoint after epoch %d", len(history))

    data = device_data(inputs, targets, training, validation)
    originals = choose_images(inputs, targets, training) if settings.shifted_fraction else ()
    epoch_program = compile_epoch(loss, optimizer, schedule, state, data, (steps, batch_size))
    progress = _Progress(settings.epochs, len(history), steps * batch_size)
    started = saved = time.monotonic()
    for epoch in range(len(history) + 1, settings.epochs + 1):
        order = run.stream("order", epoch).permutation(len(training))
        batches = order[: steps * batch_size].astype(np.int32).reshape(steps, batch_size)
        noise_seed = run.stream("noise", epoch).integers(2**32, dtype=np.uint32)
        if originals:
            data |= shifted_data(originals, run.stream("shift", epoch), settings.shifted_fraction)
        state, numbers = epoch_program(state, data, batches, np.int32(epoch * steps), noise_seed)
        row = {"epoch": epoch} | {name: float(value) for name, value in numbers.items()}
        _check_finite(row, settings)
        history.append(row)
        progress.log(row)
        if run.checkpoint and time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
            write_checkpoint(run.checkpoint, state, history, run.fingerprint)
            saved = time.monotonic()
    # benchmarks/study.py adds these lines up.
    logger.info("epochs in %.2f s", time.monotonic() - started)
    return TrainedModel(parameters_of(loss.network(state[0])), history)


def initial_state(optimizer: optax.GradientTransformation, parameters: Any) -> Any:
    """Make the state that an optimizer starts from.

    All of `aestudy.optimizers` start from zeros, so their shapes are enough, and nothing has to be compiled.

    Args:
        optimizer: the optimizer.
        parameters: all that is trained.

    Returns:
        What `optimizer.init(parameters)` gives.
    """
    shapes = jax.eval_shape(optimizer.init, parameters)
    return jax.tree.map(lambda leaf: jax.device_put(np.zeros(leaf.shape, leaf.dtype)), shapes)


def split_validation(count: int, fraction: float, run: TrainingRun) -> tuple[np.ndarray, np.ndarray]:
    """Choose the images that are held out: the same ones for every model of a data set.

    Args:
        count: number of training images.
        fraction: share to hold out; at least one image is.
        run: names the study seed and the data set.

    Returns:
        Indices of the images to train on, and of those held out, both ascending.

    Raises:
        StudyError: fewer than two images.
    """
    if count < 2:
        raise StudyError(
            f"training on {run.dataset}: expected at least 2 training images, one of them to hold out; "
            f"found {count}."
        )
    held_out = min(max(1, round(count * fraction)), count - 1)
    order = stream(run.study_seed, run.dataset, "validation").permutation(count)
    return np.sort(order[held_out:]), np.sort(order[:held_out])


def _check_finite(row: dict[str, float], settings: TrainingSettings) -> None:
    if math.isfinite(row["train_loss"]) and math.isfinite(row["validation_loss"]):
        return
    raise StudyError(
        f"training: the loss is no longer a number in epoch {row['epoch']} of {settings.epochs} at learning "
        f"rate {row['learning_rate']:.3g} ({settings.optimizer}). Lower training.learning_rate (it is "
        f"{settings.learning_rate:g}), or choose the other loss or optimizer."
    )


class _Progress:
    """Lines with rate and time left for a person who reads the log of a running job."""

    def __init__(self, epochs: int, done: int, images_per_epoch: int):
        self._epochs = epochs
        self._done = done
        self._images_per_epoch = images_per_epoch
        self._started = time.monotonic()

    def log(self, row: dict[str, float]) -> None:
        epoch = int(row["epoch"])
        seconds_per_epoch = (time.monotonic() - self._started) / (epoch - self._done)
        rate = f"  {row['validation_bits']:.1f} bits" if "validation_bits" in row else ""
        logger.info(
            "epoch %d/%d  train loss %.5f  validation loss %.5f%s  %s images/s  %.0f s left",
            epoch,
            self._epochs,
            row["train_loss"],
            row["validation_loss"],
            rate,
            f"{self._images_per_epoch / max(seconds_per_epoch, 1e-9):,.0f}",
            seconds_per_epoch * (self._epochs - epoch),
        )
