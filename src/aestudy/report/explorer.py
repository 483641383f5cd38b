"""The numbers behind the interactive matrix and the table of all results, as JSON for the page's script.

Blocks of rows: one per method and objective, whose rows are training conditions, and one of baselines.
`pictures` names each row's example images (`sprites.Examples.name`). Every list of numbers runs over all rows
of all blocks, and within a row over the tested conditions. Numbers have six significant digits, as in the
CSVs; `null` stands for a missing value, the text `inf` for an infinite one.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aestudy.distortions.registry import KINDS
from aestudy.distortions.severities import main_conditions
from aestudy.files.csv_tables import read_table
from aestudy.files.study_tables import ComparisonRow, ScoreRow
from aestudy.scoring.method_names import AUTOENCODER, CODEC, STREAM
from aestudy.statistics.yardstick import Yardstick, print_p
from aestudy.tables.labels import describe_goals, describe_method, describe_metric, describe_reference
from aestudy.tables.summary import Summary

Key = tuple[str, str, str, str, str, str]
"""Method, objective, trained on, tested on, metric, reference; empty text where one does not apply."""


class Difference(NamedTuple):
    """How a model differs from the clean-trained one: whether that counts, and the p-value in words."""

    counts: bool
    p_value: str


FROM_CLEAN = ("repair", "price", "transfer")
"""The quantities of `aestudy.statistics.quantities` that are a cell minus the clean-trained model's in its
column."""


def explorer_data(
    study: Mapping[str, Any],
    dataset: str,
    summary: Summary,
    *,
    by_seed: Mapping[Key, Sequence[float]] | None = None,
    tests: Mapping[Key, Difference] | None = None,
) -> dict[str, Any]:
    """Arrange the summary of one data set for the page's script, as what `json.dumps` can write.

    Args:
        study: what `aestudy.settings.describe` returns.
        dataset: the name of the data set, for the names of downloaded files.
        summary: the means and intervals.
        by_seed: the mean of each seed's model, in the order of the study's seeds.
        tests: of the difference between a model and the clean-trained one on the same condition.
    """
    objectives, trained_on, tested_on = study["objectives"], study["trained_on"], study["tested_on"]
    titles = describe_goals(study)
    blocks: list[dict[str, Any]] = []
    rows: list[tuple[str, str, str]] = []
    for method, name in itertools.product(summary.trained_methods, objectives):
        pictures = [picture_name(method, name, condition) for condition in trained_on]
        block = {"method": method, "name": name, "title": titles[name]}
        blocks.append({**block, "rows": list(trained_on), "pictures": pictures})
        rows += [(method, name, condition) for condition in trained_on]
    if summary.baselines:
        names = [describe_method(name) for name in summary.baselines]
        pictures = list(summary.baselines)
        blocks.append({"name": None, "title": "without a network", "rows": names, "pictures": pictures})
        rows += [(name, "", "") for name in summary.baselines]
    tables = {}
    for measured in summary.measured:
        keys = [(*row, condition, *measured) for row, condition in itertools.product(rows, tested_on)]
        tables[".".join(measured)] = _table(summary, keys, by_seed or {}, tests or {})
    return {
        "dataset": dataset,
        "methods": {name: describe_method(name) for name in summary.trained_methods},
        "blocks": blocks,
        "testedOn": list(tested_on),
        "shownOn": main_conditions(study["conditions"], trained_on, tested_on),
        "groups": {name: _group(study, name) for name in dict.fromkeys([*trained_on, *tested_on])},
        "metrics": {name: _describe(name) for name, _ in summary.measured},
        "references": {".".join(key): describe_reference(*key) for key in summary.measured},
        "seeds": list(study["seeds"]),
        "confidence": f"{100 * study['statistics']['confidence']:g} %",
        "tables": tables,
    }


def picture_name(method: str, objective: str, trained_on: str) -> str:
    """Name the example images of a trained model."""
    return f"{method}/{objective}/{trained_on}"


def find_tests(rows: Iterable[ComparisonRow], yardstick: Yardstick) -> dict[Key, Difference]:
    """Find among the comparisons which models differ from the clean-trained one.

    Args:
        rows: those of `comparisons.csv`.
        yardstick: says which differences count.

    Returns:
        Key -> the test, of pairs of single conditions; nothing counts where the error is unknown.
    """
    found = {}
    for row in rows:
        if row.quantity in FROM_CLEAN and row.is_pair and math.isfinite(row.mean):
            method = CODEC if row.reference == STREAM else AUTOENCODER
            key = (method, row.objective, row.trained_on, row.tested_on, row.metric, row.reference)
            p_value = print_p(row.p_value_holm, row.n_seeds)
            found[key] = Difference(yardstick.sign(row) != 0, p_value)
    return found


def find_rivals(rows: Iterable[ComparisonRow], yardstick: Yardstick) -> dict[str, tuple[str, bool]]:
    """Find among the comparisons the best rival of each condition, by PSNR against the clean originals.

    Returns:
        Condition -> the method, and whether it is ahead of the models of all objectives that know it.
    """
    found: dict[str, tuple[str, bool]] = {}
    for row in rows:
        own = row.is_pair and row.trained_on == row.tested_on
        if own and (row.quantity, row.metric, row.reference) == ("gain_over_best_rival", "psnr_db", "clean"):
            _, ahead = found.get(row.tested_on, ("", True))
            found[row.tested_on] = (row.second, ahead and yardstick.sign(row) < 0)
    return found


def read_scores_by_seed(path: str | Path, seeds: Sequence[int]) -> dict[Key, list[float]]:
    """Read from a `scores.csv` the mean of each seed's model.

    Args:
        path: the file.
        seeds: the study's seeds, in the order of the lists.

    Returns:
        Key -> one value per seed, NaN where there is none; no baselines, which have no seed.

    Raises:
        StudyError: the file is missing or no such table.
    """
    found: dict[Key, list[float]] = {}
    places = {seed: place for place, seed in enumerate(seeds)}
    for row in read_table(path, ScoreRow):
        if row.seed in places:
            key = (row.method, row.objective, row.trained_on, row.tested_on, row.metric, row.reference)
            found.setdefault(key, [math.nan] * len(seeds))[places[row.seed]] = row.value
    return found


def _table(
    summary: Summary,
    keys: Sequence[Key],
    by_seed: Mapping[Key, Sequence[float]],
    tests: Mapping[Key, Difference],
) -> dict[str, Any]:
    """Arrange one metric; `differs` holds 1 for a difference that counts, 0, or null for no test."""
    table: dict[str, Any] = {"mean": [], "low": [], "high": [], "bySeed": [], "differs": [], "pValue": []}
    counts: set[tuple[int, int]] = set()
    for key in keys:
        cell, test = summary.cell(*key), tests.get(key)
        numbers = (cell.mean, cell.ci_low, cell.ci_high) if cell else (math.nan,) * 3
        for name, number in zip(("mean", "low", "high"), numbers, strict=True):
            table[name].append(_number(number))
        table["bySeed"].append([_number(value) for value in by_seed.get(key, ())])
        table["differs"].append(None if test is None else int(test.counts))
        table["pValue"].append(None if test is None else test.p_value)
        if cell and key[1]:
            counts.add((cell.n_seeds, cell.n_images))
    table["nSeeds"], table["nImages"] = max(counts, default=(0, 0))
    return table


def _number(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return float(f"{value:.6g}")


def _describe(name: str) -> dict[str, Any]:
    metric = describe_metric(name)
    return {
        "name": metric.name,
        "unit": metric.unit,
        "higherIsBetter": metric.higher_is_better,
        "decimals": metric.decimals,
        "cellFactor": metric.cell_factor,
        "cellDecimals": metric.cell_decimals,
        "scaleLabel": metric.scale_label,
    }


def _group(study: Mapping[str, Any], name: str) -> str:
    """Name the group that stands together in the matrix; a kind that nobody knows is a group of its own."""
    kind = study["conditions"][name]["kind"]
    return KINDS[kind].group if kind in KINDS else kind
