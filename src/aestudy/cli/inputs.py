"""Read the images that a person names on the command line."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aestudy.datasets.decoding import MAXIMUM_FILE_BYTES, NotAnImageError, decode_image
from aestudy.datasets.idx import decompress, is_gzip, parse_idx
from aestudy.datasets.own_files import FORMATS, describe_place, list_images
from aestudy.datasets.user_npz import read_npz
from aestudy.errors import StudyError
from aestudy.files.reading import first_bytes, read_bytes

MAXIMUM_IDX_BYTES = 2 * 1024**3
"""2.7 million images of 28 x 28 pixels; few bytes with gzip can stand for very many."""

_ZIP_MAGIC = b"PK"
_NPY_MAGIC = b"\x93NUMPY"
_IDX_MAGIC = b"\0\0"


def read_inputs(paths: Sequence[Path], *, convert: bool) -> np.ndarray:
    """Read images of one size from image files, folders, `.npz` and idx files.

    What a file is, is told from its first bytes.

    Args:
        paths: what to read; the images come in this order, those of a folder by name.
        convert: turn color into gray and unsigned 16 bits into 8, and say so on stderr.

    Returns:
        uint8 (N, H, W), N ≥ 1.

    Raises:
        StudyError: something is missing, damaged, no image, or of another size than the rest.
    """
    parts: list[np.ndarray] = []
    converted: list[Path] = []
    for path in paths:
        files = list_images(path)[0] if path.is_dir() else [path]
        for file in files:
            images = _read(file, convert, converted, alone=not path.is_dir())
            if parts and images.shape[1:] != parts[0].shape[1:]:
                raise StudyError(
                    f"{file}: expected the size of the images before, {parts[0].shape[1]} x "
                    f"{parts[0].shape[2]} pixels (height x width), found {images.shape[1]} x "
                    f"{images.shape[2]}. Encode images of different sizes into files of their own."
                )
            parts.append(images)
    if converted:
        others = f" and {len(converted) - 1} others" if len(converted) > 1 else ""
        print(f"notice: converted to 8-bit gray: {converted[0]}{others}", file=sys.stderr)
    images = np.concatenate(parts)
    if images.max() <= 1:
        print("notice: no value is above 1 of 255, the images are black or nearly so", file=sys.stderr)
    return images


def _read(file: Path, convert: bool, converted: list[Path], *, alone: bool) -> np.ndarray:
    """Read one file as uint8 (N, H, W)."""
    found = describe_place(file)
    if found == "nothing":
        raise StudyError(f"{file}: no such file or folder.")
    if found != "a file":
        raise StudyError(f"{file}: expected a file or a folder with images, found {found}.")
    start = first_bytes(file, 8)
    if alone and start.startswith((_ZIP_MAGIC, _NPY_MAGIC)):
        return read_npz(file)[0]
    if alone and (is_gzip(start) or start.startswith(_IDX_MAGIC)):
        return _read_idx(file)
    try:
        return _decode(read_bytes(file, maximum_bytes=MAXIMUM_FILE_BYTES), file, convert, converted)
    except NotAnImageError:
        if not alone:
            raise
        raise StudyError(
            f"{file}: expected an image ({', '.join(FORMATS)}), an .npz file with an array `images` or an "
            "idx file, found something else."
        ) from None


def _read_idx(file: Path) -> np.ndarray:
    raw = read_bytes(file, maximum_bytes=MAXIMUM_IDX_BYTES)
    content = decompress(raw, where=str(file), maximum_bytes=MAXIMUM_IDX_BYTES)
    images = parse_idx(content, where=str(file), dimensions=3)
    if not images.size:
        raise StudyError(f"{file}: expected at least one image, found none.")
    return images


def _decode(raw: bytes, file: Path, convert: bool, converted: list[Path]) -> np.ndarray:
    """Decode one image as uint8 (1, H, W), and note whether it had to be converted."""
    try:
        return decode_image(raw, file)[None]
    except StudyError:
        if not convert:
            raise
        image = decode_image(raw, file, convert=True)[None]
        converted.append(file)
        return image
