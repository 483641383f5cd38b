"""What a finished run says last: where the reports are, and the first thing that each study found."""

import json
from collections.abc import Iterable
from pathlib import Path

from aestudy.cli.summary import REPORT_LINE

CLOSING = "aestudy_closing"
"""Marks the log message of Snakemake that a finished run ends with."""


def describe_results(folders: Iterable[Path]) -> str:
    """Name the reports of finished data sets and their first findings.

    Args:
        folders: the results of each data set (`results/{dataset}`).

    Returns:
        Lines of text without a line end; a finding that cannot be read is left out.
    """
    lines = []
    for folder in folders:
        if sentence := _first_sentence(folder / "findings.json"):
            lines.append(f"{folder.name}: {sentence}")
        lines.append(f"{REPORT_LINE}{folder / 'report.html'}")
    return "\n".join(lines)


def link_reports(text: str) -> str:
    """Turn the names of reports into links for terminals. A terminal without links shows the names alone.

    Args:
        text: what `describe_results` gives.
    """
    lines = []
    for line in text.split("\n"):
        if line.startswith(REPORT_LINE):
            name = line.removeprefix(REPORT_LINE)
            line = f"{REPORT_LINE}\x1b]8;;{Path(name).absolute().as_uri()}\x1b\\{name}\x1b]8;;\x1b\\"
        lines.append(line)
    return "\n".join(lines)


def _first_sentence(path: Path) -> str:
    try:
        return str(json.loads(path.read_text("utf-8"))["findings"][0]["sentence"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""
