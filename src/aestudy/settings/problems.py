"""Mistakes in a config, collected and put into words: the key's path, what is allowed, what was found."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
"""Where a value stands in the config: keys of mappings and indices of lists, from the top."""

MAXIMUM_LISTED = 50
"""Problems that one message lists; the rest is only counted."""

_SHOWN_CHARACTERS = 60
_NUMBER_AS_TEXT = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*\Z")


@dataclass(frozen=True)
class Problem:
    """One mistake.

    Attributes:
        path: where it is.
        text: what is allowed and what was found, without the path.
    """

    path: Path
    text: str


class Problems:
    """The mistakes found so far, at most one for each place and key."""

    def __init__(self) -> None:
        self._found: dict[Path, Problem] = {}

    def add(self, path: Iterable[str | int], text: str) -> None:
        """Note a mistake, unless one is already noted for the same place."""
        place = tuple(path)
        self._found.setdefault(place, Problem(place, text))

    def touches(self, *path: str | int) -> bool:
        """Tell whether a mistake was noted at a place, inside of it or around it."""
        return any(place[: len(path)] == path or path[: len(place)] == place for place in self._found)

    def touches_exactly(self, *path: str | int) -> bool:
        """Tell whether a mistake was noted at a place or around it, so that there is nothing to look into."""
        return any(path[: len(place)] == place for place in self._found)

    def __len__(self) -> int:
        """Count the mistakes."""
        return len(self._found)

    def listed(self) -> list[Problem]:
        """List the mistakes by their place, not in the order in which they were found."""
        return sorted(self._found.values(), key=lambda problem: [str(step) for step in problem.path])


def write_path(path: Path) -> str:
    """Write a place as `distortions.white.sigma` or `seeds[2]`; keys of unusual characters are quoted."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        word = _shorten(step) if re.fullmatch(r"[\w-]+", step) else json.dumps(_shorten(step))
        text += f".{word}" if text else word
    return text or "the config"


def write_found(value: Any) -> str:
    """Write a value as a person would name it, on one line and not too long."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {quote(value)}" if value else "an empty text"
    if isinstance(value, int | float):
        return _shorten(_write_number(value))
    if isinstance(value, Mapping):
        return f"a mapping with {_shorten(', '.join(map(str, value)))}" if value else "an empty mapping"
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return f"the list [{_shorten(', '.join(map(_write_entry, value)))}]" if value else "an empty list"
    return f"a value of type {type(value).__name__}"


def quote(text: str) -> str:
    """Quote text for a message, on one line and not too long."""
    return repr(_shorten(text))


def hint_at_number(value: Any) -> str:
    """Say how to write what YAML took for something else; empty where that is not the mistake."""
    if isinstance(value, bool):
        return " (YAML takes on, off, yes and no for true and false; put a name in quotes)"
    if isinstance(value, str) and is_odd_number(value):
        return " (a number has neither a zero in front nor a colon)"
    if not isinstance(value, str) or not _NUMBER_AS_TEXT.match(value):
        return ""
    if "e" in value.lower() and not re.search(r"\.\d*[eE][-+]", value):
        return " (YAML takes a power of ten for a number only with a point and a sign, as in 1.0e-3)"
    return " (a number stands without quotes)"


def is_odd_number(text: str) -> bool:
    """Tell whether YAML reads a number as nobody means it: 010 as 8, 1:30 as 90."""
    return re.fullmatch(r"[-+]?0[0-9_]+|[-+]?[0-9][0-9_]*(:[0-9]+)+(\.[0-9_]*)?", text) is not None


def suggest(word: str, known: Iterable[str]) -> str:
    """Propose the known word that is nearest to a wrong one; empty if no word is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def join(words: Iterable[str]) -> str:
    """Join words for a message, in the order given, and cut a list that is too long to read."""
    listed = list(words)
    more = f" and {len(listed) - 30} more" if len(listed) > 30 else ""
    return ", ".join(listed[:30]) + more if listed else "none"


def _write_number(value: float) -> str:
    try:
        return repr(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        return "an integer of thousands of digits"


def _write_entry(value: Any) -> str:
    if isinstance(value, str):
        return repr(value)
    return _write_number(value) if isinstance(value, int | float) else type(value).__name__


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 3]}..."
