"""The short table that a finished study prints: how well the decoded images match the clean originals."""

from collections.abc import Iterable
from pathlib import Path

from aestudy.distortions.names import CLEAN
from aestudy.errors import StudyError
from aestudy.files.csv_tables import read_table
from aestudy.files.study_tables import SummaryRow

MOST_OBJECTIVES_ABREAST = 3
"""More of them follow below, for the sake of narrow terminals."""

MOST_FOLDERS_NAMED = 10

REPORT_LINE = "Report: "
"""The beginning of a line that names a report."""


def summarize(results_folder: str | Path) -> str:
    """Set the main numbers of one data set as text.

    One row per tested condition: mean PSNR in dB against the clean originals of the distorted image itself
    (`identity`), of `pca`, and for each objective of the model trained on clean images and of the model
    trained on the tested condition; `-` where the study has no such model.

    Args:
        results_folder: the results of one data set (`results/{dataset}`), which hold `tables/summary.csv`.

    Returns:
        Lines of text, the last one with the path of the report if there is one.

    Raises:
        StudyError: the table is missing or is no summary.
    """
    folder = Path(results_folder)
    path = folder / "tables" / "summary.csv"
    if not path.is_file():
        raise StudyError(f"{path}: no such file. {_write_advice(folder)}")
    table = read_table(path, SummaryRow)
    rows = [row for row in table if (row.metric, row.reference) == ("psnr_db", "clean")]
    means = {(row.method, row.objective, row.trained_on, row.tested_on): f"{row.mean:.2f}" for row in rows}
    if not rows:
        raise StudyError(f"{path}: expected PSNR against the clean images, found none. Run the study again.")

    objectives = list(dict.fromkeys(row.objective for row in rows if row.objective))
    methods = [name for name in ("identity", "pca") if any(row.method == name for row in rows)]
    conditions = list(dict.fromkeys(row.tested_on for row in rows))
    text = [f"{rows[0].dataset}: mean PSNR in dB against the clean originals, {_extent(rows)}"]
    for first in range(0, max(1, len(objectives)), MOST_OBJECTIVES_ABREAST):
        some = objectives[first : first + MOST_OBJECTIVES_ABREAST]
        text += ["", *_align(_cells(means, conditions, methods, some))]
    text += ["", *_explain(methods, means.values())]
    report = folder / "report.html"
    if report.is_file():
        text += ["", f"{REPORT_LINE}{report}"]
    return "\n".join(text)


def folders_with_tables(results: Path) -> list[Path]:
    """List the folders of data sets below the results of a study, in sorted order."""
    return sorted(path.parents[1] for path in results.glob("*/tables/summary.csv"))


def _write_advice(folder: Path) -> str:
    below = folders_with_tables(folder)
    if not below:
        return "Run the study first."
    more = f" and {len(below) - MOST_FOLDERS_NAMED} more" if len(below) > MOST_FOLDERS_NAMED else ""
    names = ", ".join(map(str, below[:MOST_FOLDERS_NAMED]))
    return f"Name the folder of one data set; tables are in {names}{more}."


def _cells(
    means: dict[tuple[str, str, str, str], str],
    conditions: list[str],
    methods: list[str],
    objectives: list[str],
) -> list[list[str]]:
    """Arrange the means of some objectives, with three lines of headings above."""
    lines = [["", *methods, *(part for name in objectives for part in (name, name))]]
    lines += [["tested on", *[""] * len(methods), *["trained on", "trained on"] * len(objectives)]]
    lines += [["", *[""] * len(methods), *["clean", "the same"] * len(objectives)]]
    for condition in conditions:
        keys = [(method, "", "", condition) for method in methods]
        for objective in objectives:
            keys += [("autoencoder", objective, trained_on, condition) for trained_on in (CLEAN, condition)]
        lines.append([condition, *(means.get(key, "-") for key in keys)])
    return lines


def _explain(methods: list[str], means: Iterable[str]) -> list[str]:
    """Explain the headings of the columns that the table has."""
    meanings = {
        "identity": "the distorted images as they are",
        "pca": "the best linear code of the same size",
    }
    keys = [f"{name}: {meanings[name]}" for name in methods]
    keys.append("the same: on the condition of the row")
    if "inf" in means:
        keys.append("inf: equal to the originals")
    return keys


def _align(lines: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = []
    for first, *others in lines:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        text.append("  ".join(cells).rstrip())
    return text


def _extent(rows: list[SummaryRow]) -> str:
    """Say how many images and seeds are behind the means."""
    images = rows[0].n_images
    seeds = max(row.n_seeds for row in rows)
    parts = [f"{images:,} test image{'' if images == 1 else 's'}"]
    parts += [f"{seeds} seed{'' if seeds == 1 else 's'}"] if seeds else []
    return ", ".join(parts)
