"""Read `findings.json`: the sentences that open the page, computed by `aestudy.findings`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aestudy.errors import StudyError
from aestudy.findings.explanation_words import EXPLANATION
from aestudy.findings.finding import WARNING


@dataclass(frozen=True)
class Finding:
    """One sentence, and in words the rows of tables that it was computed from.

    `explains` is the name of an explanation whose sentence it is.
    """

    sentence: str
    sources: tuple[str, ...] = ()
    is_warning: bool = False
    explains: str = ""


def read_findings(path: str | Path) -> list[Finding]:
    """Read what `aestudy.findings.files.write_findings` wrote.

    Raises:
        StudyError: the file is missing or holds something else.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        return [
            Finding(
                str(entry["sentence"]),
                _sources(entry["sources"]),
                entry.get("kind") == WARNING,
                str(entry["id"]) if entry.get("kind") == EXPLANATION else "",
            )
            for entry in content["findings"]
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudyError(
            f"{path}: expected the findings of a study, found "
            f"{type(error).__name__}: {error}. Delete the file and run the study again."
        ) from None


def _sources(given: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Write each source in one line: the table, then what identifies the row."""
    lines = []
    for source in given:
        row = [str(value) for name, value in source.items() if name != "table" and value]
        lines.append(f"{source['table']}: {', '.join(row)}" if row else str(source["table"]))
    return tuple(dict.fromkeys(lines))
