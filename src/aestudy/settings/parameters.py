"""Check the parameters of a distortion against the table of its kind."""

from collections.abc import Mapping
from typing import Any

from aestudy.distortions.registry import KINDS, Parameter
from aestudy.settings.problems import Path as Place
from aestudy.settings.problems import Problems, join, suggest, write_found


def check_parameters(
    place: Place, entry: Mapping[str, Any], problems: Problems
) -> dict[str, list[float]] | None:
    """Check an entry of `distortions` of a known kind that is neither mixture nor chain.

    Returns:
        Parameter -> its values ascending (one unless it is swept), in the order of the kind's table; None
        when there is a mistake, which is noted.
    """
    kind = entry["kind"]
    table = {parameter.name: parameter for parameter in KINDS[kind].parameters}
    for key in entry.keys() - table.keys() - {"kind"}:
        takes = f"the kind {kind} takes {join(table) if table else 'no parameters'}"
        problems.add((*place, key), f"unknown parameter{suggest(key, table)}; {takes}")
    values: dict[str, list[float]] = {}
    for name, parameter in table.items():
        if name not in entry:
            problems.add((*place, name), f"missing; expected {parameter.allowed}: {parameter.description}")
            continue
        given = entry[name]
        for index, value in enumerate(given if isinstance(given, list) else [given]):
            if not parameter.allows(value):
                where = (*place, name, index) if isinstance(given, list) else (*place, name)
                problems.add(where, f"expected {parameter.allowed}, found {write_found(value)}")
        values[name] = given if isinstance(given, list) else [given]
    if problems.touches(*place):
        return None
    return {name: sorted(_canonical(table[name], value) for value in values[name]) for name in table}


def _canonical(parameter: Parameter, value: float) -> float:
    """Make 1 and 1.0 the same value, and 0.0 and -0.0."""
    return int(value) if parameter.integer else float(value) + 0.0
