"""Check the `sources` of a config against the table of kinds in `aestudy.datasets`."""

import math
from collections.abc import Mapping
from typing import Any

from aestudy.datasets import SOURCES, Option
from aestudy.settings.names import REPEATS, repeated_end
from aestudy.settings.problems import Problems, hint_at_number, join, quote, suggest, write_found
from aestudy.settings.types import Source


def read_sources(entries: Mapping[str, Any], problems: Problems) -> dict[str, Source]:
    """Turn the `sources` of a config into name -> source, sorted by name.

    Entries at which `problems` has a mistake are missing; it takes further mistakes.
    """
    sources = {}
    for name in sorted(entries):
        place = ("sources", name)
        if problems.touches(*place):
            continue
        if (part := repeated_end(name)) is not None:
            problems.add(place, f"the name {quote(name)} {REPEATS.format(part)}")
            continue
        kind = entries[name]["kind"]
        if kind not in SOURCES:
            text = f"unknown kind {quote(kind)}{suggest(kind, SOURCES)}; allowed are {join(SOURCES)}"
            problems.add((*place, "kind"), text)
            continue
        table = {option.name: option for option in SOURCES[kind].options}
        options = {key: value for key, value in entries[name].items() if key != "kind"}
        for key in sorted(options.keys() - table.keys()):
            text = f"unknown option{suggest(key, table)}; the kind {kind} has {join(table)}"
            problems.add((*place, key), text)
        for key, option in table.items():
            if key not in options:
                if option.required:
                    text = f"missing; expected {write_allowed_option(option)}: {option.description}"
                    problems.add((*place, key), text)
            elif not _allows(option, options[key]):
                hint = "" if option.type == "path" else hint_at_number(options[key])
                text = f"expected {write_allowed_option(option)}, found {write_found(options[key])}{hint}"
                problems.add((*place, key), text)
        if not problems.touches(*place):
            sources[name] = Source(kind, {key: options[key] for key in table if key in options})
    return sources


def write_allowed_option(option: Option) -> str:
    """Say what an option allows, such as `an integer of at least 10`."""
    if option.type == "path":
        return "a path (text in one line)"
    number = "an integer" if option.type == "integer" else "a number"
    if option.maximum is not None:
        return f"{number} from {option.minimum:g} to {option.maximum:g}"
    return f"{number} of at least {option.minimum:g}" if option.minimum is not None else number


def _allows(option: Option, value: Any) -> bool:
    if option.type == "path":
        return isinstance(value, str) and bool(value.strip()) and value.isprintable()
    types = int if option.type == "integer" else int | float
    if isinstance(value, bool) or not isinstance(value, types) or not math.isfinite(value):
        return False
    above = option.minimum is None or value >= option.minimum
    return above and (option.maximum is None or value <= option.maximum)
