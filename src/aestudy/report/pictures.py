"""Figures as parts of the page: the file's bytes in a `data:` URI, so that nothing is loaded from elsewhere.

An SVG in an `<img>` can run no script, load nothing, and collide with no name of the page.
"""

import base64
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from aestudy.errors import StudyError

PNG_DOTS_PER_INCH = 144
CSS_DOTS_PER_INCH = 96
POINTS_PER_INCH = 72

_SVG_SIZE = re.compile(rb'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """A figure, ready for an `<img>`: a `data:` URI and its natural size in CSS pixels."""

    uri: str
    width: int
    height: int


def read_picture(path: str | Path) -> Picture:
    """Read an SVG or PNG that `aestudy.figures.style.save` wrote.

    Raises:
        StudyError: the file is neither.
    """
    content = Path(path).read_bytes()
    if content.startswith(_PNG_SIGNATURE):
        width, height = struct.unpack(">II", content[16:24])
        kind, scale = "image/png", CSS_DOTS_PER_INCH / PNG_DOTS_PER_INCH
    elif match := _SVG_SIZE.search(content[:2000]):
        width, height = (float(side) for side in match.groups())
        kind, scale = "image/svg+xml", CSS_DOTS_PER_INCH / POINTS_PER_INCH
        content = _squeeze(content)
    else:
        raise StudyError(
            f"{path}: expected a PNG or SVG figure of this study, found something else. Delete the file and "
            "run the study again."
        )
    encoded = base64.b64encode(content).decode("ascii")
    return Picture(f"data:{kind};base64,{encoded}", round(width * scale), round(height * scale))


def _squeeze(svg: bytes) -> bytes:
    """Leave out what an SVG says for human readers: comments, indentation, rotations by nothing."""
    svg = re.sub(rb"<!--.*?-->", b"", svg, flags=re.DOTALL)
    svg = re.sub(rb' transform="rotate\(-?0 [^"]*\)"', b"", svg)
    return re.sub(rb"\n\s*", b"\n", svg)
