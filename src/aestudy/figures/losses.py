"""Training and validation loss per epoch, one small panel per training condition."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from aestudy.errors import StudyError
from aestudy.figures import style
from aestudy.figures.grid import Grid, few_columns
from aestudy.files.csv_tables import read_table
from aestudy.files.study_tables import LossRow
from aestudy.tables.labels import shorten

TRAINING_DASHES = (3, 1.5)


History = Sequence[LossRow]
"""The losses of one training, one row per epoch."""


def read_histories(
    paths: Iterable[str | Path], objectives: Sequence[str], trained_on: Sequence[str], seeds: Sequence[int]
) -> dict[str, dict[str, list[History]]]:
    """Read the histories of all models from files in the order of objective, condition and seed.

    Returns:
        Objective -> training condition -> the histories of all seeds.

    Raises:
        StudyError: as `read_history`.
    """
    histories: dict[str, dict[str, list[History]]] = {}
    models = itertools.product(objectives, trained_on, seeds)
    for (objective, condition, _), path in zip(models, paths, strict=True):
        histories.setdefault(objective, {}).setdefault(condition, []).append(read_history(path))
    return histories


def read_history(path: str | Path) -> History:
    """Read a `history.csv`.

    Raises:
        StudyError: the file is missing, no such table, or empty.
    """
    history = read_table(path, LossRow)
    if not history:
        raise StudyError(f"{path}: expected the losses of an epoch or more, found none. Run the study again.")
    return history


@style.styled
def draw_losses(
    histories: Mapping[str, Mapping[str, Sequence[History]]],
    loss: str,
    titles: Mapping[str, str] | None = None,
) -> Figure:
    """Draw the losses of every model, in one block of panels per objective.

    Each panel has its own scale: the lowest loss that can be reached depends on the target, so heights of
    different panels invite no comparison, but shapes do. An objective without a title is called by its name.

    Args:
        histories: objective -> training condition -> one history per seed.
        loss: the name of the loss, for the axis label.
        titles: objective -> its heading.
    """
    counts = [len(by_condition) for by_condition in histories.values()]
    grid = Grid(
        counts,
        [(titles or {}).get(objective, objective) for objective in histories],
        columns=few_columns(max(counts, default=0)),
        panel_width=2.0,
        panel_height=1.05,
        y_label=f"loss ({loss})",
        x_label="epoch",
    )
    for block, by_condition in enumerate(histories.values()):
        color = style.OBJECTIVE_COLORS[block % len(style.OBJECTIVE_COLORS)]
        for number, (condition, seeds) in enumerate(by_condition.items()):
            axes = grid.panel(block, number)
            axes.set_title(shorten(condition), weight="bold")
            _draw_panel(axes, seeds, color)
    dashed: dict[str, Any] = {"color": style.lighter(style.INK), "dashes": TRAINING_DASHES}
    grid.legend(
        [
            Line2D([], [], color=style.INK, linewidth=1.2, label="validation"),
            Line2D([], [], linewidth=1.2, label="training", **dashed),
        ],
        "one line per seed",
    )
    return grid.figure


def _draw_panel(axes: Axes, seeds: Sequence[History], color: str) -> None:
    for history in seeds:
        epochs = [row.epoch for row in history]
        # A marker as well, because a line through one epoch is invisible.
        marker = "o" if len(epochs) == 1 else None
        # Dashes of several seeds close each other's gaps: only a paler color tells the two losses apart. They
        # lie behind the validation loss of every seed.
        pale, training = style.lighter(color), [row.train_loss for row in history]
        axes.plot(
            epochs,
            training,
            color=pale,
            linewidth=1.2,
            dashes=TRAINING_DASHES,
            marker=marker,
            ms=2,
            zorder=1.9,
        )
        validation = [row.validation_loss for row in history]
        axes.plot(epochs, validation, color=color, linewidth=1.0, marker=marker, ms=2)
    axes.set_xlim(0.5, max(row.epoch for history in seeds for row in history) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.grid(axis="y")
