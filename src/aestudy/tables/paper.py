"""The tables of a study in the form of a paper: chosen rows, intervals beside the means, few digits.

They are made from the CSV files, which have everything and every digit.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from aestudy.errors import StudyError
from aestudy.files.atomic import atomic_write
from aestudy.tables.labels import describe_metric, format_value
from aestudy.tables.typesetting import Table, to_latex, to_markdown

REFERENCES = {"clean": "the clean originals", "input": "the input"}
WHOLE_MATRICES = ("transfer", "denoising_gain", "objective_gain")
"""Quantities of which only averages, clean images and the diagonal are shown."""

MISSING = "–"
"""Stands where there is no interval or no test."""

Row = Mapping[str, str]


def write_paper_tables(
    csv_paths: Iterable[str | Path],
    markdown_paths: Iterable[str | Path],
    latex_paths: Iterable[str | Path],
) -> None:
    """Write each table as Markdown and LaTeX.

    Args:
        csv_paths: `summary.csv`, `comparisons.csv` and matrices (`matrix_{metric}_{reference}.csv`).
        markdown_paths: the files to make or replace, one for each table.
        latex_paths: the same in LaTeX.

    Raises:
        StudyError: a file is missing or is no such table.
    """
    for csv_path, markdown_path, latex_path in zip(csv_paths, markdown_paths, latex_paths, strict=True):
        path = Path(csv_path)
        rows = _read(path)
        try:
            table = _make(path.stem, rows)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise StudyError(
                f"{path}: expected a table of the study, found {type(error).__name__}: {error}. "
                "Delete the file and run the study again."
            ) from None
        label = f"tab:{path.stem.replace('_', '-')}"
        for made, text in ((markdown_path, to_markdown(table)), (latex_path, to_latex(table, label))):
            with atomic_write(made, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)


def summary_table(rows: Sequence[Row]) -> Table:
    """Lay out a summary: one row per model and tested condition, one column per metric against clean.

    Args:
        rows: the rows of `summary.csv`.
    """
    metrics = list(dict.fromkeys(row["metric"] for row in rows if row["reference"] != "input"))
    cells: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        if row["reference"] != "input":
            key = tuple(row[name] for name in ("method", "objective", "trained_on", "tested_on"))
            cells.setdefault(key, {})[row["metric"]] = _interval(row, row["metric"])
    return Table(
        caption=f"{_dataset(rows)}: means with intervals, against the clean originals.",
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


def matrix_table(rows: Sequence[Row], metric: str, reference: str) -> Table:
    """Lay out a matrix: models in rows, tested conditions in columns.

    Args:
        rows: the rows of `matrix_{metric}_{reference}.csv`.
        metric: its metric.
        reference: what outputs are compared with.
    """
    names = ("method", "objective", "trained_on")
    conditions = [name for name in rows[0] if name not in names] if rows else []
    against = f", against {REFERENCES[reference]}" if reference in REFERENCES else ""
    return Table(
        caption=f"Mean {describe_metric(metric).heading}{against}; columns: tested on.",
        columns=["method", "objective", "trained on", *conditions],
        rows=[
            [*(row[name] for name in names), *(_number(row[condition], metric) for condition in conditions)]
            for row in rows
        ],
        numeric=frozenset(range(3, 3 + len(conditions))),
    )


def comparison_table(rows: Sequence[Row]) -> Table:
    """Lay out the comparisons that a reader needs: PSNR against the clean originals, and robustness.

    Args:
        rows: the rows of `comparisons.csv`.
    """
    return Table(
        caption=f"{_dataset(rows)}: paired differences of PSNR in dB against the clean originals "
        "(corruption errors in percent), with intervals and p-values after Holm's correction.",
        columns=["quantity", "objective", "trained on", "tested on", "mean", "interval", "p"],
        rows=[
            [
                *(row[name] for name in ("quantity", "objective", "trained_on", "tested_on")),
                _number(row["mean"], "psnr_db"),
                " to ".join(_number(row[end], "psnr_db") for end in ("ci_low", "ci_high") if row[end])
                or MISSING,
                _p_value(row["p_value_holm"]),
            ]
            for row in _chosen(rows)
        ],
        numeric=frozenset({4, 5, 6}),
    )


def _read(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, csv.Error, UnicodeError) as error:
        raise StudyError(f"{path}: expected a table of the study, found {error}.") from None


def _make(name: str, rows: Sequence[Row]) -> Table:
    if name == "summary":
        return summary_table(rows)
    if name == "comparisons":
        return comparison_table(rows)
    metric, _, reference = name.removeprefix("matrix_").rpartition("_")
    return matrix_table(rows, metric, reference)


def _chosen(rows: Sequence[Row]) -> Iterator[Row]:
    clean = {row["trained_on"] for row in rows if row["quantity"] == "cost"}
    for row in rows:
        if (row["metric"], row["reference"]) not in (("psnr_db", "clean"), ("mse", "clean")):
            continue
        pair = row["trained_on"], row["tested_on"]
        summed_up = any(name.startswith("(") for name in pair)
        if row["quantity"] not in WHOLE_MATRICES or summed_up or pair[0] == pair[1] or clean & {*pair}:
            yield row


def _dataset(rows: Sequence[Row]) -> str:
    return rows[0]["dataset"] if rows else "no data"


def _number(text: str, metric: str) -> str:
    """Write a number of a CSV with the digits of its metric; nothing where there is none."""
    return format_value(metric, float(text)) if text else ""


def _interval(row: Row, metric: str) -> str:
    mean, low, high = (_number(row[name], metric) for name in ("mean", "ci_low", "ci_high"))
    return mean if low == high else f"{mean} ({low} to {high})"


def _p_value(text: str) -> str:
    if text == "":
        return MISSING
    value = float(text)
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
