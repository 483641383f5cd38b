"""What Snakemake remembers about the results, kept where the results are.

Snakemake knows from its metadata which parameters, code and inputs a result was made with. It keeps them in
`.snakemake/metadata`, under names relative to the folder. Here that is a link into `results/`, so that
whoever copies or moves the results has them too, and nothing runs again for want of them.
"""

import os
import re
from pathlib import Path

from aestudy.errors import StudyError

METADATA = ".metadata"
"""Name of the folder with the metadata below the results."""

_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")


def keep_metadata_with_results(results: Path, state: Path) -> None:
    """Make `.snakemake/metadata` a link into the results.

    Metadata that already lie in `.snakemake` move to the results. If both have some, those with the results
    count and the others are set aside as `metadata.replaced`.

    Args:
        results: the folder `results`.
        state: the folder `.snakemake`.

    Raises:
        StudyError: that cannot be done, as in a read-only folder.
    """
    check_folders(results, state)
    try:
        _link_metadata(results, state)
    except OSError as error:
        raise StudyError(
            f"{error.filename}: cannot be written ({error.strerror}). Give write permission to the folders "
            f"{results} and {state}."
        ) from None


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
        *folders: where the results go; those that are missing are not looked at.

    Raises:
        StudyError: a folder is read-only.
    """
    for folder in folders:
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise StudyError(
                f"{folder}: expected a folder to write into, found a read-only one. Nothing changed. Give "
                "write permission to it, or copy the project elsewhere."
            )


def _link_metadata(results: Path, state: Path) -> None:
    home, link = results / METADATA, state / "metadata"
    if not (link.is_symlink() and link.is_dir()):
        # Snakemake takes metadata without a folder of incomplete files for those of an old version.
        (state / "incomplete").mkdir(parents=True, exist_ok=True)
        if link.is_symlink():
            link.unlink()
        elif link.is_dir():
            results.mkdir(exist_ok=True)
            link.rename(_unused(state / "metadata.replaced") if home.is_dir() else home)
        home.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(home, state), target_is_directory=True)


def remove_temporary_files(*folders: Path) -> None:
    """Remove what killed jobs left half-written; only for the one run that may write there.

    Args:
        *folders: where to look, with all folders below.
    """
    for folder in folders:
        for path in folder.rglob(".*.tmp"):
            if _TEMPORARY.fullmatch(path.name):
                path.unlink(missing_ok=True)


def _unused(path: Path) -> Path:
    number = 1
    candidate = path
    while candidate.exists():
        candidate = path.with_name(f"{path.name}{number}")
        number += 1
    return candidate
