"""The user's own files: list them, check each, digest their content.

Everybody who looks into a folder of images, to read, to watch or to check it, takes the one list that is made
here. Importing this module is cheap.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from aestudy.errors import StudyError

FORMATS = ("PNG", "BMP", "TIFF", "PPM", "JPEG")
"""Pillow's other formats are no pictures of this kind, and some start programs to be read."""

LITTER = frozenset(
    {
        "__macosx", "icon\r", "network trash folder", "temporary items",  # macOS
        "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "$recycle.bin",
        "system volume information",  # Windows
        "lost+found", "@eadir", "#recycle",  # Linux and file servers
    }
)  # fmt: skip
"""Names, in lower case, of what desktops and file systems leave in folders; hidden files (`.DS_Store`, `._*`)
are left out by their dot."""

_KINDS = (
    (stat.S_ISREG, "a file"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def describe_place(path: str | Path) -> str:
    """Say what a path leads to: `a file`, `a folder`, `nothing`, `a broken link`, `a named pipe` or so."""
    try:
        mode = Path(path).stat().st_mode
    except OSError:
        return "a broken link" if Path(path).is_symlink() else "nothing"
    except ValueError:  # a path with a zero byte
        return "nothing"
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "something else")


def is_litter(name: str) -> bool:
    """Tell by its name whether a file or folder is none of the user's, or hidden."""
    return name.startswith(".") or name.lower() in LITTER


def list_images(folder: Path) -> tuple[list[Path], list[str]]:
    """Name the images of a folder in order, and its labels' names.

    Args:
        folder: it has either images or subfolders with images; both may be links.

    Returns:
        The files, sorted, and the names of the subfolders, sorted; none where the images lie in the folder.

    Raises:
        StudyError: it is missing, empty, has both, or has something that is neither image nor folder.
    """
    if (found := describe_place(folder)) != "a folder":
        raise StudyError(f"{folder}: expected a folder with images, found {found}.")
    files, subfolders = _entries(folder)
    if subfolders and files:
        raise StudyError(
            f"{folder}: expected either images or subfolders with images, one for each label; found the file "
            f"{files[0].name} beside the folder {subfolders[0].name}. Move one of them away."
        )
    for subfolder in subfolders:
        counted, deeper = _entries(subfolder)
        if deeper:
            raise StudyError(
                f"{subfolder}: expected images only, found the folder {deeper[0].name}. Labels are the "
                "folders directly below the one that the config names."
            )
        if not counted:
            raise StudyError(f"{subfolder}: expected at least one image, found none. Delete the folder.")
        files.extend(counted)
    if not files:
        raise StudyError(f"{folder}: expected images ({', '.join(FORMATS)}), found none.")
    return files, [subfolder.name for subfolder in subfolders]


def digest_names_and_contents(folder: Path, files: Iterable[Path], digest: Callable[[Path], str]) -> str:
    """Digest the names of files below a folder and their contents, of which `digest` gives the SHA-256."""
    sha = hashlib.sha256()
    for file in files:
        name = os.fsencode(file.relative_to(folder).as_posix())
        sha.update(b"%d " % len(name) + name + digest(file).encode())
    return sha.hexdigest()


def is_away(path: Path, *, is_folder: bool) -> bool:
    """Tell whether a user's file or folder is out of reach, as when a disk is not plugged in.

    That is where nothing is at the path, an empty folder (where a disk is mounted), or a folder of broken
    links only.
    """
    if describe_place(path) in ("nothing", "a broken link"):
        return True
    if not is_folder or not path.is_dir():
        return False
    try:
        names = [entry for entry in path.iterdir() if not is_litter(entry.name)]
    except OSError:
        return False
    return all(describe_place(entry) == "a broken link" for entry in names)


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    """List the files and the folders that count, sorted by name."""
    files: list[Path] = []
    folders: list[Path] = []
    try:
        with os.scandir(folder) as entries:
            counted = sorted(
                (entry for entry in entries if not is_litter(entry.name)), key=lambda entry: entry.name
            )
            for entry in counted:
                path = folder / entry.name
                is_plain = entry.is_file(follow_symlinks=False)  # mostly, and known without a further look
                found = "a file" if is_plain else describe_place(path)
                if found not in ("a file", "a folder"):
                    raise StudyError(
                        f"{path}: expected an image or a folder, found {found}. Mend it or move it away."
                    )
                (files if found == "a file" else folders).append(path)
    except OSError as error:
        raise StudyError(f"{folder}: cannot be read ({error.strerror or error}).") from None
    return files, folders


def check_apart(path: Path, test_path: Path) -> None:
    """Refuse test images that are training images too, since one path is, or lies in, the other.

    Raises:
        StudyError: they are not apart, also where links lead to the same place.
    """
    first, second = path.resolve(), test_path.resolve()
    if first == second or (first.exists() and second.exists() and first.samefile(second)):
        raise StudyError(
            f"{test_path}: expected other images than those of path, found the same place. Without "
            "test_path, test_fraction of the images are kept for testing."
        )
    if first in second.parents or second in first.parents:
        raise StudyError(
            f"{test_path}: expected test images beside the folder of the training images, found one folder "
            f"inside of the other ({path}). Move one of them out."
        )
