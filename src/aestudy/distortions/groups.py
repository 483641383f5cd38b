"""Which conditions are noises and which are filters: groups to average over and to set side by side."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from aestudy.distortions.registry import KINDS
from aestudy.errors import look_up


@dataclass(frozen=True)
class Condition:
    """What comparisons need to know of a condition.

    Attributes:
        name: its name.
        kind: its kind, a name of `aestudy.distortions.registry.KINDS`.
        group: the group of that kind.
        of: the names of a mixture's or chain's components.
    """

    name: str
    kind: str
    group: str
    of: tuple[str, ...] = ()


def describe_conditions(specs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Describe resolved conditions as plain values, fit for a rule's params.

    Args:
        specs: `{"name", "kind", ...}`, the mixtures and chains with `of`.

    Returns:
        The fields of `Condition`, one dict for each.

    Raises:
        StudyError: no kind has that name.
    """
    return [
        asdict(
            Condition(
                name=spec["name"],
                kind=spec["kind"],
                group=look_up(KINDS, spec["kind"], "kind").group,
                of=tuple(component["name"] for component in spec.get("of", ())),
            )
        )
        for spec in specs
    ]


def read_conditions(text: str) -> list[Condition]:
    """Read what a rule's params say of conditions.

    Args:
        text: what `describe_conditions` gives, as JSON.
    """
    return [Condition(**fields) for fields in json.loads(text)]
