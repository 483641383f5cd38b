"""The one exception for mistakes that a person can mend.

A `StudyError` says where the mistake is, what was expected, what was found and what to do. Jobs and the
command line print its text without a traceback and exit with a status other than zero. The module imports
no library, so a job can use it before it confines the numeric ones.
"""

from collections.abc import Collection, Mapping
from typing import TypeVar

Entry = TypeVar("Entry")


class StudyError(Exception):
    """A mistake in a config, a data file or a command that its author can mend.

    Its text can be written anywhere: of names of files that are not UTF-8, the other bytes are escaped.
    """

    def __init__(self, message: str = ""):
        super().__init__(str(message).encode("utf-8", "backslashreplace").decode())


def check_name(name: object, allowed: Collection[str], what: str) -> None:
    """Refuse a name that a table does not have.

    Args:
        name: what was given.
        allowed: the names of the table, in its order.
        what: what is named, such as `optimizer`.

    Raises:
        StudyError: the table has no such name.
    """
    if name not in allowed:
        raise StudyError(f"{what}: expected one of {', '.join(allowed)}, found {name!r}.")


def look_up(table: Mapping[str, Entry], name: str, what: str) -> Entry:
    """Give the entry of a name.

    Args:
        table: name -> entry.
        name: the name.
        what: what is named, such as `optimizer`.

    Raises:
        StudyError: the table has no such name.
    """
    check_name(name, table, what)
    return table[name]
