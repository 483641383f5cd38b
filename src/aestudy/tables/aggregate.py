"""Tables of a study: the long table of all scores, its summary with intervals, one matrix per metric.

All rows stand in one order, which does not depend on that of the files: autoencoders by objective, training
condition and seed, then the same through their codecs, then the baselines; conditions in the order of the
study, never of the alphabet. The PSNR of equal images, and every mean that contains it, is `inf`.

`aestudy.files.study_tables` has the columns, `aestudy.statistics.bootstrap` the intervals: there is none for
one test image, and for scores that are the same for all images and seeds. Matrices of the rates
(`bits_per_image_stream` and so on) have the method `codec` only, and `accuracy_label` has no rows where the
images have no labels.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aestudy.errors import StudyError
from aestudy.files.csv_tables import write_matrix, write_table
from aestudy.files.study_tables import MatrixRow, ScoreRow, SummaryRow, covered
from aestudy.scoring.method_names import ACCURACY_KEY, CODEC, RATE_KEYS, TRAINED_METHODS, VALUE_KEYS
from aestudy.scoring.score_files import Model, StudyNames, group_by_model, read_checked
from aestudy.scoring.scores import Scores
from aestudy.statistics.bootstrap import HierarchicalBootstrap

Matrix = Mapping[MatrixRow, Sequence[float]]
"""Model or baseline -> its mean on each tested condition."""


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of one data set; matrices by metric and reference, with a column per tested condition."""

    scores: Sequence[ScoreRow]
    summary: Sequence[SummaryRow]
    matrices: Mapping[tuple[str, str], Matrix]
    tested_on: Sequence[str]


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

    Raises:
        StudyError: a file is missing or damaged, is not of this study, has other conditions or another number
            of test images than the rest, or scores what another file scores, too.
    """
    models = group_by_model(paths, names)
    bootstrap: HierarchicalBootstrap | None = None
    first: tuple[Path, int] | None = None
    long_rows: list[ScoreRow] = []
    summary_rows: list[SummaryRow] = []
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
    keys = (*VALUE_KEYS, ACCURACY_KEY)
    if any(model[0] == CODEC for model in models):
        keys += RATE_KEYS
    matrices = {key: _matrix(summary_rows, *key) for key in keys}
    return Tables(long_rows, summary_rows, matrices, names.tested_on)


def write_tables(
    tables: Tables,
    scores_path: str | Path,
    summary_path: str | Path,
    matrices: Iterable[tuple[str, str]],
    matrix_paths: Iterable[str | Path],
) -> None:
    """Write all tables of a data set; each matrix, named by metric and reference, has a path."""
    write_table(scores_path, ScoreRow, tables.scores)
    write_table(summary_path, SummaryRow, tables.summary)
    for key, path in zip(matrices, matrix_paths, strict=True):
        write_matrix(path, MatrixRow, tables.tested_on, tables.matrices[key].items())


def _long_rows(scores: Scores) -> Iterator[ScoreRow]:
    means = {key: array.mean(axis=1, dtype=np.float64) for key, array in scores.values.items()}
    for index, condition in enumerate(scores.tested_on):
        for metric, reference in scores.keys:
            yield ScoreRow(
                dataset=scores.dataset,
                method=scores.method,
                objective=scores.objective or "",
                trained_on=scores.trained_on or "",
                tested_on=condition,
                seed=scores.seed,
                metric=metric,
                reference=reference,
                value=float(means[metric, reference][index]),
                n_images=scores.n_images,
            )


def _summary_rows(
    dataset: str, model: Model, scored: Sequence[Scores], bootstrap: HierarchicalBootstrap
) -> Iterator[SummaryRow]:
    """Average one model over its seeds; cells are (condition, metric and reference)."""
    method, objective, trained_on = model
    keys = scored[0].keys
    stacked = np.stack([np.stack([one.values[key] for key in keys], axis=1) for one in scored])
    interval = bootstrap.interval(stacked.reshape(len(scored), -1, scored[0].n_images))
    cells = [(condition, *key) for condition in scored[0].tested_on for key in keys]
    for (tested_on, metric, reference), (mean, low, high) in zip(
        cells, np.transpose(interval).tolist(), strict=True
    ):
        yield SummaryRow(
            dataset=dataset,
            method=method,
            objective=objective or "",
            trained_on=trained_on or "",
            tested_on=tested_on,
            metric=metric,
            reference=reference,
            mean=mean,
            ci_low=low,
            ci_high=high,
            confidence=bootstrap.confidence,
            n_seeds=len(scored) if method in TRAINED_METHODS else 0,
            n_images=scored[0].n_images,
            interval_covers=covered(low, len(scored)),
        )


def _matrix(summary: Sequence[SummaryRow], metric: str, reference: str) -> Matrix:
    """Set the means of one metric and reference as models × tested conditions, in the order they come."""
    matrix: dict[MatrixRow, list[float]] = {}
    for row in summary:
        if (row.metric, row.reference) == (metric, reference):
            model = MatrixRow(method=row.method, objective=row.objective, trained_on=row.trained_on)
            matrix.setdefault(model, []).append(row.mean)
    return matrix
