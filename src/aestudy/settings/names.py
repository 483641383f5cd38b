"""Names of conditions and goals: those that a sweep makes, and those that a rule's wildcard may take."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

MAXIMUM_NAME_CHARACTERS = 64

MOST_REPEATS = 19
"""Snakemake refuses values of wildcards that end in more repeats of a part."""

REPEATS = f"ends in more than {MOST_REPEATS} times {{!r}}, which Snakemake refuses; choose another one"
"""The mistake in a name, with a place for the repeated part."""

_REPEATED_END = re.compile(rf"(?P<part>.+?)(?P=part){{{MOST_REPEATS},}}\Z")


def swept_name(name: str, parts: Mapping[str, float]) -> str:
    """Name one member of a sweep, such as `white-sigma0.1`, differently for different values.

    `parts` has the value of each swept parameter, in the order of the kind's table.
    """
    return "-".join([name, *(f"{key}{write_number(value)}" for key, value in parts.items())])


def repeated_end(name: str) -> str | None:
    """Find what a name ends in so many times that Snakemake takes it for a rule that feeds itself."""
    found = _REPEATED_END.search(name)
    return found["part"] if found else None


def write_number(value: float) -> str:
    """Write a number shortly, without loss, and with nothing that a file name may not have."""
    return repr(value).removesuffix(".0").replace("e+", "e")


def either(values: Iterable[str | int]) -> str:
    """Write the regular expression that matches exactly these values, for a wildcard constraint."""
    return "|".join(re.escape(str(value)) for value in values)


def kinds_of(spec: Mapping[str, Any]) -> list[str]:
    """List the kinds that take part in a condition, those of its components included, sorted."""
    kinds = {spec["kind"]}
    for component in spec.get("of", ()):
        kinds.update(kinds_of(component))
    return sorted(kinds)
