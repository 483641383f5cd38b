"""Which conditions are noises and which are filters: groups to average over and to set side by side."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from aestudy.distortions import filters, noise
from aestudy.distortions.names import CHAINS, CLEAN, FILTERS, MIXTURES, NOISES
from aestudy.distortions.registry import KINDS


@dataclass(frozen=True)
class Condition:
    """What comparisons need to know of a condition.

    Attributes:
        name: its name.
        kind: its kind, a name of `aestudy.distortions.registry.KINDS`.
        group: one of the groups above.
        of: the names of a mixture's or chain's components.
    """

    name: str
    kind: str
    group: str
    of: tuple[str, ...] = ()


def describe_conditions(specs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Describe resolved conditions as plain values, fit for a rule's params.

    A kind whose function stands in `aestudy.distortions.noise` is a noise, one of
    `aestudy.distortions.filters` a filter, so that a new kind is grouped by where it is written.

    Args:
        specs: `{"name", "kind", ...}`, the mixtures and chains with `of`.

    Returns:
        The fields of `Condition`, one dict for each.
    """
    return [
        asdict(
            Condition(
                name=spec["name"],
                kind=spec["kind"],
                group=_group(spec["kind"]),
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


def _group(kind: str) -> str:
    if kind == "clean":
        return CLEAN
    if KINDS[kind].composed:
        return MIXTURES if kind == "mixture" else CHAINS
    module = KINDS[kind].function.__module__
    return {noise.__name__: NOISES, filters.__name__: FILTERS}[module]
