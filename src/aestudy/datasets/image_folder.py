"""The user's own images as files in a folder."""

import hashlib
import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from aestudy.datasets.dataset import UNKNOWN_LABEL, Dataset
from aestudy.datasets.own_images import build, to_8_bits
from aestudy.datasets.sources import is_counted
from aestudy.errors import StudyError

# Pillow's other formats are no pictures of this kind, and some start programs to be read.
FORMATS = ("PNG", "BMP", "TIFF", "PPM", "JPEG")
MAXIMUM_PIXELS = 4096 * 4096
"""Of one image; a larger one is refused before it is decoded."""

TO_GRAY = "Convert the images first, for example with ImageMagick: mogrify -colorspace Gray -depth 8 *.png"


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
    }
    if names:
        provenance["label_names"] = names
    second = None
    if options["test_path"] is not None:
        test_path = Path(options["test_path"]).expanduser()
        test_files, test_names = list_images(test_path)
        _compare_names(path, names, test_path, test_names)
        test_images, test_digest = read_images(test_path, test_files)
        provenance["files_sha256"]["names and bytes of all test files"] = test_digest
        second = (test_images, _number(test_path, test_files, names))
    first = (images, _number(path, files, names))
    return build(first, second, options["test_fraction"], provenance, rng=rng, where=str(path))


class NotAnImageError(StudyError):
    """A file that is no image at all."""


def list_images(folder: Path) -> tuple[list[Path], list[str]]:
    """Name the images of a folder in order, and its labels' names.

    Args:
        folder: it has either images or subfolders with images.

    Raises:
        StudyError: it is missing, empty, or has both.
    """
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise StudyError(f"{folder}: expected a folder with images, found {found}.")
    entries = _entries(folder)
    files = [entry for entry in entries if is_counted(entry)]
    subfolders = [entry for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
    if subfolders and files:
        raise StudyError(
            f"{folder}: expected either images or subfolders with images, one for each label; found the file "
            f"{files[0].name} beside the folder {subfolders[0].name}. Move one of them away."
        )
    for subfolder in subfolders:
        members = _entries(subfolder)
        deeper = [entry for entry in members if entry.is_dir() and not entry.name.startswith(".")]
        if deeper:
            raise StudyError(
                f"{subfolder}: expected images only, found the folder {deeper[0].name}. Labels are the "
                "folders directly below the one that the config names."
            )
        counted = [entry for entry in members if is_counted(entry)]
        if not counted:
            raise StudyError(f"{subfolder}: expected at least one image, found none. Delete the folder.")
        files.extend(counted)
    if not files:
        raise StudyError(f"{folder}: expected images ({', '.join(FORMATS)}), found none.")
    return files, [subfolder.name for subfolder in subfolders]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise StudyError(f"{folder}: cannot be read ({error.strerror or error}).") from None


def read_images(folder: Path, files: Sequence[Path]) -> tuple[np.ndarray, str]:
    """Read all images into one array (N, H, W), and digest their names and bytes."""
    sha = hashlib.sha256()
    images: np.ndarray | None = None
    for index, file in enumerate(files):
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise StudyError(f"{file}: cannot be read ({error.strerror or error}).") from None
        name = file.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        sha.update(b"%d %d\n" % (len(name), len(raw)) + name + raw)
        pixels = decode_image(raw, file)
        if images is None:
            images = np.empty((len(files), *pixels.shape), np.uint8)
        elif pixels.shape != images.shape[1:]:
            raise StudyError(
                f"{file}: expected the size of the other images, {images.shape[1]} x {images.shape[2]} "
                f"pixels (height x width, as {files[0].name}), found {pixels.shape[0]} x {pixels.shape[1]}. "
                "Crop or scale the images to one size."
            )
        images[index] = pixels
    return to_8_bits(images, where=str(folder)), sha.hexdigest()


def decode_image(raw: bytes, file: Path, *, convert: bool = False) -> np.ndarray:
    """Decode one image.

    Args:
        raw: the file's bytes.
        file: its name, for messages.
        convert: turn color into gray and 16 bits into 8 where it is needed.

    Returns:
        uint8 (H, W).

    Raises:
        NotAnImageError: it is no image.
        StudyError: it is a damaged one, or not an 8-bit grayscale image and not to be converted.
    """
    try:
        with warnings.catch_warnings():
            # What Pillow only warns of (absurd sizes, damaged metadata) is a damaged file here.
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
                _check_kind(image, file, convert=convert)
                if image.mode.startswith("I"):
                    # 16 bits; Pillow's own conversion would clip at 255.
                    return np.rint(np.clip(np.asarray(image), 0, 65535) / 257.0).astype(np.uint8)
                if image.mode in ("P", "PA"):
                    return np.asarray(image.convert("RGBA").convert("L"))
                return np.asarray(image.convert("L"))
    except UnidentifiedImageError:
        raise NotAnImageError(
            f"{file}: expected an image ({', '.join(FORMATS)}), found something else. Move it away."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, Warning, Image.DecompressionBombError) as error:
        raise StudyError(f"{file}: expected an image, found a truncated or damaged one ({error}).") from None


def _check_kind(image: Image.Image, file: Path, *, convert: bool) -> None:
    width, height = image.size
    if width * height > MAXIMUM_PIXELS:
        raise StudyError(
            f"{file}: expected at most {MAXIMUM_PIXELS:,} pixels, found {height} x {width} pixels."
        )
    if getattr(image, "n_frames", 1) > 1:
        raise StudyError(f"{file}: expected one image, found {image.n_frames} in one file. Divide it.")
    if image.mode not in ("L", "1") and not (convert and not image.mode.startswith("F")):
        if image.mode.startswith(("I", "F")):
            found = f"more than 8 bits per pixel (mode {image.mode})"
        elif image.mode in ("P", "LA", "PA"):
            found = f"a palette or an alpha channel (mode {image.mode})"
        else:
            found = f"color (mode {image.mode})"
        raise StudyError(f"{file}: expected an 8-bit grayscale image, found {found}. {TO_GRAY}")


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
