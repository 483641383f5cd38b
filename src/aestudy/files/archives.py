"""Read and write `.npz` files so that a wrong one can do no harm and a half-written one cannot exist.

Written files carry no time stamp: the same arrays give the same bytes. Every file of the study has a
`provenance` entry, a JSON object that says what it was made from.
"""

import contextlib
import json
import math
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from aestudy.errors import StudyError
from aestudy.files.atomic import atomic_write

MAXIMUM_BYTES = 8 * 1024**3
"""No array file of a study is larger than this; a file that claims to be is refused unread."""

PROVENANCE = "provenance"


def write_archive(path: str | Path, arrays: Mapping[str, np.ndarray], provenance: Mapping[str, Any]) -> None:
    """Write arrays and their provenance as one uncompressed `.npz`, atomically.

    Args:
        path: the file to make or replace.
        arrays: name -> array; no object arrays.
        provenance: what the arrays were made from; anything that JSON can hold.
    """
    text = json.dumps(provenance, sort_keys=True, separators=(",", ":"))
    with atomic_write(path) as file:
        np.savez(file, allow_pickle=False, **arrays, **{PROVENANCE: np.array(text)})


def read_archive(path: str | Path, *names: str, maximum_bytes: int = MAXIMUM_BYTES) -> dict[str, np.ndarray]:
    """Read arrays from an `.npz` file that nobody vouches for.

    Args:
        path: the file.
        *names: the entries to read, each of which must be there; all entries when none is named.
        maximum_bytes: the most that the read entries may claim to hold together, checked before any of it
            is allocated.

    Returns:
        Name -> array.

    Raises:
        StudyError: the file is missing, truncated, not an `.npz`, too large, holds pickled objects, or lacks
            an entry.
    """
    path = Path(path)
    with _opened(path) as archive:
        members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
        missing = [name for name in names if name not in members]
        if missing:
            raise StudyError(
                f"{path}: expected the entries {', '.join(names)}; {', '.join(missing)} not found "
                f"among {', '.join(sorted(members)) or 'none'}."
            )
        wanted = {name: members[name] for name in (names or members)}
        claimed = sum(member.file_size for member in wanted.values())
        if claimed > maximum_bytes:
            raise StudyError(
                f"{path}: claims to hold {claimed:,} bytes, more than the {maximum_bytes:,} allowed."
            )
        return {name: _read_member(archive, member) for name, member in wanted.items()}


def names_in_archive(path: str | Path) -> set[str]:
    """Name the entries of an `.npz` file that nobody vouches for, without reading them.

    Raises:
        StudyError: the file is missing or no `.npz`.
    """
    path = Path(path)
    with _opened(path) as archive:
        return {name.removesuffix(".npy") for name in archive.namelist()}


def read_provenance(path: str | Path) -> dict[str, Any]:
    """Read only the provenance of a file that `write_archive` made.

    Raises:
        StudyError: as `read_archive`, or the provenance is no JSON object.
    """
    return parse_provenance(path, read_archive(path, PROVENANCE)[PROVENANCE])


def parse_provenance(path: str | Path, entry: np.ndarray) -> dict[str, Any]:
    """Decode the `provenance` entry of an archive.

    Raises:
        StudyError: it is no JSON object.
    """
    try:
        provenance = json.loads(str(entry[()]))
    except (ValueError, RecursionError):
        provenance = None
    if not isinstance(provenance, dict):
        raise StudyError(f"{path}: its provenance entry is not a JSON object; the file was not made here.")
    return provenance


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive, and say of whatever its bytes lead to that it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except StudyError:
        raise
    except FileNotFoundError:
        raise StudyError(f"{path}: no such file.") from None
    except Exception as error:
        # What zipfile, zlib and NumPy's parser of headers raise on damaged bytes is not one family.
        reason = str(error) or type(error).__name__
        raise StudyError(
            f"{path}: expected an .npz archive of plain arrays, found a damaged or foreign file ({reason})."
        ) from None


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """Read one array after checking that its header agrees with the size that the archive declares."""
    with archive.open(member) as file:
        read_header = (
            npy.read_array_header_1_0 if npy.read_magic(file) == (1, 0) else npy.read_array_header_2_0
        )
        shape, _, dtype = read_header(file)
        if dtype.hasobject:
            raise ValueError(f"{member.filename} holds pickled objects")
        if file.tell() + math.prod(shape) * dtype.itemsize != member.file_size:
            raise ValueError(f"{member.filename} does not have the size that its header declares")
        file.seek(0)
        array = npy.read_array(file, allow_pickle=False)
        file.read(1)  # the checksum is compared at the end of the stream
    return array
