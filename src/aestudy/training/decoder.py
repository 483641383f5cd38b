"""Train only the decoder of an autoencoder, on codes that its frozen encoder has made once.

It is the training of `aestudy.training.loop`, epoch by epoch, with codes in the place of images. It starts
from the decoder that the autoencoder has.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jax
import numpy as np
from flax import nnx

from aestudy.networks.activations import ACTIVATIONS
from aestudy.networks.architecture import Architecture
from aestudy.settings.batches import fitting_batch
from aestudy.settings.types import TrainingSettings
from aestudy.training.autoencoder import JAX_ACTIVATIONS, MuonParam, parameters_of
from aestudy.training.epoch import compile_epoch, device_data
from aestudy.training.loop import TrainingRun, initial_state, split_validation
from aestudy.training.losses import choose_loss
from aestudy.training.optimizers import make_optimizer

logger = logging.getLogger(__name__)


class Decoder(nnx.Module):
    """The second half of an autoencoder.

    Args:
        architecture: the network.
        parameters: name -> float32 array, those of the decoder.
    """

    def __init__(self, architecture: Architecture, parameters: Mapping[str, np.ndarray]):
        self.architecture = architecture
        self.parameters = nnx.Dict(
            {
                name: (MuonParam if architecture.parameters[name].for_muon else nnx.Param)(
                    jax.device_put(values)
                )
                for name, values in parameters.items()
            }
        )

    def __call__(self, codes: jax.Array) -> jax.Array:
        """Map codes (N, code_size) to logits (N, H*W)."""
        arrays = {name: variable[...] for name, variable in self.parameters.items()}
        return self.architecture.decode(arrays, codes, JAX_ACTIVATIONS)


class DecoderTraining:
    """Trainings of decoders of one architecture; they are compiled once.

    Args:
        architecture: the network.
        settings: as those of `Training`; images are not shifted, for their codes are made once.
        count: number of training images, some of which are held out as in every training.
        run: names the study and the data set.
    """

    def __init__(self, architecture: Architecture, settings: TrainingSettings, count: int, run: TrainingRun):
        self._architecture, self._settings = architecture, settings
        self._training, self._held = split_validation(count, settings.validation_fraction, run)
        batch = fitting_batch(settings.batch_size, len(self._training))
        self._shape = len(self._training) // batch, batch
        steps = settings.epochs * self._shape[0]
        self._schedule, self._optimizer = make_optimizer(settings, steps)
        self._steps = steps
        self._program: Callable[..., Any] | None = None

    def train(
        self, parameters: Mapping[str, np.ndarray], codes: np.ndarray, targets: np.ndarray, run: TrainingRun
    ) -> tuple[dict[str, np.ndarray], list[float]]:
        """Train the decoder of one network.

        Args:
            parameters: all of the network, name -> float32 array.
            codes: float32 (N, code_size).
            targets: uint8 (N, H, W).
            run: which training of the study the network is.

        Returns:
            All parameters, those of the decoder trained; the validation loss after each epoch.
        """
        names = decoder_names(self._architecture, parameters)
        decoder = Decoder(self._architecture, {name: parameters[name] for name in names})
        graph, start = nnx.split(decoder)
        # The program of an epoch takes bytes and divides them by 255.
        data = device_data(codes * np.float32(255), targets, self._training, self._held)
        state = start, initial_state(self._optimizer, start)
        losses: list[float] = []
        for drawn in self._epochs(run):
            if self._program is None:
                loss = choose_loss(graph, self._settings, self._steps, 0.0, self._architecture.code_size)
                self._program = compile_epoch(
                    loss, self._optimizer, self._schedule, self._architecture.image_shape, 1,
                    (state, data, *drawn),
                )  # fmt: skip
            state, numbers = self._program(state, data, *drawn)
            losses.append(float(numbers["validation_loss"]))
        return {**parameters, **parameters_of(state[0])}, losses

    def _epochs(self, run: TrainingRun) -> Iterator[tuple[Any, ...]]:
        """Draw the batches of every epoch, in the form that the program of an epoch takes."""
        used = self._shape[0] * self._shape[1]
        for epoch in range(1, self._settings.epochs + 1):
            order = run.stream("decoder", epoch).permutation(len(self._training))[:used]
            batches = order.astype(np.int32).reshape(self._shape)
            yield batches, None, np.uint32(0), np.int32(epoch * self._shape[0])


def decoder_names(architecture: Architecture, parameters: Mapping[str, np.ndarray]) -> list[str]:
    """Name the parameters that decoding reads."""
    read: dict[str, None] = {}

    class Watched(dict[str, np.ndarray]):
        def __getitem__(self, name: str) -> np.ndarray:
            read[name] = None
            return super().__getitem__(name)

    architecture.decode(Watched(parameters), np.zeros((1, architecture.code_size), np.float32), ACTIVATIONS)
    return list(read)
