"""Watch the user's own files: whether they are there, their content, their number of images.

It looks where the loaders read (`aestudy.datasets.own_files`), decodes nothing, and imports nothing heavy.
"""

import ast
import math
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aestudy.datasets.own_files import (
    check_apart,
    describe_place,
    digest_names_and_contents,
    is_away,
    list_images,
)
from aestudy.datasets.sources import OWN_KINDS, Source, complete_options
from aestudy.errors import StudyError
from aestudy.files.fingerprints import Fingerprints
from aestudy.files.reading import first_bytes

_NPY_MAGIC = b"\x93NUMPY"
NPY_ADVICE = "numpy.savez('mine.npz', images=numpy.load('mine.npy')) makes an .npz file of it"


def own_paths(source: Source) -> dict[str, Path]:
    """Name the user's own file or folder of each option that names one; none for the other kinds."""
    if source.kind not in OWN_KINDS:
        return {}
    return {
        name: Path(str(source.options[name])).expanduser()
        for name in ("path", "test_path")
        if source.options.get(name) is not None
    }


def originals_away(source: Source) -> bool:
    """Tell whether some of a source's own files are out of reach, as on a disk that is not plugged in."""
    is_folder = source.kind == "image_folder"
    return any(is_away(path, is_folder=is_folder) for path in own_paths(source).values())


def missing_originals(source: Source) -> list[str]:
    """Name what is out of reach, as an input file that Snakemake cannot find.

    With its input missing, Snakemake keeps what was fetched and starts no job that could only fail. Files
    that are there are not named: `source_key` has their content, and their dates must not count.
    """
    is_folder = source.kind == "image_folder"
    missing = [path for path in own_paths(source).values() if is_away(path, is_folder=is_folder)]
    # Of an empty folder, Snakemake has to miss something below it. It reads brackets as patterns.
    return [re.sub("[{}<>]", "?", str(path / "?" if path.is_dir() else path)) for path in missing]


def misplaced_files(source: Source) -> dict[str, str]:
    """Look whether the user's own files are where a source says, and of the sort that it says.

    Returns:
        Option -> what is expected, what was found and what to do; empty where all is well.
    """
    texts = {}
    paths = own_paths(source)
    for name, path in paths.items():
        text = _judge_folder(path) if source.kind == "image_folder" else _judge_file(path)
        if text is not None:
            texts[name] = text
    if len(paths) == 2 and not texts:
        try:
            check_apart(*paths.values())
        except StudyError as error:
            texts["test_path"] = str(error).removesuffix(".")
    return texts


def source_content(source: Source, fingerprints: Fingerprints) -> dict[str, str]:
    """Digest what a source's own files hold.

    Returns:
        Option -> SHA-256 of the `.npz`, or of the names and contents of the images; the loaders write the
        same into the provenance.

    Raises:
        StudyError: a file or folder is not as it should be.
    """
    digests = {}
    for name, path in own_paths(source).items():
        if source.kind == "image_folder":
            files, _ = list_images(path)
            digests[name] = digest_names_and_contents(path, files, fingerprints.digest)
        else:
            digests[name] = fingerprints.digest(path)
    return digests


def count_training_images(source: Source) -> int | None:
    """Count the images that a source leaves to train on; None where only reading them would tell."""
    paths = own_paths(source)
    count = source.options.get("train_images")
    if not paths:
        return count
    try:
        count = len(list_images(paths["path"])[0]) if source.kind == "image_folder" else _count(paths["path"])
    except StudyError:
        return None
    if count is None or "test_path" in paths:
        return count
    return count - drawn_test_images(count, complete_options(source.kind, source.options)["test_fraction"])


def drawn_test_images(count: int, test_fraction: float) -> int:
    """Compute how many of some images are drawn for testing: at least one, and not all.

    Half is rounded up, since Python's rounding to even surprises in a config.
    """
    return min(max(math.floor(test_fraction * count + 0.5), 1), count - 1)


def is_npy(path: Path) -> bool:
    """Tell by its first bytes whether a regular file is a single array.

    Raises:
        StudyError: it cannot be read.
    """
    return first_bytes(path, len(_NPY_MAGIC)) == _NPY_MAGIC


def _judge_folder(path: Path) -> str | None:
    found = describe_place(path)
    if found == "a folder":
        try:
            list_images(path)
        except StudyError as error:
            return str(error).removesuffix(".")
        return None
    return _write_misplaced("a folder with images", found, path, "npz", "an .npz file")


def _judge_file(path: Path) -> str | None:
    found = describe_place(path)
    if found != "a file":
        return _write_misplaced("an .npz file", found, path, "image_folder", "folders with images")
    try:
        if is_npy(path):
            return f"expected an .npz file, found a single array (.npy) at {path}; {NPY_ADVICE}"
    except StudyError as error:
        return str(error).removesuffix(".")
    return None


def _write_misplaced(expected: str, found: str, path: Path, other: str, takes: str) -> str:
    if found == ("a folder" if other == "image_folder" else "a file"):
        advice = f"correct the path, or the kind: {other} takes {takes}"
    elif found == "nothing" and not path.is_absolute():
        advice = f"paths start at {Path.cwd()}"
    else:
        advice = "correct the path"
    return f"expected {expected}, found {found} at {path}; {advice}"


def _count(path: Path) -> int | None:
    """Read the number of images from the array's header; the loader says what is wrong with it."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("images.npy") as member:
            header = member.read(1024)
        start = 10 if header[6] == 1 else 12
        shape: Mapping[str, Any] = ast.literal_eval(header[start : header.index(b"}") + 1].decode("latin-1"))
        count = shape["shape"][0]
    except Exception:  # whatever damaged bytes lead to
        return None
    return count if isinstance(count, int) and count > 0 else None
