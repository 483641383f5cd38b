"""The user's own images as files in a folder."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.datasets.dataset import CONTENT, UNKNOWN_LABEL, Dataset
from aestudy.datasets.decoding import MAXIMUM_FILE_BYTES, decode_image
from aestudy.datasets.own_files import check_apart, digest_names_and_contents, list_images
from aestudy.datasets.own_images import build
from aestudy.errors import StudyError
from aestudy.files.reading import read_bytes
from aestudy.images import check_images


def load_image_folder(options: Mapping[str, Any], *, rng: np.random.Generator) -> Dataset:
    """Load all images of `path` and, if it is given, test images from `test_path`.

    The images lie either in the folder itself (no labels) or in its subfolders, one for each label; labels
    are numbered from 0 in the sorted order of the subfolders' names. Files are taken in sorted order.

    Args:
        options: `path`, `test_path` (may be `None`), `test_fraction`.
        rng: the stream that draws test images where there is no `test_path`.

    Returns:
        The data set; `provenance["label_names"]` has the subfolders' names.

    Raises:
        StudyError: the folder is missing or empty, or a file is not an 8-bit grayscale image of the size of
            the others.
    """
    path = Path(options["path"]).expanduser()
    files, names = list_images(path)
    images, digest = read_images(path, files)
    # Only the folder's own name: what stands before it depends on the machine.
    folder_name = path.name if path.name not in ("", "..") else "of the study"
    provenance: dict[str, Any] = {
        "origin": f"the user's own images, {len(files):,} files in the folder {folder_name}",
        "files_sha256": {"names and bytes of all files": digest},
        CONTENT: {"path": digest},
    }
    if names:
        provenance["label_names"] = names
    second = None
    if options["test_path"] is not None:
        test_path = Path(options["test_path"]).expanduser()
        check_apart(path, test_path)
        test_files, test_names = list_images(test_path)
        _compare_names(path, names, test_path, test_names)
        test_images, test_digest = read_images(test_path, test_files)
        provenance["files_sha256"]["names and bytes of all test files"] = test_digest
        provenance[CONTENT]["test_path"] = test_digest
        second = (test_images, _number(test_path, test_files, names))
    first = (images, _number(path, files, names))
    return build(first, second, options["test_fraction"], provenance, rng=rng, where=str(path))


def read_images(folder: Path, files: Sequence[Path]) -> tuple[np.ndarray, str]:
    """Read all images into one array (N, H, W), and digest their names and bytes."""
    digests: dict[Path, str] = {}
    images = np.empty((0, 0, 0), np.uint8)
    for index, file in enumerate(files):
        raw = read_bytes(file, maximum_bytes=MAXIMUM_FILE_BYTES)
        digests[file] = hashlib.sha256(raw).hexdigest()
        pixels = decode_image(raw, file)
        if not index:
            images = np.empty((len(files), *pixels.shape), np.uint8)
        elif pixels.shape != images.shape[1:]:
            raise StudyError(
                f"{file}: expected the size of the other images, {images.shape[1]} x {images.shape[2]} "
                f"pixels (height x width, as {files[0].name}), found {pixels.shape[0]} x {pixels.shape[1]}. "
                "Crop or scale the images to one size."
            )
        images[index] = pixels
    check_images(images, where=str(folder))
    return images, digest_names_and_contents(folder, files, digests.__getitem__)


def _compare_names(path: Path, names: list[str], test_path: Path, test_names: list[str]) -> None:
    if bool(names) != bool(test_names):
        raise StudyError(f"{path} and {test_path}: expected subfolders for labels in both or in neither.")
    foreign = sorted(set(test_names) - set(names))
    if foreign:
        raise StudyError(
            f"{test_path}: expected subfolders with the names of those in {path} ({', '.join(names)}), "
            f"found {', '.join(foreign)}."
        )


def _number(folder: Path, files: Sequence[Path], names: Sequence[str]) -> np.ndarray:
    """Give each file the number of its subfolder's name."""
    if not names:
        return np.full(len(files), UNKNOWN_LABEL, np.int64)
    numbers = {name: number for number, name in enumerate(names)}
    return np.array([numbers[file.relative_to(folder).parts[0]] for file in files], np.int64)
