"""Decode an image file to 8-bit gray, as a person sees it: upright, and only if its values are understood."""

import io
import struct
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from aestudy.datasets.own_files import FORMATS
from aestudy.errors import StudyError

MAXIMUM_PIXELS = 4096 * 4096
"""Of one image; a larger one is refused before it is decoded."""

MAXIMUM_FILE_BYTES = 256 * 1024**2
"""Of one image file: twice what the largest image takes with four channels of 16 bits, not compressed."""

TO_GRAY = "Convert the images first, for example with ImageMagick: mogrify -colorspace Gray -depth 8 *.png"
ONTO_WHITE = (
    "Put the images on a background first, for example with ImageMagick: "
    "mogrify -background white -alpha remove -alpha off -colorspace Gray *.png"
)

_CONVERTIBLE = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "YCbCr")
_WITH_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")

_BITS_PER_SAMPLE, _PHOTOMETRIC, _SAMPLES_PER_PIXEL, _SAMPLE_FORMAT = 258, 262, 277, 339
_BLACK_IS_ZERO, _UNSIGNED = 1, (1,)


class NotAnImageError(StudyError):
    """A file that is no image at all."""


def decode_image(raw: bytes, file: Path, *, convert: bool = False) -> np.ndarray:
    """Decode one image, turned as its EXIF orientation says.

    Args:
        raw: the file's bytes.
        file: its name, for messages.
        convert: turn color into gray, and unsigned 16 bits into 8. Other values (signed, 32 bits, 16-bit
            negatives, transparent pixels) are refused all the same.

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
                _check_size(image, file)
                _check_kind(image, file, convert=convert)
                image.load()
                return _to_gray(_turn_upright(image, file), file)
    except UnidentifiedImageError:
        raise NotAnImageError(
            f"{file}: expected an image ({', '.join(FORMATS)}), found something else. Move it away."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, Warning, Image.DecompressionBombError) as error:
        raise StudyError(f"{file}: expected an image, found a truncated or damaged one ({error}).") from None


def _check_size(image: Image.Image, file: Path) -> None:
    width, height = image.size
    if width * height > MAXIMUM_PIXELS:
        raise StudyError(
            f"{file}: expected at most {MAXIMUM_PIXELS:,} pixels, found {height} x {width} pixels."
        )
    if (frames := getattr(image, "n_frames", 1)) > 1:
        raise StudyError(f"{file}: expected one image, found {frames} in one file. Divide it.")


def _check_kind(image: Image.Image, file: Path, *, convert: bool) -> None:
    """Refuse an image whose values do not mean 8-bit gray, or cannot be made so."""
    mode = image.mode
    if (found := _strange_samples(image)) is not None:
        raise StudyError(f"{file}: expected an 8-bit grayscale image, found {found} (mode {mode}). {TO_GRAY}")
    if convert and (mode in _CONVERTIBLE or _is_16_bit_gray(image)):
        return
    if mode not in ("L", "1"):
        if mode.startswith(("I", "F")):
            found = "more than 8 bits per pixel"
        elif mode in ("P", *_WITH_ALPHA):
            found = "a palette or an alpha channel"
        else:
            found = "color"
        refused = " that --convert does not understand" if convert else ""
        raise StudyError(
            f"{file}: expected an 8-bit grayscale image, found {found} (mode {mode}){refused}. {TO_GRAY}"
        )
    if "transparency" in image.info:
        raise StudyError(
            f"{file}: expected an 8-bit grayscale image, found one with a transparent gray. {ONTO_WHITE}"
        )


def _strange_samples(image: Image.Image) -> str | None:
    """Name what Pillow passes over in a TIFF: signed values, further channels, other numbers of bits."""
    if not isinstance(image, TiffImageFile) or image.mode not in ("L", "I;16", "I;16B", "I;16L"):
        return None
    tags = image.tag_v2
    bits = tags.get(_BITS_PER_SAMPLE, (1,))
    if tags.get(_SAMPLE_FORMAT, _UNSIGNED)[:1] != _UNSIGNED:
        return "signed values"
    if tags.get(_SAMPLES_PER_PIXEL, 1) != 1:
        return "a second channel"
    if image.mode != "L" and bits != (16,):
        return f"{bits[0]} bits per pixel"
    if image.mode != "L" and tags.get(_PHOTOMETRIC) != _BLACK_IS_ZERO:
        return "16 bits per pixel with white as 0"
    return None


def _is_16_bit_gray(image: Image.Image) -> bool:
    """Tell whether values are unsigned, from 0 for black to 65535 for white."""
    wide = {"PNG": ("I;16", "I;16B", "I"), "PPM": ("I;16", "I;16B", "I"), "TIFF": ("I;16", "I;16B", "I;16L")}
    return image.mode in wide.get(image.format or "", ()) and "transparency" not in image.info


def _turn_upright(image: Image.Image, file: Path) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, struct.error, Warning) as error:
        raise StudyError(
            f"{file}: its metadata (EXIF) is damaged, so that nobody knows which side is up ({error}). Turn "
            "the image if it needs it, and remove the metadata: mogrify -strip FILE."
        ) from None


def _to_gray(image: Image.Image, file: Path) -> np.ndarray:
    if image.mode.startswith("I"):
        # 16 bits; Pillow's own conversion would clip at 255.
        return np.rint(np.clip(np.asarray(image), 0, 65535) / 257.0).astype(np.uint8)
    if image.mode in ("P", *_WITH_ALPHA) or "transparency" in image.info:
        image = image.convert("RGBA")
        if np.asarray(image)[..., 3].min() < 255:
            raise StudyError(f"{file}: expected no transparent pixels, found some. {ONTO_WHITE}")
    return np.asarray(image.convert("L"))
