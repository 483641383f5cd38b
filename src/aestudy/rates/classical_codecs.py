"""Image codecs that people use, as Pillow brings them: one call from pixels to the bytes of a file.

Every file counts whole, container and header included. `settings` go from few bits to many. To add a codec,
add a line to `CODECS`. Pillow is imported when a codec is used, since the workflow reads the table only.
"""

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from aestudy.errors import StudyError


@dataclass(frozen=True)
class ClassicalCodec:
    """One codec.

    Attributes:
        format: Pillow's name of the format.
        setting: the option that trades quality for bits; empty for a lossless codec.
        settings: its values.
        options: the other options.
        mosaic_options: options that hold for large images instead.
        feature: what Pillow must have been built with.
    """

    format: str
    setting: str
    settings: tuple[float, ...]
    options: Mapping[str, Any]
    mosaic_options: Mapping[str, Any]
    feature: str


CODECS: dict[str, ClassicalCodec] = {
    "jpeg": ClassicalCodec("JPEG", "quality", (2, 4, 6, 8, 12, 20, 35), {"optimize": True}, {}, "jpg"),
    # A raw codestream, without the boxes of a .jp2 file.
    "jpeg2000": ClassicalCodec(
        "JPEG2000", "quality_layers", (14, 16, 18, 20, 22, 24, 27),
        {"quality_mode": "dB", "irreversible": True, "no_jp2": True}, {}, "jpg_2000",
    ),
    "webp": ClassicalCodec("WEBP", "quality", (0, 1, 2, 4, 7, 12, 25), {"method": 6}, {}, "webp"),
    "avif": ClassicalCodec(
        "AVIF", "quality", (4, 7, 9, 12, 16, 20), {"subsampling": "4:0:0", "speed": 8}, {"speed": 6}, "avif"
    ),
    "png": ClassicalCodec("PNG", "", (0,), {"optimize": True}, {}, "zlib"),
    "webp_lossless": ClassicalCodec(
        "WEBP", "", (0,), {"lossless": True, "quality": 80, "method": 4}, {}, "webp"
    ),
}  # fmt: skip


def encode(method: str, pixels: np.ndarray, setting: float, *, mosaic: bool = False) -> bytes:
    """Compress one image.

    Args:
        method: a name of `CODECS`.
        pixels: uint8 (H, W).
        setting: one of the codec's settings.
        mosaic: the image is large and made of many.

    Returns:
        The file.

    Raises:
        StudyError: this Pillow has no such codec.
    """
    from PIL import Image, features

    codec = CODECS[method]
    if not features.check(codec.feature):
        raise StudyError(
            f"{method}: expected a Pillow with {codec.feature}, found one without. Install its wheel."
        )
    options: dict[str, Any] = {**codec.options, **(codec.mosaic_options if mosaic else {})}
    if codec.setting:
        options[codec.setting] = [setting] if codec.setting == "quality_layers" else setting
    if codec.format == "JPEG2000":
        # Each resolution halves the image, which must leave some pixels.
        options["num_resolutions"] = max(1, min(6, int(math.log2(min(pixels.shape))) - 1))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, codec.format, **options)
    return buffer.getvalue()


def decode(method: str, file: bytes) -> np.ndarray:
    """Decompress one image: uint8 (H, W)."""
    from PIL import Image

    with Image.open(io.BytesIO(file), formats=[CODECS[method].format]) as image:
        return np.asarray(image.convert("L"))


def make_mosaic(images: np.ndarray) -> np.ndarray:
    """Set images side by side, row by row, as one that is about as wide as high; places left over are black.

    Args:
        images: uint8 (N, H, W).

    Returns:
        uint8 (rows * H, columns * W).
    """
    count, height, width = images.shape
    columns = max(1, round(math.sqrt(count * height / width)))
    rows = -(-count // columns)
    filled = np.zeros((rows * columns, height, width), np.uint8)
    filled[:count] = images
    return filled.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)


def cut_mosaic(mosaic: np.ndarray, image_shape: tuple[int, int], count: int) -> np.ndarray:
    """Undo `make_mosaic`: uint8 (count, H, W)."""
    height, width = image_shape
    tiles = mosaic.reshape(mosaic.shape[0] // height, height, mosaic.shape[1] // width, width)
    return tiles.swapaxes(1, 2).reshape(-1, height, width)[:count]
