"""The one writer and the one reader of CSV tables.

The columns of a table are the fields of a dataclass, in their order (`aestudy.files.study_tables`): `str`,
`int` or `float`. An empty cell stands for the default of its field; a field without a default is never empty.
Floats have six significant digits, those of type `Annotated[float, 8]` have eight. Infinite ones are `inf`
and `-inf`; NaN is written as an empty cell. A matrix has further columns of floats behind these.

pandas would cost most jobs more time for its import than all their tables.
"""

import csv
import dataclasses
import functools
import math
import types
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar, cast, get_args, get_origin

from aestudy.errors import StudyError
from aestudy.files.atomic import atomic_write

if TYPE_CHECKING:
    import pandas

Row = TypeVar("Row")

SIGNIFICANT_DIGITS = 6


class _Column(NamedTuple):
    name: str
    type: type
    digits: int
    default: Any


_NUMBER = _Column("a number", float, SIGNIFICANT_DIGITS, math.nan)


def columns_of(row: type) -> tuple[str, ...]:
    """Name the columns of a table."""
    return tuple(column.name for column in _columns(row))


def write_table(path: str | Path, row: type[Row], rows: Iterable[Row]) -> None:
    """Write a table, of which `row` is the dataclass, whole or not at all."""
    write_matrix(path, row, (), ((one, ()) for one in rows))


def write_matrix(
    path: str | Path, row: type[Row], further: Sequence[str], rows: Iterable[tuple[Row, Sequence[float]]]
) -> None:
    """Write a table with further columns of numbers."""
    columns = _columns(row)
    with atomic_write(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*columns_of(row), *further])
        for one, numbers in rows:
            cells = [_write_cell(column, getattr(one, column.name)) for column in columns]
            writer.writerow([*cells, *(_write_cell(_NUMBER, number) for number in numbers)])


def _write_cell(column: _Column, value: Any) -> str:
    if value is None or value == column.default or value != value:
        return ""
    return f"{value:.{column.digits}g}" if column.type is float else str(value)


def read_table(path: str | Path, row: type[Row]) -> list[Row]:
    """Read a table, of which `row` is the dataclass; further columns are passed over.

    Raises:
        StudyError: the file is missing or no CSV, lacks a column, or has a cell that the column cannot hold.
    """
    return [one for one, _ in _read(path, row, further=False)[1]]


def read_matrix(path: str | Path, row: type[Row]) -> tuple[list[str], list[tuple[Row, list[float]]]]:
    """Read a table with further columns of numbers: their names, and the rows, each with its numbers.

    Raises:
        StudyError: as `read_table`.
    """
    return _read(path, row, further=True)


def read_frame(path: str | Path) -> "pandas.DataFrame":
    """Read any table as a data frame.

    Raises:
        StudyError: the file is missing or no CSV.
    """
    import pandas

    try:
        # Only what is empty is missing: a condition may be called "nan".
        return pandas.read_csv(path, keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as error:
        raise _refusal(path, "a table of a study", error) from None


def _read(
    path: str | Path, row: type[Row], *, further: bool
) -> tuple[list[str], list[tuple[Row, list[float]]]]:
    columns, names = _columns(row), columns_of(row)
    # Most cells of a column repeat each other.
    readers = [functools.cache(functools.partial(_read_cell, column)) for column in columns]
    rows: list[tuple[Row, list[float]]] = []
    lines = None
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines, [])
            if missing := [name for name in names if name not in header]:
                raise ValueError(f"no column {', '.join(missing)}")
            places = [header.index(name) for name in names]
            others = [place for place in range(len(header)) if place not in places] if further else []
            for cells in lines:
                if len(cells) != len(header):
                    raise ValueError(f"{len(cells)} cells for {len(header)} columns")
                values = [read(cells[place]) for read, place in zip(readers, places, strict=True)]
                numbers = [_read_cell(_NUMBER, cells[place]) for place in others]
                rows.append((row(**dict(zip(names, values, strict=True))), numbers))
    except (OSError, ValueError, csv.Error) as error:
        where = f" in line {lines.line_num}" if lines is not None and lines.line_num > 1 else ""
        raise _refusal(path, f"a table with the columns {', '.join(names)}", error, where) from None
    return [header[place] for place in others], rows


def _read_cell(column: _Column, text: str) -> Any:
    if text == "":
        if column.default is dataclasses.MISSING:
            raise ValueError(f"no value of {column.name}")
        return column.default
    try:
        value = column.type(text)
    except ValueError:
        value = math.nan
    if value != value:
        raise ValueError(f"{text!r} as {column.name}")
    return value


def _refusal(path: str | Path, expected: str, error: Exception, where: str = "") -> StudyError:
    if isinstance(error, OSError):
        return StudyError(f"{path}: expected {expected}, found {error.strerror or error}. Run the study.")
    return StudyError(
        f"{path}: expected {expected}, found {error}{where}. Delete the file and run the study again."
    )


def _columns(row: Any) -> tuple[_Column, ...]:
    columns = []
    for field in dataclasses.fields(row):
        # Not typing.get_type_hints: with it, docstrings would count as code of every job that writes a table.
        kind, digits = field.type, SIGNIFICANT_DIGITS
        if get_origin(kind) is Annotated:
            kind, digits = get_args(kind)
        if get_origin(kind) is types.UnionType:  # with None, the default
            kind = get_args(kind)[0]
        columns.append(_Column(field.name, cast(type, kind), digits, field.default))
    return tuple(columns)
