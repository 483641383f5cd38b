"""Make the long lines of Snakemake's plain output readable: lists of files are cut after a few."""

import re

LONGEST_LINE = 200
LONGEST_ENTRY = 100
ENTRIES_KEPT = 3

_OF_FAILED_JOB = re.compile(r"\s+(input|output|log): ")


def shorten(text: str) -> str:
    """Cut the lists in lines that are too long to read.

    Args:
        text: lines such as `Reason: Missing output files: a, b, c, d, ...; Input files updated by ...: ...`.

    Returns:
        The same lines, none of them much longer than `LONGEST_LINE` characters.
    """
    return "\n".join(map(_shorten_line, text.split("\n")))


def shorten_error(text: str) -> str:
    """Cut the lists of files of a failed job; sentences, and the logs that it left, stay whole."""
    lines = text.split("\n")
    return "\n".join(_shorten_line(line) if _OF_FAILED_JOB.match(line) else line for line in lines)


def _shorten_line(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    for kept in range(ENTRIES_KEPT, 0, -1):
        shorter = "; ".join(_shorten_list(part, kept) for part in line.split("; "))
        if len(shorter) <= LONGEST_LINE:
            return shorter
    return shorter if len(shorter) <= 1.2 * LONGEST_LINE else f"{shorter[: LONGEST_LINE - 1]}…"


def _shorten_list(part: str, kept: int) -> str:
    title, colon, entries = part.rpartition(": ")
    listed = entries.split(", ")
    more = f" and {len(listed) - kept} more" if len(listed) > kept else ""
    return title + colon + ", ".join(map(_shorten_entry, listed[:kept])) + more


def _shorten_entry(entry: str) -> str:
    return entry if len(entry) <= LONGEST_ENTRY else f"{entry[: LONGEST_ENTRY - 1]}…"
