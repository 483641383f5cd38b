"""The catalog of goals: what models are trained for, sweeps spread out, all in one order."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from aestudy.distortions.names import CLEAN
from aestudy.settings.catalog import ALL, MAXIMUM_MEMBERS, Catalog
from aestudy.settings.names import kinds_of, swept_name
from aestudy.settings.problems import Problems
from aestudy.settings.types import Goal, Spec

PLAIN = {"reconstruct": "input", "denoise": "clean"}
"""The goals that figures, findings and comparisons know by name, and the target that the name promises."""

RESERVED = {
    ALL: "it stands for all objectives in the report",
    "baselines": "it is a folder of scores",
    "codec": "it is a folder of scores",
}
"""Names that no goal can have, and why."""

TARGETS = ("input", "clean")
_SWEPT = ("code_size", "rate_weight")


def read_goals(entries: Mapping[str, Any], code_size: int, problems: Problems) -> Catalog:
    """Turn the `goals` of a config into a catalog of `Goal`, whatever the order of its keys.

    Entries at which `problems` has a mistake are passed over; it takes further mistakes. `code_size` is for
    goals that name none. The order is `reconstruct`, `denoise`, then by target, code size, rate weight, name.
    """
    catalog = Catalog("goals", "goal")
    for name in sorted(entries):
        place = ("goals", name)
        if name in RESERVED:
            problems.add(place, f"the name {name} is taken, {RESERVED[name]}; choose another one")
        elif not problems.touches(*place) and name in PLAIN:
            _check_plain(name, entries[name], problems)
        if problems.touches(*place):
            catalog.broken.add(name)
        else:
            _add(catalog, name, entries[name], code_size, problems)
    catalog.members = {name: catalog.members[name] for name in _in_order(catalog.members, catalog.members)}
    catalog.check_count(problems)
    return catalog


def _check_plain(name: str, entry: Mapping[str, Any], problems: Problems) -> None:
    """Keep what `reconstruct` and `denoise` mean."""
    if entry["target"] != PLAIN[name]:
        problems.add(
            ("goals", name, "target"),
            f"expected {PLAIN[name]}, which is what the name {name} stands for, found {entry['target']}; "
            "give this goal another name",
        )
    for key in sorted(entry.keys() - {"target"}):
        text = f"the name {name} stands for a goal without it; give a goal with a {key} another name"
        problems.add(("goals", name, key), text)


def _add(catalog: Catalog, name: str, entry: Mapping[str, Any], code_size: int, problems: Problems) -> None:
    """Add one entry: a goal, or the goals of a sweep."""
    place = ("goals", name)
    given = {"code_size": code_size, "rate_weight": 0.0} | {
        key: value for key, value in entry.items() if key != "target"
    }
    swept = [key for key in _SWEPT if isinstance(given[key], list)]
    sizes, weights = (given[key] if key in swept else [given[key]] for key in _SWEPT)
    if len(sizes) * len(weights) > MAXIMUM_MEMBERS:
        text = f"expected at most {MAXIMUM_MEMBERS} goals of a sweep, found {len(sizes) * len(weights)}"
        problems.add(place, text)
        catalog.broken.add(name)
        return
    members = []
    for size, weight in itertools.product(sizes, weights):
        # Adding 0 makes 0.0 of -0.0.
        goal = Goal(entry["target"], int(size), float(weight) + 0.0)
        parts = {key: getattr(goal, key) for key in swept}
        members.append(swept_name(name, parts))
        catalog.add(members[-1], goal, place, problems)
    if swept:
        catalog.add_sweep(name, _in_order(members, catalog.members), place, problems)


def _in_order(names: Iterable[str], goals: Mapping[str, Goal]) -> list[str]:
    """Sort goals: the plain ones first, then by target, code size, rate weight and name."""
    plain = list(PLAIN)

    def place(name: str) -> tuple[int, int, int, float, str]:
        goal = goals[name]
        rank = plain.index(name) if name in plain else len(plain)
        return rank, TARGETS.index(goal.target), goal.code_size, goal.rate_weight, name

    return sorted(names, key=place)


def rate_families(goals: Mapping[str, Goal]) -> dict[str, tuple[str, ...]]:
    """Find the goals that differ only in what a bit is worth; together they make one curve.

    Args:
        goals: name -> goal, of the goals that the study trains models for.

    Returns:
        Name of the family -> its goals by rate weight, at least two; the name is what their names have before
        `-rate_weight`, and has a space, which no goal's name has.
    """
    groups: dict[tuple[str, int], list[str]] = {}
    for name, goal in goals.items():
        if goal.rate_weight > 0:
            groups.setdefault((goal.target, goal.code_size), []).append(name)
    families = {}
    for members in groups.values():
        if len(members) > 1:
            heads = dict.fromkeys(name.partition("-rate_weight")[0] for name in members)
            ordered = sorted(members, key=lambda name: (goals[name].rate_weight, name))
            families[f"{'+'.join(heads)} envelope"] = tuple(ordered)
    return families


def shared_models(
    goals: Mapping[str, Goal], objectives: Iterable[str], conditions: Mapping[str, Spec]
) -> dict[tuple[str, str], str]:
    """Find the goals that mean the same for a condition, so that one training serves them all.

    Clean images are their own clean originals: there the target makes no difference.

    Args:
        goals: name -> goal.
        objectives: the goals that models are trained for, in canonical order.
        conditions: name -> condition, of those that models are trained on.

    Returns:
        (goal, condition) -> the first goal that means the same there, where that is another one.
    """
    shared = {}
    for name, spec in conditions.items():
        first: dict[Goal, str] = {}
        for objective in objectives:
            goal = goals[objective]
            if kinds_of(spec) == [CLEAN]:
                goal = replace(goal, target="clean")
            if first.setdefault(goal, objective) != objective:
                shared[objective, name] = first[goal]
    return shared
