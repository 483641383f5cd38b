"""The images that each epoch trains on: those of the files, or with another draw of noise."""

from collections.abc import Callable

import jax
import numpy as np

from aestudy.settings.recipe_names import FRESH

KEPT_BYTES = 2**28
"""The most that draws may take in memory; what does not fit is drawn again when its turn comes."""

Draw = Callable[[int, np.ndarray], np.ndarray]
"""Number of a draw, from 1, and indices of images -> uint8 (n, H, W): these images with other noise."""


class EpochImages:
    """Gives each epoch its images; epochs see the draws in turn, and number 0 is that of the files.

    Args:
        data: the arrays of `device_data`.
        training: indices of the images that are trained on.
        draw: makes a draw; nothing where there is one alone.
        draws: how many there are, or `FRESH`: one for each epoch.
        epochs: number of epochs.

    Raises:
        ValueError: there are several draws and nothing makes them.
    """

    def __init__(
        self,
        data: dict[str, jax.Array],
        training: np.ndarray,
        draw: Draw | None,
        draws: int | str,
        epochs: int,
    ):
        if draw is None and draws != 1:
            raise ValueError(f"noise_draws is {draws!r}, but nothing is given that draws")
        self._data, self._training, self._draw = data, training, draw
        self._draws = epochs if draws == FRESH else int(draws)
        self._kept = {0: data["inputs"]}

    def of_epoch(self, epoch: int) -> dict[str, jax.Array]:
        """Give the arrays that an epoch, counted from 1, trains on; `held_inputs` are always the same."""
        number = (epoch - 1) % self._draws
        if number in self._kept or self._draw is None:
            return self._data | {"inputs": self._kept[number]}
        images = self._draw(number, self._training)
        inputs = jax.device_put(images.reshape(len(images), -1))
        if len(self._kept) * inputs.nbytes <= KEPT_BYTES:
            self._kept[number] = inputs
        return self._data | {"inputs": inputs}
