"""Which conditions are strengths of one distortion; imports no matplotlib."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aestudy.distortions.registry import KINDS

FEWEST_STRENGTHS = 3
"""A line through two points tells no more than the table does."""


@dataclass(frozen=True)
class Family:
    """One kind of distortion in several strengths.

    Attributes:
        kind: the kind.
        parameter: the parameter that tells the strengths apart.
        unit: what it counts.
        strengths: value of the parameter -> the condition's name, ascending.
    """

    kind: str
    parameter: str
    unit: str
    strengths: Mapping[float, str]


def main_conditions(
    conditions: Mapping[str, Mapping[str, Any]], trained_on: Sequence[str], tested_on: Sequence[str]
) -> list[str]:
    """Leave out of the tested conditions the further strengths of kinds that models were trained on.

    A figure of them all would be too wide; curves over the strength and the tables have them.

    Args:
        conditions: name -> resolved condition.
        trained_on: the names of those that models are trained on.
        tested_on: the names of those that they are tested on.
    """
    trained = [conditions[name] for name in trained_on]
    kinds = {spec["kind"] for spec in trained if "of" not in spec}
    return [name for name in tested_on if name in trained_on or conditions[name]["kind"] not in kinds]


def find_families(specs: Sequence[Mapping[str, Any]]) -> list[Family]:
    """Find the kinds that are tested in at least three strengths.

    The strength is the first parameter of the kind that differs between all its conditions, such as the size
    of Gaussian filters whose sigma grows with it.

    Args:
        specs: resolved conditions, `{"name", "kind", "parameters"}`; compositions have no strength.

    Returns:
        The families in the order of the registry.
    """
    families = []
    for kind, entry in KINDS.items():
        members = [spec for spec in specs if spec["kind"] == kind and "of" not in spec]
        for parameter in entry.parameters:
            strengths = {float(spec["parameters"][parameter.name]): spec["name"] for spec in members}
            if len(strengths) == len(members) >= FEWEST_STRENGTHS:
                families.append(Family(kind, parameter.name, parameter.unit, dict(sorted(strengths.items()))))
                break
    return families
