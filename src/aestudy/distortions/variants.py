"""Distorted variants of a data set: how they are made and the files that hold them.

A variant is 8-bit images `(N, H, W)` in the order of the clean ones. A resolved distortion, *spec* below, is
`{"name", "kind", "parameters": {...}}`, or `{"name", "kind", "of": [spec, ...]}` for a composition.
"""

import functools
import json
import logging
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.distortions.composition import Component
from aestudy.distortions.registry import KINDS
from aestudy.errors import StudyError, look_up
from aestudy.files.archives import PROVENANCE, parse_provenance, read_archive, write_archive
from aestudy.images import check_8_bit, digest_images, to_float, to_uint8
from aestudy.seeds import stream

logger = logging.getLogger(__name__)

BLOCK_PIXELS = 2**16
"""Pixels that are distorted at a time: few enough that the arrays of one step stay in the cache of a core."""

Spec = Mapping[str, Any]


def distort_split(
    clean: np.ndarray, spec: Spec, *, study_seed: int, dataset: str, split: str, draw: int = 0,
    block_pixels: int = BLOCK_PIXELS,
) -> np.ndarray:  # fmt: skip
    """Distort the images of one split.

    Args:
        clean: uint8 (N, H, W).
        spec: the resolved distortion.
        study_seed: the `seed` of the config.
        dataset: name of the data set, part of the name of the random streams.
        split: `train` or `test`, part of the name of the random streams.
        draw: number of the draw, part of that name unless it is 0, which is the draw of the variant.
        block_pixels: about how many pixels are distorted at a time; the result does not depend on it.

    Returns:
        uint8 (N, H, W): the distorted images, clipped to [0, 1] and rounded to 8 bits.

    Raises:
        StudyError: the images break the contract, no kind has that name, or a filter does not fit their size.
    """
    check_8_bit(clean, where=f"{dataset}, {split}")
    # A number, so that no component's name can make the same path.
    path = (dataset, spec["name"], split, *([draw] if draw else []))
    distort = _bind(spec, study_seed, path)
    step = max(1, block_pixels // (clean.shape[1] * clean.shape[2]))
    distorted = np.empty_like(clean)
    for start in range(0, len(clean), step):
        block = slice(start, start + step)
        distorted[block] = to_uint8(distort(to_float(clean[block])))
    return distorted


def _bind(spec: Spec, study_seed: int, path: tuple[str | int, ...]) -> Component:
    """Look up the function of a spec and bind its stream, its parameters and its components.

    A component's stream is named by the way to it, so two conditions that use one distortion have different
    noise. A component that is listed twice is told apart by a number, or it would draw the same noise twice.
    """
    kind = look_up(KINDS, spec["kind"], "kind")
    arguments = dict(spec.get("parameters", {}))
    if "of" in spec:
        names = [component["name"] for component in spec["of"]]
        arguments["of"] = tuple(
            _bind(component, study_seed, (*path, name, *([earlier] if earlier else [])))
            for place, (name, component) in enumerate(zip(names, spec["of"], strict=True))
            for earlier in [names[:place].count(name)]
        )
    rng = stream(study_seed, *path, "choice" if "of" in spec else "noise")
    return functools.partial(kind.function, rng=rng, **arguments)


def write_variant(
    path: str | Path, images: np.ndarray, *, spec: Spec, dataset: str, split: str, study_seed: int,
    clean_sha256: str,
) -> None:  # fmt: skip
    """Write a variant and all that it was made from.

    Args:
        path: the `.npz` to make or replace.
        images: uint8 (N, H, W).
        spec: the resolved distortion.
        dataset: name of the data set.
        split: `train` or `test`.
        study_seed: the `seed` of the config.
        clean_sha256: `digest_images` of the clean images.

    Raises:
        StudyError: the images break the contract.
    """
    check_8_bit(images, where=str(path))
    provenance = _provenance(spec, dataset, split, study_seed, clean_sha256)
    write_archive(path, {"images": images}, provenance)


def read_variant(
    path: str | Path, *, spec: Spec | None = None, dataset: str | None = None, split: str | None = None,
    study_seed: int | None = None, clean_sha256: str | None = None,
) -> np.ndarray:  # fmt: skip
    """Read a variant and refuse it if it is not the one that is meant.

    Args:
        path: a file that `write_variant` made.
        spec: the distortion that the file must hold; not compared if None, like all that follow.
        dataset: the data set that it must be of.
        split: the split that it must be of.
        study_seed: the seed that it must be made with.
        clean_sha256: `digest_images` of the clean images that it must be made from.

    Returns:
        uint8 (N, H, W).

    Raises:
        StudyError: the file is missing, damaged or no variant, or was made from something else.
    """
    arrays = read_archive(path, "images", PROVENANCE)
    found = parse_provenance(path, arrays[PROVENANCE])
    expected = _provenance(spec, dataset, split, study_seed, clean_sha256)
    for key, value in expected.items():
        if value is not None and (key not in found or _canonical(found[key]) != _canonical(value)):
            description = _canonical(found[key]) if key in found else "nothing"
            raise StudyError(
                f"{path}: expected a variant with {key} {_canonical(value)}, found {description}. "
                "Delete the file, so that the next run makes it anew."
            )
    check_8_bit(arrays["images"], where=str(path))
    return arrays["images"]


class VariantReader:
    """Reads the variants of one split by the names of their conditions.

    Args:
        paths: the files, in the order of `specs`.
        specs: the resolved distortions that the files must hold.
        dataset: the data set that they must be of.
        split: the split that they must be of.
        study_seed: the seed that they must be made with.
        clean: uint8 (N, H, W), the images that they must be made from.

    Attributes:
        names: the conditions, in the order of `specs`.

    Raises:
        ValueError: there are not as many files as distortions.
    """

    def __init__(
        self, paths: Iterable[str | Path], *, specs: Iterable[Spec], dataset: str, split: str,
        study_seed: int, clean: np.ndarray,
    ) -> None:  # fmt: skip
        self._files = {spec["name"]: (path, spec) for path, spec in zip(paths, specs, strict=True)}
        self.names = list(self._files)
        self._origin: dict[str, Any] = {
            "dataset": dataset, "split": split, "study_seed": study_seed,
            "clean_sha256": digest_images(clean),
        }  # fmt: skip

    def __call__(self, condition: str) -> np.ndarray:
        """Read one variant: uint8 (N, H, W).

        Raises:
            KeyError: no spec has that name.
            StudyError: as `read_variant`.
        """
        path, spec = self._files[condition]
        return read_variant(path, spec=spec, **self._origin)


def variants_of_job(job: Any, clean: np.ndarray) -> VariantReader:
    """Open the test variants that a job reads.

    Args:
        job: has `input.variants`, `wildcards.dataset` and in `params` the `study_seed` and, as JSON, `specs`.
        clean: uint8 (N, H, W), the images that they must be made from.
    """
    return VariantReader(
        job.input.variants, specs=json.loads(job.params.specs), dataset=job.wildcards.dataset, split="test",
        study_seed=job.params.study_seed, clean=clean,
    )  # fmt: skip


def make_variant(
    clean_path: str | Path, variant_path: str | Path, *, spec: Spec, dataset: str, split: str, study_seed: int
) -> None:
    """Distort the images of one file into another.

    Args:
        clean_path: `.npz` with an entry `images`, uint8 (N, H, W).
        variant_path: the `.npz` to make or replace.
        spec: the resolved distortion.
        dataset: name of the data set.
        split: `train` or `test`.
        study_seed: the `seed` of the config.

    Raises:
        StudyError: the clean images are missing or break the contract, or a filter does not fit their size.
    """
    clean = read_archive(clean_path, "images")["images"]
    check_8_bit(clean, where=str(clean_path))
    started = time.perf_counter()
    images = distort_split(clean, spec, study_seed=study_seed, dataset=dataset, split=split)
    seconds = time.perf_counter() - started
    logger.info("%s", _canonical(spec))
    logger.info("Distorted %d images of %d x %d in %.2f s", *images.shape, seconds)
    write_variant(
        variant_path, images, spec=spec, dataset=dataset, split=split, study_seed=study_seed,
        clean_sha256=digest_images(clean),
    )  # fmt: skip


def _provenance(
    spec: Spec | None, dataset: str | None, split: str | None, study_seed: int | None,
    clean_sha256: str | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "dataset": dataset, "split": split, "distortion": spec, "study_seed": study_seed,
        "clean_sha256": clean_sha256,
    }  # fmt: skip


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
