"""Names of conditions and goals: those that a sweep makes, and those that a rule's wildcard may take."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

MAXIMUM_NAME_CHARACTERS = 64


def swept_name(name: str, parts: Mapping[str, float]) -> str:
    """Name one member of a sweep, such as `white-sigma0.1`.

    Args:
        name: the entry of the catalog.
        parts: swept parameter -> its value here, in the order of the kind's table.

    Returns:
        The name, different for different values.
    """
    return "-".join([name, *(f"{key}{write_number(value)}" for key, value in parts.items())])


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
