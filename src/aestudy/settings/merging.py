"""Put what a person configures on top of the default values."""

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from aestudy.errors import StudyError
from aestudy.settings.problems import Path as Place
from aestudy.settings.problems import write_path
from aestudy.settings.yaml_files import Document, look_up, read_document


def merge(base: Any, overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Merge mappings key by key into a copy; everything else replaces what stood there.

    Snakemake merges in the same way, but takes an empty mapping in place of a number for no change.
    """
    merged = copy.deepcopy(dict(base)) if isinstance(base, Mapping) else {}
    for key, value in overlay.items():
        below = merged.get(key)
        if isinstance(value, Mapping) and (value or isinstance(below, Mapping)):
            merged[key] = merge(below, value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def check_readable(paths: Iterable[str | Path]) -> None:
    """Refuse config files that hold no keys and values at all.

    Raises:
        StudyError: with the file, the line where it is known, and what was found.
    """
    for path in paths:
        document = read_document(path)
        if document.mistakes and not document.values:
            raise StudyError(f"the config {document.mistakes[0]}")


def lost_mappings(config: Mapping[str, Any], documents: Iterable[Document]) -> list[str]:
    """Find empty mappings in place of a value that another file has, and write a line about each.

    Snakemake merges config files and takes such a mapping for no change, so it would be lost without a word.
    """
    mistakes = []
    for document in documents:
        for place in _empty_mappings(document.values, ()):
            value = look_up(config, place)
            if isinstance(value, str | int | float | list):
                line = document.lines.get(place)
                where = document.name + (f", line {line}" if line else "")
                mistakes.append(
                    f"{write_path(place)}: expected a value such as {value}, found an empty mapping "
                    f"({where})."
                )
    return mistakes


def _empty_mappings(values: Any, place: Place) -> Iterable[Place]:
    if isinstance(values, Mapping):
        if not values and place:
            yield place
        for key, value in values.items():
            if isinstance(key, str):
                yield from _empty_mappings(value, (*place, key))
