"""Write decoded images, all of them or nothing."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from aestudy.codec.compression import Progress
from aestudy.datasets.own_files import describe_place
from aestudy.errors import StudyError
from aestudy.files.archives import write_archive


def check_output_file(path: Path, inputs: list[Path]) -> None:
    """Refuse an output file that cannot be written or that would replace an input.

    Raises:
        StudyError: it is a folder, or one of the inputs, or below something that is no folder.
    """
    found = describe_place(path)
    if found not in ("nothing", "a file", "a broken link"):
        # Whoever may would otherwise replace a device such as /dev/null by a file.
        raise StudyError(f"{path}: expected the name of a file to write, found {found}.")
    if path.exists() and any(path.samefile(file) for file in inputs if file.exists()):
        raise StudyError(f"{path}: is one of the inputs; choose another name for the output.")
    _check_parent(path)


def _check_parent(path: Path) -> None:
    parent = next(parent for parent in path.absolute().parents if parent.exists())
    if not parent.is_dir():
        raise StudyError(f"{path}: cannot be written, {parent} is not a folder.")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise StudyError(f"{path}: cannot be written, {parent} is read-only.")


@contextlib.contextmanager
def written(path: Path) -> Iterator[None]:
    """Turn the failure to write an output into one sentence.

    Raises:
        StudyError: the block met a full disk, a read-only folder, or a folder such as /proc.
    """
    try:
        yield
    except OSError as error:
        raise StudyError(f"{path}: cannot be written ({error.strerror or error}).") from None


def check_output(path: Path, inputs: list[Path]) -> None:
    """Refuse an output of `decode` before any work is done.

    Raises:
        StudyError: as `check_output_file`, or it is a folder with something in it.
    """
    if path.suffix == ".npz":
        check_output_file(path, inputs)
    elif path.exists() and not path.is_dir():
        raise StudyError(
            f"{path}: expected a new or empty folder, or a name that ends in .npz; found "
            f"{describe_place(path)}."
        )
    elif path.is_dir():
        with written(path):
            is_used = any(path.iterdir())
        if is_used:
            raise StudyError(f"{path}: expected a new or empty folder, found one with files. Name another.")
    else:
        _check_parent(path)


def write_images(path: Path, images: np.ndarray, provenance: dict[str, Any], progress: Progress) -> None:
    """Write images as PNG files `0000.png`, `0001.png` … in a folder, or as one `.npz`.

    Args:
        path: a name that ends in `.npz`, else a new or empty folder.
        images: uint8 (N, H, W).
        provenance: where they come from; PNG files do not carry it.
        progress: is told how far it is.

    Raises:
        StudyError: they cannot be written.
    """
    with written(path):
        if path.suffix == ".npz":
            write_archive(path, {"images": images}, provenance)
        else:
            _write_folder(path, images, progress)


def _write_folder(path: Path, images: np.ndarray, progress: Progress) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    temporary.mkdir()
    try:
        digits = max(4, len(str(len(images) - 1)))
        for number, image in enumerate(images):
            Image.fromarray(image).save(temporary / f"{number:0{digits}}.png")
            progress(number + 1, len(images))
        if path.is_dir():
            path.rmdir()
        temporary.rename(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
