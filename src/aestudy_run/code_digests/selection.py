"""What counts of the tables that a script looks something up in."""

from collections.abc import Collection
from dataclasses import dataclass

Symbol = tuple[str, str]
"""A module's dotted name and a name at its top level."""


@dataclass(frozen=True)
class Selection:
    """What counts in place of what the search would find by itself.

    Attributes:
        without: symbols at which the search stops.
        also: symbols that count although the script does not name them.
        entries: a table and a key; that entry counts and not the others. Where it cannot be picked out of the
            source, as of a table that a loop fills, the whole table counts.
        answered: functions that import by a computed name, of which `also` says what they import.
    """

    without: Collection[Symbol] = ()
    also: Collection[Symbol] = ()
    entries: Collection[tuple[Symbol, str]] = ()
    answered: Collection[Symbol] = ()

    def key(self) -> str:
        """Write it down in one order, so that equal selections give equal text."""
        return repr([sorted(part) for part in (self.without, self.also, self.entries, self.answered)])
