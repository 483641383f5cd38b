"""The tables of a study in the form of a paper: chosen rows, intervals beside the means, few digits.

They are made from the CSV files, which have everything and every digit.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from aestudy.files.atomic import atomic_write
from aestudy.files.csv_tables import read_matrix, read_table
from aestudy.files.study_tables import ComparisonRow, MatrixRow, SummaryRow
from aestudy.metrics.table import PSNR_DB
from aestudy.scoring.method_names import ACCURACY_KEY, RATE_KEYS, VALUE_KEYS
from aestudy.statistics.leads import LEAD
from aestudy.statistics.yardstick import Yardstick, print_p
from aestudy.tables.labels import describe_metric, format_value
from aestudy.tables.typesetting import Table, to_latex, to_markdown

REFERENCES = {"clean": "the clean originals", "input": "the input"}
WHOLE_MATRICES = ("transfer", "denoising_gain", "objective_gain")
"""Quantities of which only averages, clean images and the diagonal are shown."""

MISSING = "–"
"""Stands where there is no interval or no test."""

_MATRICES = {
    f"matrix_{metric}_{reference}": (metric, reference)
    for metric, reference in (*VALUE_KEYS, *RATE_KEYS, ACCURACY_KEY)
}
"""Name of a matrix -> its metric and reference."""


def write_paper_tables(
    csv_paths: Iterable[str | Path],
    markdown_paths: Iterable[str | Path],
    latex_paths: Iterable[str | Path],
    smallest: Mapping[str, float],
) -> None:
    """Write each table, `summary.csv`, `comparisons.csv` or a matrix, as Markdown and LaTeX.

    Args:
        csv_paths: the tables.
        markdown_paths: where each goes as Markdown.
        latex_paths: where each goes as LaTeX.
        smallest: metric -> the smallest difference that matters.

    Raises:
        StudyError: a file is missing or is no such table.
    """
    for csv_path, markdown_path, latex_path in zip(csv_paths, markdown_paths, latex_paths, strict=True):
        path = Path(csv_path)
        table = _make(path, smallest)
        label = f"tab:{path.stem.replace('_', '-')}"
        for made, text in ((markdown_path, to_markdown(table)), (latex_path, to_latex(table, label))):
            with atomic_write(made, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)


def summary_table(rows: Sequence[SummaryRow]) -> Table:
    """Lay out a summary: one row per model and tested condition, one column per metric against clean."""
    shown = [row for row in rows if row.reference != "input"]
    metrics = list(dict.fromkeys(row.metric for row in shown))
    cells: dict[tuple[str, ...], dict[str, str]] = {}
    for row in shown:
        key = (row.method, row.objective, row.trained_on, row.tested_on)
        cells.setdefault(key, {})[row.metric] = _interval(row)
    return Table(
        caption=f"{_dataset(rows)}: means, against the clean originals. {_intervals(rows)}",
        columns=[
            "method",
            "objective",
            "trained on",
            "tested on",
            *(describe_metric(metric).heading for metric in metrics),
        ],
        rows=[[*key, *(found.get(metric, "") for metric in metrics)] for key, found in cells.items()],
        numeric=frozenset(range(4, 4 + len(metrics))),
    )


def matrix_table(
    conditions: Sequence[str], rows: Iterable[tuple[MatrixRow, Sequence[float]]], metric: str, reference: str
) -> Table:
    """Lay out a matrix: models in rows, tested conditions in columns."""
    against = f", against {REFERENCES[reference]}" if reference in REFERENCES else ""
    return Table(
        caption=f"Mean {describe_metric(metric).heading}{against}; columns: tested on. "
        "The intervals are in the table summary.",
        columns=["method", "objective", "trained on", *conditions],
        rows=[
            [row.method, row.objective, row.trained_on, *(_number(mean, metric) for mean in means)]
            for row, means in rows
        ],
        numeric=frozenset(range(3, 3 + len(conditions))),
    )


def comparison_table(rows: Sequence[ComparisonRow], smallest: Mapping[str, float]) -> Table:
    """Lay out the comparisons that a reader needs: PSNR against the clean originals, and robustness.

    Args:
        rows: all of a data set.
        smallest: metric -> the smallest difference that matters; those that count are bold.
    """
    chosen = list(_chosen(rows))
    yardstick = Yardstick(rows[0].confidence if rows else 0.95, smallest)
    size = f", of at least {smallest[PSNR_DB]:g} dB" if smallest.get(PSNR_DB) else ""
    return Table(
        caption=f"{_dataset(rows)}: paired differences of PSNR in dB against the clean originals "
        f"(corruption errors in percent), p after Holm's correction within a quantity. {_intervals(rows)} "
        f"Bold: differences that are shown (p up to {yardstick.error:.2g}){size}.",
        columns=["quantity", "objective", "trained on", "tested on", "mean", "interval", "p"],
        rows=[
            [
                row.quantity,
                row.objective,
                row.trained_on,
                row.tested_on,
                _number(row.mean, "psnr_db"),
                _ends(row, "psnr_db") or MISSING,
                print_p(row.p_value_holm, row.n_seeds),
            ]
            for row in chosen
        ],
        numeric=frozenset({4, 5, 6}),
        bold=frozenset((place, 4) for place, row in enumerate(chosen) if yardstick.sign(row)),
    )


def _make(path: Path, smallest: Mapping[str, float]) -> Table:
    if path.stem == "summary":
        return summary_table(read_table(path, SummaryRow))
    if path.stem == "comparisons":
        return comparison_table(read_table(path, ComparisonRow), smallest)
    return matrix_table(*read_matrix(path, MatrixRow), *_MATRICES[path.stem])


def _chosen(rows: Sequence[ComparisonRow]) -> Iterator[ComparisonRow]:
    clean = {row.trained_on for row in rows if row.quantity == "cost"}
    for row in rows:
        measured = (row.metric, row.reference) in (("psnr_db", "clean"), ("mse", "clean"))
        if not measured or row.quantity.endswith(LEAD):
            continue
        pair = row.trained_on, row.tested_on
        if row.quantity not in WHOLE_MATRICES or not row.is_pair or pair[0] == pair[1] or clean & {*pair}:
            yield row


def _dataset(rows: Sequence[SummaryRow] | Sequence[ComparisonRow]) -> str:
    return rows[0].dataset if rows else "no data"


def _intervals(rows: Sequence[SummaryRow] | Sequence[ComparisonRow]) -> str:
    """Say the level of the intervals and what they cover."""
    known = next((row for row in rows if row.interval_covers), None)
    if known is None:
        return "There are no intervals."
    return (
        f"Intervals of {100 * known.confidence:g} % cover {known.interval_covers}, not the training set nor "
        "the draws of noise."
    )


def _number(value: float, metric: str) -> str:
    """Write a number with the digits of its metric; nothing where there is none."""
    return "" if math.isnan(value) else format_value(metric, value)


def _ends(row: SummaryRow | ComparisonRow, metric: str) -> str:
    return " to ".join(_number(end, metric) for end in (row.ci_low, row.ci_high) if not math.isnan(end))


def _interval(row: SummaryRow) -> str:
    mean = _number(row.mean, row.metric)
    low, high = (_number(end, row.metric) for end in (row.ci_low, row.ci_high))
    return mean if low == high else f"{mean} ({low} to {high})"
