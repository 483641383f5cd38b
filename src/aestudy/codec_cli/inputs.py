"""Read the images that a person names on the command line."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aestudy.datasets.idx import decompress, is_gzip, parse_idx
from aestudy.datasets.image_folder import FORMATS, NotAnImageError, decode_image, list_images
from aestudy.datasets.user_npz import read_npz
from aestudy.errors import StudyError

MAXIMUM_IDX_BYTES = 8 * 1024**3
_ZIP_MAGIC = b"PK"
_IDX_MAGIC = b"\0\0"


def read_inputs(paths: Sequence[Path], *, convert: bool) -> np.ndarray:
    """Read images of one size from image files, folders, `.npz` and idx files.

    What a file is, is told from its first bytes.

    Args:
        paths: what to read; the images come in this order, those of a folder by name.
        convert: turn color into gray and 16 bits into 8, and say so on stderr.

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
    return np.concatenate(parts)


def _read(file: Path, convert: bool, converted: list[Path], *, alone: bool) -> np.ndarray:
    """Read one file as uint8 (N, H, W)."""
    try:
        with file.open("rb") as opened:
            start = opened.read(4)
            opened.seek(0)
            if start.startswith(_ZIP_MAGIC) and alone:
                return read_npz(file)[0]
            raw = opened.read()
    except FileNotFoundError:
        raise StudyError(f"{file}: no such file or folder.") from None
    except OSError as error:
        raise StudyError(f"{file}: cannot be read ({error.strerror or error}).") from None
    if alone and (is_gzip(start) or start.startswith(_IDX_MAGIC)):
        content = decompress(raw, where=str(file), maximum_bytes=MAXIMUM_IDX_BYTES)
        images = parse_idx(content, where=str(file), dimensions=3)
        if not images.size:
            raise StudyError(f"{file}: expected at least one image, found none.")
        return images
    try:
        return _decode(raw, file, convert, converted)
    except NotAnImageError:
        if not alone:
            raise
        raise StudyError(
            f"{file}: expected an image ({', '.join(FORMATS)}), an .npz file with an array `images` or an "
            "idx file, found something else."
        ) from None


def _decode(raw: bytes, file: Path, convert: bool, converted: list[Path]) -> np.ndarray:
    """Decode one image as uint8 (1, H, W), and note whether it had to be converted."""
    if not convert:
        return decode_image(raw, file)[None]
    try:
        return decode_image(raw, file)[None]
    except StudyError:
        image = decode_image(raw, file, convert=True)[None]
        converted.append(file)
        return image
