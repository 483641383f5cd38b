"""A catalog of the config: add the members of its entries and sweeps, and choose among them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from aestudy.settings.names import MAXIMUM_NAME_CHARACTERS, REPEATS, repeated_end
from aestudy.settings.problems import Path as Place
from aestudy.settings.problems import Problems, join, suggest

ALL = "all"
MAXIMUM_MEMBERS = 1000
"""Members of one sweep, and of a whole catalog."""


@dataclass
class Catalog:
    """The conditions or the goals that a config describes.

    Attributes:
        section: the key of the config, `distortions` or `goals`.
        noun: what a member is called, `condition` or `goal`.
        members: name -> its spec, in canonical order once the catalog is complete.
        sweeps: entry with a swept parameter -> its members, in canonical order.
        broken: entries with a mistake, whose members are not known.
    """

    section: str
    noun: str
    members: dict[str, Any] = field(default_factory=dict)
    sweeps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def add(self, name: str, spec: Any, place: Place, problems: Problems) -> None:
        """Add one member, and note it if another entry makes one of that name or the name is too long."""
        if len(name) > MAXIMUM_NAME_CHARACTERS:
            problems.add(
                place,
                f"the sweep makes the name {name!r}, which is longer than {MAXIMUM_NAME_CHARACTERS} "
                "characters; shorten the entry's name",
            )
        if (part := repeated_end(name)) is not None:
            problems.add(place, f"the name {name!r} {REPEATS.format(part)}")
        if name in self.members or name in self.sweeps:
            text = f"makes the {self.noun} {name!r}, which another entry makes too; rename one of them"
            problems.add(place, text)
        self.members[name] = spec

    def add_sweep(self, name: str, members: Iterable[str], place: Place, problems: Problems) -> None:
        """Note that an entry stands for several members, unless a member has its name."""
        if name in self.members:
            text = f"another entry makes a {self.noun} of the name {name!r}; rename one of them"
            problems.add(place, text)
        self.sweeps[name] = tuple(members)

    def check_count(self, problems: Problems) -> None:
        """Note if there are more members than any study has."""
        if len(self.members) > MAXIMUM_MEMBERS:
            text = f"expected at most {MAXIMUM_MEMBERS} {self.noun}s, found {len(self.members)}"
            problems.add((self.section,), text)

    def known_names(self) -> list[str]:
        """List what a config may refer to: entries and members."""
        return sorted({*self.members, *self.sweeps, *self.broken})

    def select(self, wanted: Any, place: Place, problems: Problems) -> tuple[str, ...]:
        """Find the members that a list of the config asks for, in its order, without those with a mistake.

        Args:
            wanted: the word "all", or names of entries and members.
            place: where in the config that stands.
            problems: takes names that are unknown or stand for a member that was named before.
        """
        if wanted == ALL:
            return tuple(self.members)
        chosen: dict[str, str] = {}
        for index, name in enumerate(wanted):
            members = self.sweeps.get(name, (name,) if name in self.members else ())
            if not members and not self.is_broken(name):
                known = self.known_names()
                hint = suggest(name, known)
                text = f"unknown name {name!r}{hint}; {self.section} has {join(known)}"
                problems.add((*place, index), text)
            for member in members:
                if member in chosen:
                    text = f"expected each {self.noun} once, found {member} in {chosen[member]} and in {name}"
                    problems.add((*place, index), text)
                chosen[member] = name
        return tuple(chosen)

    def is_broken(self, name: str) -> bool:
        """Tell whether a name is, or may be a member of, an entry whose mistake is noted already."""
        return any(name == entry or name.startswith(f"{entry}-") for entry in self.broken)
