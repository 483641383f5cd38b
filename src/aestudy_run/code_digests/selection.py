"""Say which entries of a table count for a script, and where its search ends."""

from collections.abc import Collection
from dataclasses import astuple, dataclass

Symbol = tuple[str, str]
"""A module's dotted name and a name at its top level."""


@dataclass(frozen=True)
class Selection:
    """Exceptions to what the search finds by itself.

    Attributes:
        without: symbols at which the search stops.
        also: symbols that count although the script does not name them.
        entries: a table and a key; only that entry counts. Where the source does not show the entry, as when
            a loop fills the table, the whole table counts.
        answered: functions that import by a computed name; `also` says what they import.
    """

    without: Collection[Symbol] = ()
    also: Collection[Symbol] = ()
    entries: Collection[tuple[Symbol, str]] = ()
    answered: Collection[Symbol] = ()

    def key(self) -> str:
        """Write it down in one order, so that equal selections give equal text."""
        return repr([sorted(part) for part in astuple(self)])
