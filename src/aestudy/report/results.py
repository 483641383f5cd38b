"""The tables of the report, as rows of formatted text."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aestudy.distortions.names import CLEAN
from aestudy.files.study_tables import SummaryRow
from aestudy.metrics.table import METRICS
from aestudy.report.explorer import Difference, Key
from aestudy.scoring.method_names import AUTOENCODER
from aestudy.tables.labels import describe_method, describe_reference, format_value
from aestudy.tables.summary import Summary

KEY_METRIC = "psnr_db"
KEY_REFERENCE = "clean"


@dataclass(frozen=True)
class Shown:
    """A cell of a table.

    Attributes:
        value: the mean.
        interval: its confidence interval, empty where there is none; of a best rival, its name.
        marked: whether it stands out: the better of two that were shown to differ, or a cell in which a model
            was tested on what it was trained on.
    """

    value: str
    interval: str = ""
    marked: bool = False


MISSING = Shown("–")


@dataclass(frozen=True)
class KeyResults:
    """The short table: for each condition, what the clean-trained model makes of it, and what its own.

    A row has one cell per baseline, then for each objective clean-trained and trained on the condition.
    """

    objectives: tuple[str, ...]
    baselines: tuple[str, ...]
    rows: dict[str, list[Shown]]


@dataclass(frozen=True)
class MatrixTable:
    """The numbers of one heat map; each row has one cell per test condition."""

    heading: str
    corner: str
    rows: dict[str, list[Shown]]


@dataclass(frozen=True)
class Matrix:
    """One heat map's place in the report, with metric and reference in words as its title."""

    metric: str
    reference: str
    title: str
    tables: tuple[MatrixTable, ...]


def key_results(
    summary: Summary,
    objectives: Sequence[str],
    tested_on: Sequence[str],
    tests: Mapping[Key, Difference],
    rivals: Mapping[str, tuple[str, bool]] | None = None,
) -> KeyResults:
    """Compare the clean-trained model with the one trained on each condition, by PSNR against the original.

    The better of the two is marked where their difference counts (`explorer.find_tests`), and so is the best
    rival of a condition (`explorer.find_rivals`) that is ahead of the models trained on it.
    """
    baselines = [name for name in ("identity", "pca") if name in summary.baselines]
    rows = {}
    for condition in tested_on:
        cells = [_show(summary.baseline(name, condition, KEY_METRIC, KEY_REFERENCE)) for name in baselines]
        for objective in objectives:
            clean, own = (
                summary.model(objective, training, condition, KEY_METRIC, KEY_REFERENCE)
                for training in (CLEAN, condition)
            )
            key = (AUTOENCODER, objective, condition, condition, KEY_METRIC, KEY_REFERENCE)
            lead = 0.0
            if key in tests and tests[key].counts and clean is not None and own is not None:
                lead = own.mean - clean.mean
            cells += [_show(clean, marked=lead < 0), _show(own, marked=lead > 0)]
        rows[condition] = cells
    shown = [describe_method(name) for name in baselines]
    if rivals:
        shown.append("best rival")
        for condition, cells in rows.items():
            method, ahead = rivals.get(condition, ("", False))
            found = _show(summary.baseline(method, condition, KEY_METRIC, KEY_REFERENCE), marked=ahead)
            label = describe_method(method) if method else ""
            cells.insert(len(baselines), dataclasses.replace(found, interval=label))
    return KeyResults(tuple(objectives), tuple(shown), rows)


def matrix(
    summary: Summary,
    metric: str,
    reference: str,
    objectives: Sequence[str],
    trained_on: Sequence[str],
    tested_on: Sequence[str],
    titles: Mapping[str, str] | None = None,
) -> Matrix:
    """Write out the numbers of one heat map, with intervals: a table per objective, and one of baselines."""
    key = (metric, reference)
    tables = []
    for objective in objectives:
        rows = {
            row: [
                _show(summary.model(objective, row, column, *key), metric, marked=row == column)
                for column in tested_on
            ]
            for row in trained_on
        }
        tables.append(MatrixTable((titles or {}).get(objective, objective), "trained on", rows))
    if summary.baselines:
        rows = {
            describe_method(name): [
                _show(summary.baseline(name, column, *key), metric) for column in tested_on
            ]
            for name in summary.baselines
        }
        tables.append(MatrixTable("baselines", "method", rows))
    unit = f" in {METRICS[metric].unit}" if METRICS[metric].unit else ""
    title = f"{METRICS[metric].name}{unit}, {describe_reference(*key)}"
    return Matrix(metric, reference, title, tuple(tables))


def _show(cell: SummaryRow | None, metric: str = KEY_METRIC, *, marked: bool = False) -> Shown:
    if cell is None:
        return MISSING
    interval = ""
    if cell.ci_low < cell.ci_high:  # not where both are infinite, equal or unknown
        interval = f"{format_value(metric, cell.ci_low)} to {format_value(metric, cell.ci_high)}"
    return Shown(format_value(metric, cell.mean), interval, marked)
