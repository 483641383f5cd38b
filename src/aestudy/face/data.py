"""Load images and distort them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from aestudy import datasets
from aestudy.datasets.dataset import Dataset
from aestudy.distortions.registry import KINDS
from aestudy.distortions.variants import Spec, distort_split
from aestudy.face.refusals import refuse
from aestudy.images import check_8_bit
from aestudy.settings.conditions import read_catalog
from aestudy.settings.problems import Problems, join, suggest, write_found
from aestudy.settings.sources import read_sources


def load_dataset(kind: str, *, seed: int = 0, **options: Any) -> Dataset:
    """Load a data set.

    Args:
        kind: `mnist5k`, `mnist`, `fashion_mnist`, `npz` or `image_folder`, a key of
            `aestudy.datasets.SOURCES`.
        seed: decides the split of images that bring none.
        **options: those of the kind, as a config may set them (docs/datasets.md).

    Returns:
        Images as uint8 (N, H, W) and labels as int64 (N,), both in a training and a test part.

    Raises:
        StudyError: the kind or an option is unknown or not allowed, or a file is missing or damaged.

    Example:
        >>> digits = load_dataset("mnist5k", train_images=100, test_images=20)
        >>> digits.train_images.shape, digits.test_images.dtype
        ((100, 28, 28), dtype('uint8'))
    """
    problems = Problems()
    if kind not in datasets.SOURCES:
        problems.add(("kind",), _unknown(kind, datasets.SOURCES))
        refuse("load_dataset", problems)
    sources = read_sources({kind: {"kind": kind, **options}}, problems)
    refuse("load_dataset", problems, depth=2)
    return datasets.load(kind, sources[kind].options, study_seed=seed, dataset=kind)


def distort(images: np.ndarray, kind: str, *, seed: int = 0, **parameters: Any) -> np.ndarray:
    """Distort images.

    Args:
        images: uint8 (N, H, W).
        kind: a key of `KINDS`, such as `white` or `median`.
        seed: decides the noise; an image's noise depends on the seed, the kind and the image's place.
        **parameters: those of the kind, `KINDS[kind].parameters`. The kinds `chain` and `mixture` take `of`,
            a list of distortions, each `{"kind": ..., parameter: ...}`.

    Returns:
        uint8 (N, H, W).

    Raises:
        StudyError: the images are not uint8, the kind or a parameter is unknown, or a value is not allowed.

    Example:
        >>> gray = np.full((2, 8, 8), 128, np.uint8)
        >>> distort(gray, "white", sigma=0.1, seed=1)[0, 0, :4]
        array([ 85, 121,  64, 114], dtype=uint8)
        >>> both = distort(gray, "chain", of=[{"kind": "white", "sigma": 0.1}, {"kind": "mean", "size": 3}])
        >>> both.shape
        (2, 8, 8)
        >>> distort(gray, "white", sigma=-5)
        Traceback (most recent call last):
        aestudy.errors.StudyError: distort: white.sigma: expected a number from 0 to 10 (white = 1), found -5.
    """
    check_8_bit(images, where="distort")
    return distort_split(images, _resolve(kind, parameters), study_seed=seed, dataset="images", split="all")


def _resolve(kind: str, parameters: Mapping[str, Any]) -> Spec:
    """Check a distortion as a config's and resolve it."""
    problems = Problems()
    entries: dict[str, Any] = {}
    name = _enter({"kind": kind, **parameters}, (), entries, problems)
    refuse("distort", problems)
    catalog = read_catalog(entries, problems)
    refuse("distort", problems, depth=1)
    return catalog.members[name]


def _enter(entry: Any, place: tuple[str | int, ...], entries: dict[str, Any], problems: Problems) -> str:
    """Put a distortion and those that it is made of into a catalog, each under a name of its own."""
    kind = entry.get("kind") if isinstance(entry, Mapping) else None
    if kind not in KINDS:
        found = _unknown(kind, KINDS) if isinstance(kind, str) else "expected {'kind': ..., parameter: ...}"
        problems.add((*place, "kind"), found)
        return ""
    plain = {key: value.item() if isinstance(value, np.generic) else value for key, value in entry.items()}
    for key, value in plain.items():
        if isinstance(value, list | tuple) and key != "of":
            problems.add((*place, key), f"expected one number, found {write_found(value)}")
    same = sum(known["kind"] == kind for known in entries.values())
    # Only the kind clean may, and must, be called so.
    name = f"{kind}-{same + 1}" if same and kind != "clean" else kind
    entries[name] = plain
    if KINDS[kind].composed and "of" in plain:
        if not isinstance(plain["of"], list | tuple):
            problems.add((*place, "of"), f"expected a list of distortions, found {write_found(plain['of'])}")
            return name
        plain["of"] = [
            _enter(part, (*place, "of", index), entries, problems) for index, part in enumerate(plain["of"])
        ]
    return name


def _unknown(kind: str, known: Mapping[str, Any]) -> str:
    return f"unknown kind {kind!r}{suggest(kind, known)}; allowed are {join(known)}"
