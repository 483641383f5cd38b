"""Find results that the present config no longer asks for, and delete them when a person says so."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from aestudy.errors import StudyError
from aestudy_run.records import forget

logger = logging.getLogger("aestudy")

REQUEST = "add `--config delete=true` to the same command"


def find_stale(folders: Iterable[str | Path], is_made: Callable[[str], bool]) -> list[str]:
    """List the files that no rule would make.

    Hidden files and a training's checkpoint belong to the results beside them and are not listed.

    Args:
        folders: where to look, with all folders below; one that is missing is empty.
        is_made: tells whether a rule of the present config makes a file of that path.

    Returns:
        Their paths in alphabetical order.
    """
    found = []
    for folder in map(Path, folders):
        for path in folder.rglob("*"):
            hidden = any(part.startswith(".") for part in path.parts)
            if not hidden and path.is_file() and not is_made(str(path)):
                companion = path.name == "checkpoint.npz" and is_made(str(path.with_name("params.npz")))
                if not companion:
                    found.append(str(path))
    return sorted(found)


def clean_stale(paths: Iterable[str], delete: str) -> str:
    """Name stale files, and delete them if that is asked for.

    Args:
        paths: the files.
        delete: `true` to delete, `false` to name them only.

    Returns:
        The text for the person who asked.

    Raises:
        StudyError: `delete` is neither.
    """
    paths = list(paths)
    if delete.lower() not in ("true", "false"):
        raise StudyError(f"--config delete: expected true or false, found {delete!r}.")
    if not paths:
        return "No stale files: every result belongs to the present config."
    sizes = [Path(path).stat().st_size for path in paths]
    lines = [f"{size:>13,} bytes  {path}" for path, size in zip(paths, sizes, strict=True)]
    count = "1 file belongs" if len(paths) == 1 else f"{len(paths)} files belong"
    lines.append(f"{sum(sizes):>13,} bytes in all: {count} to nothing in the present config.")
    if delete.lower() == "false":
        return "\n".join([*lines, f"Nothing was deleted. To delete them, {REQUEST}."])
    for path in paths:
        _delete(Path(path))
    return "\n".join([*lines, "They were deleted."])


def _delete(path: Path) -> None:
    """Delete a file, its record, the hidden files that go with it, and folders that become empty."""
    forget(path)
    path.unlink(missing_ok=True)
    for companion in path.parent.glob(f".{path.name}.*"):
        companion.unlink()
    for folder in list(path.parents)[:-1]:
        try:
            folder.rmdir()
        except OSError:  # it is not empty
            return
