"""Lines in the log for a person who follows a training."""

import logging
import time

import numpy as np

logger = logging.getLogger(__name__)


class Progress:
    """Says how far a training is, with rate and time left.

    Args:
        epochs: how many there are.
        done: how many were done before.
        images_per_epoch: of all models that train together.
    """

    def __init__(self, epochs: int, done: int, images_per_epoch: int):
        self._epochs = epochs
        self._done = done
        self._images_per_epoch = images_per_epoch
        self._started = time.monotonic()

    def log(self, rows: list[dict[str, float]]) -> None:
        """Write a line about an epoch; of several models the means."""
        row = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
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
