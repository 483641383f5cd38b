"""The losses of a training as a table, one row per epoch; imports no JAX."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aestudy.files.csv_tables import write_table
from aestudy.files.study_tables import LossRow, RateLossRow


def write_history(path: str | Path, history: Sequence[Mapping[str, Any]]) -> None:
    """Write the losses as CSV, one row per epoch.

    Args:
        path: the file to make or replace.
        history: rows of `aestudy.training.loop.TrainedModel.history`.
    """
    row = RateLossRow if "train_bits" in history[0] else LossRow
    write_table(path, row, [row(**{**epoch, "epoch": int(epoch["epoch"])}) for epoch in history])
