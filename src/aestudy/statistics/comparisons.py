"""Compare the models of one data set: the table of all derived quantities with intervals and p-values.

`comparisons.csv`: dataset, quantity, objective, trained_on, tested_on, metric, reference, mean, ci_low,
ci_high, p_value, p_value_holm, n_seeds, n_images, interval_covers. One row per quantity
(`aestudy.statistics.quantities`), objective and pair of conditions or average over them; what is compared is
paired by images, noise and seeds. `mean` is in the unit of the metric (dB for `psnr_db`), in percent for the
two corruption errors. `interval_covers` is `seeds and images`, or `images` where there is one seed. Interval,
p-values and `interval_covers` are empty where the error is unknown: for one test image, and for a quantity
that is the same for all images and seeds. Where a PSNR is infinite, the difference is infinite and the
p-values are empty.

The module imports no pandas, which would cost more time than the comparisons.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aestudy.distortions.groups import Condition
from aestudy.errors import StudyError
from aestudy.files.atomic import atomic_write
from aestudy.metrics.table import METRICS
from aestudy.scoring.method_names import ACCURACY_KEY, AUTOENCODER, VALUE_KEYS
from aestudy.scoring.score_files import Model, StudyNames, group_by_model, read_checked
from aestudy.statistics.bootstrap import HierarchicalBootstrap
from aestudy.statistics.contrasts import Cell, Contrast, Design
from aestudy.statistics.equal_strength import input_levels, matched_contrasts
from aestudy.statistics.mixtures import mixture_contrasts
from aestudy.statistics.quantities import (
    contrasts_of_inputs,
    contrasts_of_outputs,
    corruption_errors,
    cost_leads,
)
from aestudy.statistics.standard_errors import holm

COLUMNS = (
    "dataset", "quantity", "objective", "trained_on", "tested_on", "metric", "reference", "mean", "ci_low",
    "ci_high", "p_value", "p_value_holm", "n_seeds", "n_images", "interval_covers",
)  # fmt: skip

Key = tuple[str, str]
"""Metric and reference."""


@dataclass(frozen=True, eq=False)
class Cells:
    """All scores of one metric and reference.

    Attributes:
        values: float32 (S, C, N); a baseline has the same values for every seed.
        places: cell -> its index in the second axis.
    """

    values: np.ndarray
    places: Mapping[Cell, int]

    def means(self) -> Callable[[Cell], float]:
        """Look up means over seeds and images; infinite where a value is."""
        means = self.values.mean(axis=(0, 2), dtype=np.float64)
        return lambda cell: float(means[self.places[cell]])


def compare(
    paths: Sequence[str | Path],
    names: StudyNames,
    conditions: Sequence[Condition],
    *,
    resamples: int,
    confidence: float,
    study_seed: int,
) -> list[dict[str, object]]:
    """Derive all quantities of one data set from its scores files.

    Args:
        paths: the files, in any order.
        names: the names that they must use.
        conditions: every condition that `names` has.
        resamples: number of bootstrap resamples, at least 1.
        confidence: level of the intervals, in (0, 1).
        study_seed: the `seed` of the config.

    Returns:
        Rows with the columns `COLUMNS`; numbers as floats and ints, what does not apply as None.

    Raises:
        StudyError: as `aestudy.tables.aggregate.make_tables`.
    """
    files = group_by_model(paths, names)
    cells = read_cells(files, names)
    n_images = next(iter(cells.values())).values.shape[2]
    bootstrap = HierarchicalBootstrap(
        n_images, resamples=resamples, confidence=confidence, study_seed=study_seed, dataset=names.dataset
    )
    methods = [method for method, _, _ in files if method != AUTOENCODER]
    design = make_design(names, conditions, methods)
    levels = input_levels(design, cells["mse", "clean"].means())
    rows = []
    for (metric, reference), found in cells.items():
        contrasts = list(choose_contrasts(design, (metric, reference), found.means(), levels))
        common = {"dataset": names.dataset, "metric": metric, "reference": reference}
        rows += [common | row for row in _estimate(contrasts, found, bootstrap)]
    return rows


def make_design(names: StudyNames, conditions: Sequence[Condition], baselines: Sequence[str] = ()) -> Design:
    """Gather what the quantities need to know of a study."""
    return Design(
        objectives=names.objectives,
        trained_on=names.trained_on,
        tested_on=names.tested_on,
        groups={condition.name: condition.group for condition in conditions},
        kinds={condition.name: condition.kind for condition in conditions},
        components={condition.name: condition.of for condition in conditions},
        baselines=baselines,
    )


def choose_contrasts(
    design: Design, key: Key, means: Callable[[Cell], float], levels: Mapping[str, float]
) -> Iterator[Contrast]:
    """List the quantities of one metric and reference.

    Errors, of which less is better, are compared as ratios only: their differences say little that PSNR does
    not.

    Args:
        design: what the study has.
        key: metric and reference.
        means: the mean of a cell under that metric.
        levels: tested distortion -> its input PSNR in dB.
    """
    metric, reference = key
    if not METRICS[metric].higher_is_better:
        if reference == "clean":
            yield from corruption_errors(design, means)
        return
    yield from contrasts_of_inputs(design)
    if reference != "input":
        yield from cost_leads(design, means)
        yield from contrasts_of_outputs(design, means)
        yield from matched_contrasts(design, levels)
        yield from mixture_contrasts(design)


def read_cells(files: Mapping[Model, Sequence[Path]], names: StudyNames) -> dict[Key, Cells]:
    """Read all scores of a data set.

    Args:
        files: method, objective and training condition -> the scores files of all seeds.
        names: the names that they must use.

    Returns:
        Metric and reference -> the scores.

    Raises:
        StudyError: as `aestudy.scoring.score_files.read_checked`, or numbers of images or seeds differ.
    """
    seeds = max(map(len, files.values()))
    gathered: dict[Key, list[np.ndarray]] = {key: [] for key in (*VALUE_KEYS, ACCURACY_KEY)}
    places: dict[Cell, int] = {}
    n_images = None
    for (method, objective, trained_on), paths in files.items():
        scored = [read_checked(path, names) for path in paths]
        if len(scored) not in (1, seeds):
            raise StudyError(f"{paths[0]}: expected {seeds} seeds as elsewhere, found {len(scored)}.")
        for path, scores in zip(paths, scored, strict=True):
            n_images = n_images or scores.n_images
            if scores.n_images != n_images:
                raise StudyError(
                    f"{path}: expected scores of {n_images} test images as elsewhere, found "
                    f"{scores.n_images}. Delete the older files and run the study again."
                )
        for condition in names.tested_on:
            places[method, objective or "", trained_on or "", condition] = len(places)
        if not all(ACCURACY_KEY in scores.values for scores in scored):
            gathered.pop(ACCURACY_KEY, None)  # the images have no labels
        for key, arrays in gathered.items():
            values = np.stack([scores.values[key] for scores in scored])
            arrays.append(np.broadcast_to(values, (seeds, *values.shape[1:])))
    return {key: Cells(np.concatenate(arrays, axis=1), places) for key, arrays in gathered.items()}


def write_comparisons(path: str | Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows as CSV: six significant digits, nothing where a value is missing."""
    with atomic_write(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _write_value(row[name]) for name in COLUMNS} for row in rows)


def _write_value(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else value


def _estimate(
    contrasts: Sequence[Contrast], cells: Cells, bootstrap: HierarchicalBootstrap
) -> list[dict[str, object]]:
    """Give every contrast its value, interval and p-values."""
    seeds, _, n_images = cells.values.shape
    finite = np.isfinite(cells.values).all(axis=(0, 2))
    weights = np.zeros((len(contrasts), len(finite)))
    for row, contrast in zip(weights, contrasts, strict=True):
        for cell, weight in contrast.weights.items():
            row[cells.places[cell]] = weight
    testable = ~(weights[:, ~finite] != 0).any(axis=1)
    estimates: Iterator[tuple[float, ...]] = iter(())
    if testable.any():
        kept, chosen = cells.values[:, finite], weights[np.ix_(testable, finite)]
        centers = chosen @ kept.mean(axis=(0, 2), dtype=np.float64)
        # A ratio is not the sum of its gradient, and is tested against another value than 0.
        for place, index in enumerate(np.flatnonzero(testable)):
            if contrasts[index].value is not None:
                centers[place] = contrasts[index].value - contrasts[index].null
        estimates = zip(*(part.tolist() for part in bootstrap.combine(kept, chosen, centers)), strict=True)
    rows: list[dict[str, object]] = []
    for contrast, row, tested in zip(contrasts, weights, testable, strict=True):
        if tested:
            mean, *ends, p_value = (None if np.isnan(number) else number for number in next(estimates))
        else:
            mean = _infinite_sum(row[~finite])
            if mean is None:
                continue
            ends, p_value = [mean if n_images > 1 else None] * 2, None
        mean, low, high = (None if number is None else number + contrast.null for number in (mean, *ends))
        rows.append(
            {
                "quantity": contrast.quantity,
                "objective": contrast.objective,
                "trained_on": contrast.trained_on,
                "tested_on": contrast.tested_on,
                "mean": mean,
                "ci_low": low,
                "ci_high": high,
                "p_value": p_value,
                "p_value_holm": None,
                "n_seeds": seeds,
                "n_images": n_images,
                "interval_covers": None if low is None else "seeds and images" if seeds > 1 else "images",
                "average": contrast.is_average,
            }
        )
    _correct(rows)
    return rows


def _infinite_sum(weights: np.ndarray) -> float | None:
    """Sum infinite values with weights: infinite, or None where infinities of both signs meet."""
    signs = set(np.sign(weights[weights != 0]))
    return float(signs.pop() * np.inf) if len(signs) == 1 else None


def _correct(rows: Sequence[dict[str, object]]) -> None:
    """Correct p-values for their number within each quantity and objective, averages by themselves."""
    families: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for row in rows:
        if row["p_value"] is not None:
            key = (row["quantity"], row["objective"], row["average"])
            families.setdefault(key, []).append(row)
    for family in families.values():
        corrected = holm(np.array([row["p_value"] for row in family], np.float64))
        for row, value in zip(family, corrected, strict=True):
            row["p_value_holm"] = float(value)
