"""Compare the models of one data set: the table of all derived quantities with intervals and p-values.

`comparisons.csv` (`aestudy.files.study_tables.ComparisonRow`) has one row per quantity
(`aestudy.statistics.quantities`), objective and pair of conditions or average over them; what is compared is
paired by images, noise and seeds. Interval and p-values are missing where the error is unknown: for one test
image, and for a quantity that is the same for all images and seeds. Where a PSNR is infinite, the difference
is infinite and has no p-value.
"""

import dataclasses
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.distortions.groups import Condition
from aestudy.errors import StudyError
from aestudy.files.csv_tables import write_table
from aestudy.files.study_tables import ComparisonRow, covered
from aestudy.metrics.table import METRICS
from aestudy.scoring.method_names import ACCURACY_KEY, CODEC, RATE_KEYS, TRAINED_METHODS, VALUE_KEYS
from aestudy.scoring.score_files import Model, StudyNames, group_by_model, read_checked
from aestudy.statistics.averages import as_name
from aestudy.statistics.bootstrap import HierarchicalBootstrap
from aestudy.statistics.contrasts import Cell, Contrast, Design
from aestudy.statistics.equal_strength import input_levels, matched_contrasts
from aestudy.statistics.leads import LEAD, leads
from aestudy.statistics.mixtures import mixture_contrasts
from aestudy.statistics.quantities import (
    contrasts_of_inputs,
    contrasts_of_outputs,
    corruption_errors,
)
from aestudy.statistics.standard_errors import holm

Key = tuple[str, str]
"""Metric and reference."""

BITS_KEY = RATE_KEYS[0]


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
) -> list[ComparisonRow]:
    """Derive all quantities of one data set from its scores files.

    Args:
        paths: the files, in any order.
        names: the names that they must use.
        conditions: every condition that `names` has.
        resamples: number of bootstrap resamples, at least 1.
        confidence: level of the intervals, in (0, 1).
        study_seed: the `seed` of the config.

    Raises:
        StudyError: as `aestudy.tables.aggregate.make_tables`.
    """
    files = group_by_model(paths, names)
    cells = read_cells(files, names)
    n_images = next(iter(cells.values())).values.shape[2]
    bootstrap = HierarchicalBootstrap(
        n_images, resamples=resamples, confidence=confidence, study_seed=study_seed, dataset=names.dataset
    )
    methods = [method for method, _, _ in files if method not in TRAINED_METHODS]
    design = make_design(names, conditions, methods)
    levels = input_levels(design, cells["mse", "clean"].means())
    rows = []
    for key, found in cells.items():
        contrasts = list(choose_contrasts(design, key, found.means(), levels))
        estimates = _estimate(contrasts, found, bootstrap)
        made = _rows(contrasts, estimates, confidence, names.dataset, key, found.values.shape)
        rows += _correct(made, {*design.tested_distortions} - {*design.distortions})
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
    not. Bits are those of the models' codecs.

    Args:
        design: what the study has.
        key: metric and reference.
        means: the mean of a cell under that metric.
        levels: tested distortion -> its input PSNR in dB.
    """
    metric, reference = key
    found: list[Contrast] = []
    if key == BITS_KEY:
        found = [_through_codec(contrast) for contrast in contrasts_of_inputs(design)]
    elif not METRICS[metric].higher_is_better:
        found = list(corruption_errors(design, means)) if reference == "clean" else []
    else:
        found = list(contrasts_of_inputs(design))
        if reference != "input":
            found += contrasts_of_outputs(design, means)
            found += matched_contrasts(design, levels)
            found += mixture_contrasts(design)
    yield from found
    if reference != "input":
        yield from leads(design, found, means)


def _through_codec(contrast: Contrast) -> Contrast:
    """Take the cells of the models' codecs in place of the models'."""
    weights = {(CODEC, *cell[1:]): weight for cell, weight in contrast.weights.items()}
    return dataclasses.replace(contrast, weights=weights)


def read_cells(files: Mapping[Model, Sequence[Path]], names: StudyNames) -> dict[Key, Cells]:
    """Read all scores of a data set, from the files of all seeds of each model.

    Raises:
        StudyError: as `aestudy.scoring.score_files.read_checked`, or numbers of images or seeds differ.
    """
    seeds = max(map(len, files.values()))
    gathered: dict[Key, list[np.ndarray]] = {key: [] for key in (*VALUE_KEYS, ACCURACY_KEY, BITS_KEY)}
    decoded: dict[Cell, int] = {}
    coded: dict[Cell, int] = {}
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
        places = coded if method == CODEC else decoded
        for condition in names.tested_on:
            places[method, objective or "", trained_on or "", condition] = len(places)
        if not all(ACCURACY_KEY in scores.values for scores in scored):
            gathered.pop(ACCURACY_KEY, None)  # the images have no labels
        for key, arrays in gathered.items():
            if (key == BITS_KEY) == (method == CODEC):
                values = np.stack([scores.values[key] for scores in scored])
                arrays.append(np.broadcast_to(values, (seeds, *values.shape[1:])))
    return {
        key: Cells(np.concatenate(arrays, axis=1), coded if key == BITS_KEY else decoded)
        for key, arrays in gathered.items()
        if arrays
    }


def write_comparisons(path: str | Path, rows: Sequence[ComparisonRow]) -> None:
    """Write the table."""
    write_table(path, ComparisonRow, rows)


def _estimate(contrasts: Sequence[Contrast], cells: Cells, bootstrap: HierarchicalBootstrap) -> np.ndarray:
    """Estimate each contrast less its null value: value, interval and p-value, float64 (R, 4).

    What is unknown is NaN; the value is, where infinities of both signs meet.
    """
    finite = np.isfinite(cells.values).all(axis=(0, 2))
    weights = np.zeros((len(contrasts), len(finite)))
    for row, contrast in zip(weights, contrasts, strict=True):
        for cell, weight in contrast.weights.items():
            row[cells.places[cell]] = weight
    testable = ~(weights[:, ~finite] != 0).any(axis=1)
    estimates = np.full((len(contrasts), 4), np.nan)
    if testable.any():
        kept, chosen = cells.values[:, finite], weights[np.ix_(testable, finite)]
        centers = chosen @ kept.mean(axis=(0, 2), dtype=np.float64)
        # A ratio is not the sum of its gradient, and is tested against another value than 0.
        tested = [contrast for contrast, test in zip(contrasts, testable, strict=True) if test]
        for place, contrast in enumerate(tested):
            if contrast.value is not None:
                centers[place] = contrast.value - contrast.null
        estimates[testable] = np.transpose(bootstrap.combine(kept, chosen, centers))
    known = 3 if cells.values.shape[2] > 1 else 1  # one test image has no interval
    for index in np.flatnonzero(~testable):
        signs = {*np.sign(weights[index, ~finite])} - {0.0}
        estimates[index, :known] = signs.pop() * np.inf if len(signs) == 1 else np.nan
    return estimates


def _rows(
    contrasts: Sequence[Contrast],
    estimates: np.ndarray,
    confidence: float,
    dataset: str,
    key: Key,
    shape: Sequence[int],
) -> Iterator[ComparisonRow]:
    """Set what is known of each contrast as a row of the table; one without a value has none."""
    seeds, _, n_images = shape
    for contrast, (*interval, p_value) in zip(contrasts, estimates.tolist(), strict=True):
        mean, low, high = (number + contrast.null for number in interval)
        if math.isnan(mean):
            continue
        trained_on, tested_on = as_name(contrast.trained_on), as_name(contrast.tested_on)
        yield ComparisonRow(
            dataset=dataset,
            quantity=contrast.quantity,
            objective=contrast.objective,
            trained_on=str(trained_on),
            trained_scope=trained_on.scope,
            tested_on=str(tested_on),
            tested_scope=tested_on.scope,
            first=tested_on.first or trained_on.first,
            second=tested_on.second or trained_on.second,
            level_db=tested_on.level_db,
            metric=key[0],
            reference=key[1],
            mean=mean,
            ci_low=low,
            ci_high=high,
            confidence=confidence,
            null_value=contrast.null,
            p_value=p_value,
            n_seeds=seeds,
            n_images=n_images,
            interval_covers=covered(low, seeds),
        )


def _correct(rows: Iterable[ComparisonRow], further: Collection[str]) -> list[ComparisonRow]:
    """Correct p-values for their number within each quantity and objective.

    Pairs are a family by themselves, and so is each end of a ranking. Pairs with further strengths, which
    averages are not over, are one more: what is tested besides changes no verdict on what was trained on.
    """
    rows = list(rows)
    families: dict[tuple[Any, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if not math.isnan(row.p_value):
            ranking = f"{row.first} {row.level_db}" if row.quantity.endswith(LEAD) else ""
            family_name = row.quantity, row.objective, row.is_pair, row.tested_on in further, ranking
            families.setdefault(family_name, []).append(place)
    for family in families.values():
        corrected = holm(np.array([rows[place].p_value for place in family])).tolist()
        for place, p_value in zip(family, corrected, strict=True):
            rows[place] = dataclasses.replace(rows[place], p_value_holm=p_value)
    return rows
