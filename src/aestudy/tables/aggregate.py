"""Tables of a study: the long table of all scores, its summary with intervals, one matrix per metric.

All rows stand in one order, which does not depend on that of the files: autoencoders by objective, training
condition and seed, then the same through their codecs, then the baselines; conditions in the order of the
study, never of the alphabet. What does not apply to a baseline (objective, trained_on, seed) is empty.
Numbers have six significant digits; the PSNR of equal images, and every mean that contains it, is `inf`.

`scores.csv`: dataset, method, objective, trained_on, tested_on, seed, metric, reference, value, n_images.
One row per model, condition, metric and reference; `value` is the mean over all `n_images` test images.

`summary.csv`: dataset, method, objective, trained_on, tested_on, metric, reference, mean, ci_low, ci_high,
n_seeds, n_images. The mean over seeds and images with its interval (`aestudy.statistics.bootstrap`). The ends
of the interval are empty for one test image, and for scores that are the same for all images and seeds.

`matrix_{metric}_{reference}.csv`: method, objective, trained_on, then one column per tested condition with
the mean over seeds. Those of the rates (`bits_per_image_stream` and so on) have the method `codec` only, and
`accuracy_label` has no rows where the images have no labels.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aestudy.errors import StudyError
from aestudy.files.atomic import atomic_write
from aestudy.scoring.method_names import (
    ACCURACY_KEY,
    CODEC,
    RATE_KEYS,
    TRAINED_METHODS,
    VALUE_KEYS,
)
from aestudy.scoring.score_files import Model, StudyNames, group_by_model, read_checked
from aestudy.scoring.scores import Scores
from aestudy.statistics.bootstrap import HierarchicalBootstrap
from aestudy.tables.summary import SUMMARY_COLUMNS

if TYPE_CHECKING:
    import pandas

SCORES_COLUMNS = (
    "dataset", "method", "objective", "trained_on", "tested_on", "seed", "metric", "reference", "value",
    "n_images",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of one data set.

    Attributes:
        scores: the long table.
        summary: means over seeds and images with intervals.
        matrices: (metric, reference) -> matrix of means.
    """

    scores: "pandas.DataFrame"
    summary: "pandas.DataFrame"
    matrices: Mapping[tuple[str, str], "pandas.DataFrame"]


def make_tables(
    paths: Iterable[str | Path], names: StudyNames, *, resamples: int, confidence: float, study_seed: int
) -> Tables:
    """Aggregate the scores files of one data set.

    Args:
        paths: the files, in any order.
        names: the names that they must use.
        resamples: number of bootstrap resamples, at least 1.
        confidence: level of the intervals, in (0, 1).
        study_seed: the `seed` of the config.

    Returns:
        The tables.

    Raises:
        StudyError: a file is missing or damaged, is not of this study, has other conditions or another number
            of test images than the rest, or scores what another file scores, too.
    """
    import pandas as pd

    models = group_by_model(paths, names)
    bootstrap: HierarchicalBootstrap | None = None
    first: tuple[Path, int] | None = None
    long_rows, summary_rows = [], []
    for model, files in models.items():
        scored = [read_checked(path, names) for path in files]
        for path, scores in zip(files, scored, strict=True):
            first = first or (path, scores.n_images)
            if scores.n_images != first[1]:
                raise StudyError(
                    f"{path}: expected scores of {first[1]} test images as in {first[0]}, found "
                    f"{scores.n_images}. Delete the older of the two and run the study again."
                )
            long_rows += _long_rows(scores)
        if bootstrap is None:
            bootstrap = HierarchicalBootstrap(
                scored[0].n_images, resamples=resamples, confidence=confidence, study_seed=study_seed,
                dataset=names.dataset,
            )  # fmt: skip
        summary_rows += _summary_rows(names.dataset, model, scored, bootstrap)
    scores_table = pd.DataFrame(long_rows, columns=SCORES_COLUMNS).astype({"seed": "Int64"})
    summary = pd.DataFrame(summary_rows, columns=SUMMARY_COLUMNS).astype({"n_seeds": "Int64"})
    keys = (*VALUE_KEYS, ACCURACY_KEY)
    if any(model[0] == CODEC for model in models):
        keys += RATE_KEYS
    matrices = {key: _matrix(summary, *key, names.tested_on) for key in keys}
    return Tables(scores_table, summary, matrices)


def write_table(path: str | Path, table: "pandas.DataFrame") -> None:
    """Write a table as CSV: six significant digits, nothing where a value is missing."""
    with atomic_write(path, "w", encoding="utf-8", newline="") as file:
        table.to_csv(file, index=False, float_format="%.6g", lineterminator="\n")


def write_tables(
    tables: Tables,
    scores_path: str | Path,
    summary_path: str | Path,
    matrices: Iterable[tuple[str, str]],
    matrix_paths: Iterable[str | Path],
) -> None:
    """Write all tables of a data set.

    Args:
        tables: the tables.
        scores_path: the long table, to make or replace.
        summary_path: the summary.
        matrices: metric and reference of each matrix.
        matrix_paths: their files.
    """
    write_table(scores_path, tables.scores)
    write_table(summary_path, tables.summary)
    for (metric, reference), path in zip(matrices, matrix_paths, strict=True):
        write_table(path, tables.matrices[metric, reference])


def _long_rows(scores: Scores) -> list[tuple]:
    means = {key: array.mean(axis=1, dtype=np.float64) for key, array in scores.values.items()}
    return [
        (scores.dataset, scores.method, scores.objective, scores.trained_on, condition, scores.seed, *key,
         means[key][index], scores.n_images)
        for index, condition in enumerate(scores.tested_on)
        for key in scores.keys
    ]  # fmt: skip


def _summary_rows(
    dataset: str, model: Model, scored: Sequence[Scores], bootstrap: HierarchicalBootstrap
) -> list[tuple]:
    """Average one model over its seeds; cells are (condition, metric and reference)."""
    keys = scored[0].keys
    stacked = np.stack([np.stack([one.values[key] for key in keys], axis=1) for one in scored])
    interval = bootstrap.interval(stacked.reshape(len(scored), -1, scored[0].n_images))
    cells = [(condition, *key) for condition in scored[0].tested_on for key in keys]
    n_seeds = len(scored) if model[0] in TRAINED_METHODS else None
    return [
        (dataset, *model, *cell, *estimate, n_seeds, scored[0].n_images)
        for cell, estimate in zip(cells, zip(*interval, strict=True), strict=True)
    ]


def _matrix(
    summary: "pandas.DataFrame", metric: str, reference: str, tested_on: Sequence[str]
) -> "pandas.DataFrame":
    """Set the means of one metric and reference as models × tested conditions, in the order they come."""
    import pandas as pd

    chosen = summary[(summary["metric"] == metric) & (summary["reference"] == reference)]
    identity = ["method", "objective", "trained_on"]
    rows = chosen[identity].iloc[:: len(tested_on)]
    means = chosen["mean"].to_numpy().reshape(-1, len(tested_on))
    return pd.concat(
        [rows.reset_index(drop=True), pd.DataFrame(means, columns=list(tested_on))], axis="columns"
    )
