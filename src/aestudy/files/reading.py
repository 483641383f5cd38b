"""Read files of a person, which may be anything: never more of them than allowed."""

import os
from pathlib import Path

from aestudy.errors import StudyError


def read_bytes(path: str | Path, *, maximum_bytes: int) -> bytes:
    """Read a whole file, but none that is larger than allowed.

    Raises:
        StudyError: it is missing, cannot be read, or is too large.
    """
    try:
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > maximum_bytes:
                raise StudyError(f"{path}: expected at most {maximum_bytes:,} bytes, found {size:,}.")
            return file.read(maximum_bytes)
    except FileNotFoundError:
        raise StudyError(f"{path}: no such file.") from None
    except OSError as error:
        raise StudyError(f"{path}: cannot be read ({error.strerror or error}).") from None


def first_bytes(path: str | Path, count: int) -> bytes:
    """Read the first bytes of a file, fewer where it is shorter.

    Raises:
        StudyError: it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise StudyError(f"{path}: cannot be read ({error.strerror or error}).") from None
