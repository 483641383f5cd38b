"""Train autoencoders, epoch by epoch: one, or several of different seeds as one program.

A network of this size leaves a large GPU idle: most of a step is spent on starting its hundred small
operations. Several networks that differ in their seed only take the same operations, and `jax.vmap` makes
each of them work on all networks at once.
"""

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import optax

from aestudy.datasets.splits import hold_out
from aestudy.errors import StudyError
from aestudy.networks.architecture import Architecture, initial_parameters
from aestudy.seeds import stream
from aestudy.settings.batches import fitting_batch, images_to_train_on
from aestudy.settings.types import TrainingSettings
from aestudy.training.augmentation import draw_directions
from aestudy.training.autoencoder import parameters_of, split_autoencoder
from aestudy.training.checkpoints import Checkpoint
from aestudy.training.draws import Draw, EpochImages
from aestudy.training.epoch import compile_epoch, device_data
from aestudy.training.losses import choose_loss
from aestudy.training.optimizers import make_optimizer
from aestudy.training.progress import Progress

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_CHECKPOINTS = 20.0


@dataclass(frozen=True)
class TrainingRun:
    """Which training of the study this is; its random streams depend on nothing else.

    Attributes:
        study_seed: the seed of the study.
        dataset: name of the data set.
        seed: number of the repetition. Models of one seed start from the same parameters and see the images
            in the same order on every condition, so that their differences are paired.
    """

    study_seed: int
    dataset: str
    seed: int

    def stream(self, *purpose: str | int) -> np.random.Generator:
        """Open a random stream of this repetition."""
        return stream(self.study_seed, self.dataset, "training", self.seed, *purpose)


@dataclass(frozen=True)
class TrainedModel:
    """The result of a training.

    Attributes:
        parameters: parameter name -> float32 array.
        history: one row per epoch: `epoch`, `learning_rate` (at its end), `train_loss` (mean over its steps)
            and `validation_loss` (at its end); of a training for rate also `train_bits` and
            `validation_bits`, per image.
    """

    parameters: dict[str, np.ndarray]
    history: list[dict[str, float]]


class Training:
    """Trainings of one network on the same images; what does not depend on the seed is made once.

    A fixed part of the images is held out for the validation loss. Each epoch passes the others in a new
    random order, in batches of one size; the few that do not fill the last batch sit out that epoch.

    Args:
        architecture: the network.
        settings: loss, optimizer, learning rate, schedule, epochs, batch size (the most that `fitting_batch`
            may choose), validation share.
        inputs: uint8 (N, H, W), what the network is given.
        targets: uint8 (N, H, W), what it learns to put out.
        run: names the study and the data set.
        rate_weight: what one bit of the code is worth (`aestudy.training.losses`), 0 to let bits be.
        draw: gives inputs other noise, where the settings ask for more than one draw.

    Raises:
        StudyError: there are too few images.
    """

    def __init__(
        self,
        architecture: Architecture,
        settings: TrainingSettings,
        inputs: np.ndarray,
        targets: np.ndarray,
        run: TrainingRun,
        *,
        rate_weight: float = 0.0,
        draw: Draw | None = None,
    ):
        self._architecture, self._settings = architecture, settings
        training, validation = split_validation(len(inputs), settings.validation_fraction, run)
        self._count = len(training)
        self._batch_size = fitting_batch(settings.batch_size, self._count)
        if self._batch_size < settings.batch_size:
            logger.info(
                "batches of %d images, not of %d, because there are %d images to train on",
                self._batch_size, settings.batch_size, self._count,
            )  # fmt: skip
        self._steps = self._count // self._batch_size
        steps = settings.epochs * self._steps
        self._schedule, self._optimizer = make_optimizer(settings, steps)
        graph, _ = self._first_network(run)
        self._loss = choose_loss(graph, settings, steps, rate_weight, architecture.code_size)
        data = device_data(inputs, targets, training, validation)
        self._images = EpochImages(data, training, draw, settings.noise_draws, settings.epochs)
        self._programs: dict[int, Any] = {}

    def train(
        self,
        runs: Sequence[TrainingRun],
        checkpoint: Checkpoint | None = None,
        *,
        keep_checkpoint: bool = False,
    ) -> list[TrainedModel]:
        """Train models that differ in their seed as one program.

        Args:
            runs: which trainings these are; all of one study and data set.
            checkpoint: where the state of an unfinished training is kept, or nothing.
            keep_checkpoint: whether the state is kept there at the end as well.

        Returns:
            Of each run, the parameters after the last epoch, and the losses of each.

        Raises:
            StudyError: the loss is no longer a number.
        """
        starts = [self._loss.parameters(self._first_network(run)[1]) for run in runs]
        state = _stacked([(start, initial_state(self._optimizer, start)) for start in starts])
        history: list[dict[str, float]] = []
        if checkpoint and (resumed := checkpoint.read(state)):
            state, history = resumed
            logger.info("going on from the checkpoint after epoch %d", len(history) // len(runs))
        done, epochs = len(history) // len(runs), self._settings.epochs
        if done < epochs:
            program = self._compiled(state, runs)
        progress = Progress(epochs, done, len(runs) * self._steps * self._batch_size)
        started = saved = time.monotonic()
        processor_started = time.process_time()
        for epoch in range(done + 1, epochs + 1):
            state, numbers = program(state, *self._drawn(epoch, runs))
            rows = _rows(epoch, numbers, len(runs))
            for row in rows:
                _check_finite(row, self._settings)
            history += rows
            progress.log(rows)
            is_last = keep_checkpoint and epoch == epochs
            if checkpoint and (is_last or time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS):
                checkpoint.write(state, history)
                saved = time.monotonic()
        # benchmarks/study.py adds these lines up.
        processor = time.process_time() - processor_started
        logger.info("epochs in %.2f s, %.2f s of processor time", time.monotonic() - started, processor)
        return [
            TrainedModel(parameters_of(self._loss.network(trained)), history[model :: len(runs)])
            for model, trained in enumerate(_unstacked(state[0], len(runs)))
        ]

    def _first_network(self, run: TrainingRun) -> tuple[Any, Any]:
        parameters = initial_parameters(self._architecture, run.stream("init"))
        return split_autoencoder(self._architecture, parameters)

    def _compiled(self, state: Any, runs: Sequence[TrainingRun]) -> Any:
        """Compile an epoch of that many models, unless it was before."""
        if len(runs) not in self._programs:
            arguments = (state, *self._drawn(1, runs))
            self._programs[len(runs)] = compile_epoch(
                self._loss,
                self._optimizer,
                self._schedule,
                self._architecture.image_shape,
                len(runs),
                arguments,
            )
        return self._programs[len(runs)]

    def _drawn(self, epoch: int, runs: Sequence[TrainingRun]) -> tuple[Any, ...]:
        """Draw what is random in an epoch: noise, the same for all models, and what each has of its own."""
        shape = (self._steps, self._batch_size)
        drawn = _stacked([_draw_epoch(run, epoch, self._count, shape, self._settings) for run in runs])
        return (self._images.of_epoch(epoch), *drawn, np.int32(epoch * self._steps))


def train(
    architecture: Architecture,
    settings: TrainingSettings,
    inputs: np.ndarray,
    targets: np.ndarray,
    run: TrainingRun,
    *,
    rate_weight: float = 0.0,
    draw: Draw | None = None,
    checkpoint: Checkpoint | None = None,
) -> TrainedModel:
    """Train one autoencoder to map inputs to targets, as `Training`."""
    training = Training(architecture, settings, inputs, targets, run, rate_weight=rate_weight, draw=draw)
    return training.train([run], checkpoint)[0]


def _rows(epoch: int, numbers: Mapping[str, Any], models: int) -> list[dict[str, float]]:
    """Take the numbers of an epoch apart by model."""
    columns = {name: np.broadcast_to(value, models) for name, value in numbers.items()}
    return [
        {"epoch": epoch} | {name: float(column[model]) for name, column in columns.items()}
        for model in range(models)
    ]


def initial_state(optimizer: optax.GradientTransformation, parameters: Any) -> Any:
    """Make the state that an optimizer starts from.

    All of `aestudy.training.optimizers` start from zeros, so their shapes are enough, and nothing has to be
    compiled.

    Args:
        optimizer: the optimizer.
        parameters: all that is trained.

    Returns:
        What `optimizer.init(parameters)` gives.
    """
    shapes = jax.eval_shape(optimizer.init, parameters)
    return jax.tree.map(lambda leaf: jax.device_put(np.zeros(leaf.shape, leaf.dtype)), shapes)


def _draw_epoch(
    run: TrainingRun, epoch: int, count: int, batches_shape: tuple[int, int], settings: TrainingSettings
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Draw the batches, directions and noise seed of one model's epoch, as `compile_epoch` has them."""
    order = run.stream("order", epoch).permutation(count)[: np.prod(batches_shape)].astype(np.int32)
    directions = None
    if settings.shifted_fraction:
        directions = draw_directions(run.stream("shift", epoch), count, settings.shifted_fraction)
        directions = directions[order].reshape(batches_shape)
    noise_seed = run.stream("noise", epoch).integers(2**32, dtype=np.uint32)
    return order.reshape(batches_shape), directions, noise_seed


def _stacked(trees: list[Any]) -> Any:
    """Give the arrays of several models an axis more; those of one model stay as they are."""
    if len(trees) == 1:
        return trees[0]
    return jax.tree.map(lambda *leaves: jax.device_put(np.stack(leaves)), *trees)


def _unstacked(tree: Any, count: int) -> list[Any]:
    """Take apart what `_stacked` put together."""
    if count == 1:
        return [tree]
    return [jax.tree.map(lambda leaf, place=place: leaf[place], tree) for place in range(count)]


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
    held_out = count - images_to_train_on(count, fraction)
    return hold_out(count, held_out, study_seed=run.study_seed, dataset=run.dataset)


def _check_finite(row: dict[str, float], settings: TrainingSettings) -> None:
    if math.isfinite(row["train_loss"]) and math.isfinite(row["validation_loss"]):
        return
    raise StudyError(
        f"training: the loss is no longer a number in epoch {row['epoch']} of {settings.epochs} at learning "
        f"rate {row['learning_rate']:.3g} ({settings.optimizer}). Lower training.learning_rate (it is "
        f"{settings.learning_rate:g}), or choose the other loss or optimizer."
    )
