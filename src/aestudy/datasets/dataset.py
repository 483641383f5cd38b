"""Load a data set of any kind, and write and read its two files."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.datasets.sources import complete_options, find_loader, locating_options
from aestudy.errors import StudyError
from aestudy.files.archives import PROVENANCE, parse_provenance, read_archive, read_provenance, write_archive
from aestudy.images import check_images
from aestudy.seeds import stream

logger = logging.getLogger(__name__)

UNKNOWN_LABEL = -1
"""Label of an image that has none."""

DARK = 31
"""Where no value is above this, the images have likely fewer bits than 8: 4 bits end at 15, scikit-learn's
digits at 16, 5 bits at 31."""

CONTENT = "content_sha256"
"""Entry of the provenance: option -> digest of the user's own files that it names."""


@dataclass(frozen=True)
class Dataset:
    """Clean images in two parts.

    Attributes:
        train_images: uint8 (N, H, W).
        train_labels: int64 (N,), -1 where unknown.
        test_images: uint8 (M, H, W), the same H and W.
        test_labels: int64 (M,).
        provenance: what JSON can hold: where the images come from, how they were divided, SHA-256 of the
            content. No absolute path, nothing that depends on the machine or on where a file was found.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    provenance: Mapping[str, Any]


def content_digest(array: np.ndarray) -> str:
    """Compute the SHA-256 of an array's values in C order, without shape and dtype, in hexadecimal."""
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()


def load(kind: str, options: Mapping[str, Any], *, study_seed: int, dataset: str) -> Dataset:
    """Load a data set.

    Args:
        kind: a key of `aestudy.datasets.SOURCES`.
        options: the options of that kind.
        study_seed: the study's seed; it decides the split of images that bring none.
        dataset: the name of the data set in the study; it is a part of the random stream's name.

    Returns:
        The images, checked, with complete provenance.

    Raises:
        StudyError: an option, a file or an image is not as it should be, or a file cannot be got.
    """
    complete = complete_options(kind, options)
    loaded = find_loader(kind)(complete, rng=stream(study_seed, dataset, "split"))
    _check(loaded, where=f"data set {dataset}")
    suspicions = find_suspicions(loaded)
    provenance = {
        "dataset": dataset,
        "kind": kind,
        **loaded.provenance,
        **({"warnings": suspicions} if suspicions else {}),
        "image_shape": list(loaded.train_images.shape[1:]),
        "parts": {
            split: {
                "n_images": len(images),
                "images_sha256": content_digest(images),
                "labels_sha256": content_digest(labels),
            }
            for split, images, labels in _parts(loaded)
        },
    }
    logger.info(
        "%s: %d training and %d test images of %d x %d pixels",
        dataset, len(loaded.train_images), len(loaded.test_images), *loaded.train_images.shape[1:],
    )  # fmt: skip
    return Dataset(
        loaded.train_images, loaded.train_labels, loaded.test_images, loaded.test_labels, provenance
    )


def load_source(key: str, config_options: Mapping[str, Any], *, dataset: str) -> Dataset:
    """Load what `aestudy.datasets.source_key` wrote down.

    Args:
        key: its JSON; it decides the content.
        config_options: the source as it stands in the config. Only the options that say where to look for
            files are taken from it.
        dataset: the name of the data set in the study.

    Returns:
        As `load`.

    Raises:
        StudyError: as `load`.
    """
    source = json.loads(key)
    options = {**source["options"], **locating_options(source["kind"], config_options)}
    loaded = load(source["kind"], options, study_seed=source.get("seed", 0), dataset=dataset)
    planned, found = source.get("content"), loaded.provenance.get(CONTENT)
    if planned is not None and planned != found:
        changed = [str(options[name]) for name in planned if planned[name] != (found or {}).get(name)]
        raise StudyError(
            f"{', '.join(changed)}: changed while the run was at work; expected the content with the SHA-256 "
            f"{', '.join(planned.values())}. Run again when it changes no more."
        )
    return loaded


def fetched_content(train_path: str | Path) -> dict[str, str] | None:
    """Read what the user's own files held when a data set was fetched, as `source_content` says it.

    None where nothing says it, as when the training part is missing.
    """
    if not Path(train_path).is_file():
        return None
    try:
        content = read_provenance(train_path).get(CONTENT)
    except StudyError:
        return None
    return content if isinstance(content, dict) else None


def write_dataset(dataset: Dataset, *, train_path: str | Path, test_path: str | Path) -> None:
    """Write the two parts of a data set as `.npz` files with the arrays `images` and `labels`."""
    common = {key: value for key, value in dataset.provenance.items() if key != "parts"}
    paths = {"train": train_path, "test": test_path}
    for split, images, labels in _parts(dataset):
        provenance = {**common, "split": split, **dataset.provenance["parts"][split]}
        write_archive(paths[split], {"images": images, "labels": labels}, provenance)


def read_split(path: str | Path) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Read one of the files that `write_dataset` made.

    Args:
        path: the file.

    Returns:
        Images uint8 (N, H, W), labels int64 (N,), and the provenance.

    Raises:
        StudyError: the file is damaged, is of another kind, or its images are not those it was written with.
    """
    entries = read_archive(path, "images", "labels", PROVENANCE)
    images, labels = entries["images"], entries["labels"]
    provenance = parse_provenance(path, entries[PROVENANCE])
    check_images(images, where=str(path))
    if images.dtype != np.uint8 or labels.dtype != np.int64 or labels.shape != (len(images),):
        raise StudyError(
            f"{path}: expected uint8 images and one int64 label each, found {images.dtype} images and "
            f"{labels.dtype} labels of shape {labels.shape}."
        )
    if provenance.get("images_sha256") != content_digest(images):
        raise StudyError(f"{path}: its images are not those that its provenance names. Delete the file.")
    return images, labels, provenance


def find_suspicions(dataset: Dataset) -> list[str]:
    """Say in whole sentences what is allowed and yet seldom meant, for the screen and the report."""
    found = []
    for split, images, _ in _parts(dataset):
        if (brightest := int(images.max())) <= DARK:
            part = "training" if split == "train" else "test"
            found.append(
                f"The {part} images are very dark: no value is above {brightest} of 255. If {brightest} is "
                f"meant to be white, multiply the values by {255 / max(brightest, 1):g}."
            )
    known = np.unique(dataset.train_labels[dataset.train_labels != UNKNOWN_LABEL])
    unread = ~np.isin(dataset.test_labels, known)
    labeled = (dataset.test_labels != UNKNOWN_LABEL).any()
    if unread.any() and (len(known) > 1 or labeled):
        found.append(
            f"The accuracy is left out: {unread.sum():,} of {len(unread):,} test images have no label that "
            "training images have."
        )
    return found


def _parts(dataset: Dataset) -> tuple[tuple[str, np.ndarray, np.ndarray], ...]:
    return (
        ("train", dataset.train_images, dataset.train_labels),
        ("test", dataset.test_images, dataset.test_labels),
    )


def _check(dataset: Dataset, *, where: str) -> None:
    for split, images, labels in _parts(dataset):
        check_images(images, where=f"{where}, {split} part")
        if images.dtype != np.uint8 or labels.dtype != np.int64 or labels.shape != (len(images),):
            raise TypeError(f"{where}: a loader must return uint8 images and as many int64 labels")
    if dataset.train_images.shape[1:] != dataset.test_images.shape[1:]:
        train, test = ("{} x {}".format(*images.shape[1:]) for _, images, _ in _parts(dataset))
        raise StudyError(
            f"{where}: expected training and test images of one size, found {train} and {test} pixels."
        )
