"""The user's own images in an `.npz` file."""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.datasets.dataset import CONTENT, UNKNOWN_LABEL, Dataset
from aestudy.datasets.own_files import check_apart, describe_place
from aestudy.datasets.own_images import build, to_8_bits
from aestudy.datasets.watching import NPY_ADVICE, is_npy
from aestudy.errors import StudyError
from aestudy.files.archives import names_in_archive, read_archive

logger = logging.getLogger(__name__)


def load_npz(options: Mapping[str, Any], *, rng: np.random.Generator) -> Dataset:
    """Load images from `path` and, if it is given, test images from `test_path`.

    Both files have an array `images`, uint8 or floats in [0, 1], (N, H, W) or (N, H, W, 1), and may have an
    array `labels` of N integers, each at least 0, or -1 where unknown. Other arrays are left alone.

    Args:
        options: `path`, `test_path` (may be `None`), `test_fraction`.
        rng: the stream that draws test images where there is no `test_path`.

    Returns:
        The data set.

    Raises:
        StudyError: a file is missing or damaged, or an array is not as described.
    """
    path = Path(options["path"]).expanduser()
    first = read_npz(path)
    digest = _digest(path)
    files, content = {path.name: digest}, {"path": digest}
    second = None
    if options["test_path"] is not None:
        test_path = Path(options["test_path"]).expanduser()
        check_apart(path, test_path)
        second = read_npz(test_path)
        # Two files of one name in two folders must both be seen.
        content["test_path"] = _digest(test_path)
        name = test_path.name if test_path.name != path.name else f"test: {test_path.name}"
        files[name] = content["test_path"]
    provenance = {
        "origin": f"the user's own images, {path.name}",
        "files_sha256": files,
        CONTENT: content,
    }
    return build(first, second, options["test_fraction"], provenance, rng=rng, where=str(path))


def read_npz(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read the arrays `images` and, if it is there, `labels`.

    Args:
        path: an `.npz` file.

    Returns:
        Images, uint8 (N, H, W), and labels, int64 (N,), -1 where unknown.

    Raises:
        StudyError: the file is missing or damaged, or an array is not as described.
    """
    found = describe_place(path)
    if found == "a folder":
        raise StudyError(
            f"{path}: expected an .npz file, found a folder. The kind image_folder takes folders with images."
        )
    if found != "a file":
        reason = "no such file" if found == "nothing" else f"expected an .npz file, found {found}"
        raise StudyError(f"{path}: {reason}.")
    if is_npy(path):
        raise StudyError(f"{path}: expected an .npz file, found a single array (.npy); {NPY_ADVICE}.")
    names = names_in_archive(path)
    if "images" not in names:
        raise StudyError(
            f"{path}: expected an array `images`, found {', '.join(sorted(names)) or 'no array'}. "
            "Save it with numpy.savez(path, images=..., labels=...)."
        )
    arrays = read_archive(path, *({"images", "labels"} & names))
    images = to_8_bits(arrays["images"], where=f"{path}, images")
    if "labels" not in arrays:
        logger.info("%s: no labels", path)
        return images, np.full(len(images), UNKNOWN_LABEL, np.int64)
    return images, _check_labels(arrays["labels"], len(images), where=f"{path}, labels")


def _check_labels(labels: np.ndarray, n_images: int, *, where: str) -> np.ndarray:
    if not np.issubdtype(labels.dtype, np.integer):
        raise StudyError(
            f"{where}: expected integers, found dtype {labels.dtype}. Number your classes from 0."
        )
    if labels.shape != (n_images,):
        raise StudyError(
            f"{where}: expected one label for each of the {n_images:,} images, found an array of shape "
            f"{labels.shape}."
        )
    low, high = int(labels.min()), int(labels.max())
    if low < UNKNOWN_LABEL or high > np.iinfo(np.int64).max:
        raise StudyError(f"{where}: expected labels of at least 0, or -1 where unknown; found {low}, {high}.")
    return labels.astype(np.int64)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
