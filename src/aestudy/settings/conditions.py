"""The catalog of conditions: sweeps spread out, mixtures and chains put together, all in one order."""

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Any

from aestudy.distortions.names import CLEAN
from aestudy.distortions.registry import KINDS, kind_order
from aestudy.settings.catalog import ALL, MAXIMUM_MEMBERS, Catalog
from aestudy.settings.names import swept_name
from aestudy.settings.parameters import check_parameters
from aestudy.settings.problems import Path as Place
from aestudy.settings.problems import Problems, join, quote, suggest
from aestudy.settings.types import Spec

MAXIMUM_COMPONENTS = 1000
MAXIMUM_DEPTH = 4
"""The deepest nesting of mixtures and chains; a mixture of noises has depth 1."""


def read_catalog(entries: Mapping[str, Any], problems: Problems) -> Catalog:
    """Turn the `distortions` of a config into conditions, whatever the order of its keys.

    Entries at which `problems` has a mistake are passed over; it takes further mistakes.
    """
    catalog = Catalog("distortions", "condition")
    composites: dict[str, Any] = {}
    for name in sorted(entries):
        entry, place = entries[name], ("distortions", name)
        if name == ALL:
            problems.add(place, "the name all is taken, it stands for all conditions; choose another one")
        elif not problems.touches(*place) and entry["kind"] not in KINDS:
            hint = suggest(entry["kind"], KINDS)
            problems.add(
                (*place, "kind"), f"unknown kind {quote(entry['kind'])}{hint}; allowed are {join(KINDS)}"
            )
        elif not problems.touches(*place) and (name == CLEAN) != (entry["kind"] == CLEAN):
            problems.add(
                (*place, "kind"),
                f"expected the name {CLEAN} for the kind {CLEAN} and for no other, found "
                f"{quote(entry['kind'])}; choose another name or kind",
            )
        if problems.touches(*place):
            catalog.broken.add(name)
        elif KINDS[entry["kind"]].composed:
            composites[name] = entry
        else:
            _add_simple(catalog, name, entry, problems)
    simple = _in_order(catalog.members.values())
    catalog.members = {spec["name"]: spec for spec in simple}
    _Composer(catalog, composites, problems).add_all()
    catalog.members = {spec["name"]: spec for spec in _in_order(catalog.members.values())}
    catalog.check_count(problems)
    return catalog


def _in_order(specs: Iterable[Spec]) -> list[Spec]:
    """Sort conditions by kind in the order of the registry, then by parameters ascending, then by name."""
    return sorted(
        specs,
        key=lambda spec: (
            kind_order(spec["kind"]),
            [spec["parameters"][parameter.name] for parameter in KINDS[spec["kind"]].parameters]
            if "parameters" in spec
            else [],
            spec["name"],
        ),
    )


def _add_simple(catalog: Catalog, name: str, entry: Mapping[str, Any], problems: Problems) -> None:
    """Add one entry that is neither mixture nor chain: a condition, or the conditions of a sweep."""
    place = ("distortions", name)
    values = check_parameters(place, entry, problems)
    if values is None:
        catalog.broken.add(name)
        return
    swept = [key for key in values if isinstance(entry[key], list)]
    count = math.prod(len(values[key]) for key in swept)
    if count > MAXIMUM_MEMBERS:
        problems.add(place, f"expected at most {MAXIMUM_MEMBERS} conditions of a sweep, found {count}")
        catalog.broken.add(name)
        return
    specs = []
    for combination in itertools.product(*values.values()):
        parameters = dict(zip(values, combination, strict=True))
        member = swept_name(name, {key: parameters[key] for key in swept})
        specs.append({"name": member, "kind": entry["kind"], "parameters": parameters})
    for spec in specs:
        catalog.add(spec["name"], spec, place, problems)
    if swept:
        catalog.add_sweep(name, (spec["name"] for spec in _in_order(specs)), place, problems)


def _depth(spec: Spec) -> int:
    return 1 + max(map(_depth, spec["of"])) if "of" in spec else 0


class _Composer:
    """Puts mixtures and chains together, those first that others are made of."""

    def __init__(self, catalog: Catalog, entries: Mapping[str, Any], problems: Problems) -> None:
        self._catalog = catalog
        self._entries = entries
        self._problems = problems
        self._simple = tuple(catalog.members)
        self._under_way: list[str] = []
        self._components = dict.fromkeys(catalog.members, 1)

    def add_all(self) -> None:
        for name in self._entries:
            self._require(name)

    def _require(self, name: str) -> None:
        """See to it that an entry is in the catalog, or among the broken ones."""
        catalog = self._catalog
        if name not in self._entries or name in catalog.members or name in catalog.broken:
            return
        if name in self._under_way:
            circle = self._under_way[self._under_way.index(name) :]
            self._problems.add(
                ("distortions", name, "of"), f"goes round in a circle: {' -> '.join([*circle, name])}"
            )
            catalog.broken.update(circle)
            return
        if len(self._under_way) > 10 * MAXIMUM_DEPTH:  # before Python itself gives up
            self._note_nesting(name)
            catalog.broken.add(name)
            return
        self._under_way.append(name)
        spec = self._compose(name, self._entries[name])
        self._under_way.pop()
        if spec is None or name in catalog.broken:
            catalog.broken.add(name)
        else:
            catalog.add(name, spec, ("distortions", name), self._problems)

    def _compose(self, name: str, entry: Mapping[str, Any]) -> Spec | None:
        """Build the spec of a mixture or a chain; None, and a problem noted somewhere, when it cannot be."""
        place, kind, problems = ("distortions", name), entry["kind"], self._problems
        allowed = ("kind", "of") if kind == "chain" else ("kind", "of", "without")
        for key in sorted(entry.keys() - set(allowed)):
            text = f"unknown key for the kind {kind}{suggest(key, allowed)}; allowed are {join(allowed)}"
            problems.add((*place, key), text)
        if "of" not in entry:
            problems.add((*place, "of"), f"missing; the kind {kind} expects a list of names of conditions")
        elif entry["of"] == ALL and kind == "chain":
            problems.add((*place, "of"), "expected a list of names in the order of a chain, found all")
        elif entry["of"] != ALL and "without" in entry:
            problems.add((*place, "without"), "goes only with `of: all`; leave the names out of the list")
        if problems.touches(*place):
            return None
        return self._gather(name, entry)

    def _gather(self, name: str, entry: Mapping[str, Any]) -> Spec | None:
        """Look the components up and check their number and nesting."""
        place, catalog, problems, kind = ("distortions", name), self._catalog, self._problems, entry["kind"]
        if entry["of"] == ALL:
            chosen = self._all_but(entry.get("without", ()), (*place, "without"))
        else:
            for reference in entry["of"]:
                self._require(reference)
            chosen = catalog.select(entry["of"], (*place, "of"), problems)
            for index, reference in enumerate(entry["of"]):
                if kind == "chain" and reference in catalog.sweeps:
                    members = join(catalog.sweeps[reference])
                    text = f"{reference!r} is swept; a chain expects one of its conditions: {members}"
                    problems.add((*place, "of", index), text)
        named = () if entry["of"] == ALL else entry["of"]
        if problems.touches(*place) or name in catalog.broken or any(map(catalog.is_broken, named)):
            return None
        specs = [catalog.members[member] for member in chosen]
        if kind == "mixture":
            specs = _in_order(specs)
        spec = {"name": name, "kind": kind, "of": specs}
        self._components[name] = sum(self._components[member] for member in chosen)
        if len(specs) < 2:
            problems.add((*place, "of"), f"a {kind} expects at least 2 conditions, found {len(specs)}")
        elif self._components[name] > MAXIMUM_COMPONENTS:
            text = f"expected at most {MAXIMUM_COMPONENTS} components, found {self._components[name]}"
            problems.add((*place, "of"), text)
        elif _depth(spec) > MAXIMUM_DEPTH:
            self._note_nesting(name)
        else:
            return spec
        return None

    def _all_but(self, without: Iterable[str], place: Place) -> tuple[str, ...]:
        """Choose all conditions except `without`; mixtures and chains are never chosen."""
        for index, name in enumerate(without):
            if name in self._entries:
                text = f"{name!r} is a mixture or a chain, which `of: all` does not include; remove it here"
                self._problems.add((*place, index), text)
        named = [name for name in without if name not in self._entries]
        left_out = self._catalog.select(named, place, self._problems)
        return tuple(name for name in self._simple if name not in left_out)

    def _note_nesting(self, name: str) -> None:
        text = f"expected mixtures and chains within each other at most {MAXIMUM_DEPTH} deep, found more"
        self._problems.add(("distortions", name, "of"), text)
