"""The folders of a run: that they can be written into, and what killed jobs left in them."""

import os
import re
from pathlib import Path

from aestudy.errors import StudyError

_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")


def check_folders(*folders: Path) -> None:
    """Refuse files that stand where the study has its folders.

    Args:
        *folders: the folders, which may be missing.

    Raises:
        StudyError: one of them is a file.
    """
    for folder in folders:
        if folder.exists() and not folder.is_dir():
            raise StudyError(
                f"{folder}: expected a folder to write into, found a file. Move it away or rename it."
            )


def check_writable(*folders: Path) -> None:
    """Refuse to start a run that could not keep its results.

    Args:
        *folders: where the results go; a missing folder is no mistake.

    Raises:
        StudyError: a folder is read-only.
    """
    for folder in folders:
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise StudyError(
                f"{folder}: expected a folder to write into, found a read-only one. Nothing changed. Give "
                "write permission to it, or copy the project elsewhere."
            )


def remove_temporary_files(*folders: Path) -> None:
    """Remove what killed jobs left half-written; only for the one run that may write there.

    Args:
        *folders: where to look, with all folders below.
    """
    for folder in folders:
        for path in folder.rglob(".*.tmp"):
            if _TEMPORARY.fullmatch(path.name):
                path.unlink(missing_ok=True)
