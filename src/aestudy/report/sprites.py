"""Example images for every cell of the matrix, packed into one gray PNG per model.

Of the examples that an evaluation keeps, each cell shows the best, the median and the worst. The error map is
not stored: the page computes it from the decoded and the original image.
"""

import base64
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from aestudy.files.archives import PROVENANCE, parse_provenance, read_archive
from aestudy.report.explorer import picture_name
from aestudy.scoring.method_names import TRAINED_METHODS

PLACES = ("best", "median", "worst")

MOST_PIXELS = 2_500_000
"""Pixels of all pictures together; larger images are shrunk by a whole factor until they fit."""

SMALLEST_SIDE = 8
"""Pixels; where images would have to shrink below this, none are shown."""


@dataclass(frozen=True)
class Examples:
    """What is shown of one model or baseline.

    Attributes:
        name: what `explorer.picture_name` gives for a model, the method of a baseline.
        chosen: int (T, P), which of the kept images are the best, the median and the worst.
        psnr_db: float (T, P), their PSNR against the clean originals; may be infinite.
        images: uint8 (T, P, H, W), the outputs.
        seed: the model's seed; None for a baseline.
    """

    name: str
    chosen: np.ndarray
    psnr_db: np.ndarray
    images: np.ndarray
    seed: int | None = None


def read_examples(path: str | Path) -> Examples:
    """Choose the best, median and worst example of every tested condition, by MSE against the original.

    Raises:
        StudyError: the file of scores is missing, damaged, or does not hold scores.
    """
    arrays = read_archive(path, "examples", "mse.clean", "psnr_db.clean", PROVENANCE)
    names = parse_provenance(path, arrays[PROVENANCE])
    pictures = arrays["examples"]
    kept = pictures.shape[1]
    order = np.argsort(arrays["mse.clean"][:, :kept], axis=1, kind="stable")
    chosen = order[:, _places(kept)]
    rows = np.arange(len(pictures))[:, np.newaxis]
    method = names["method"]
    is_model = method in TRAINED_METHODS
    return Examples(
        picture_name(method, names["objective"], names["trained_on"]) if is_model else method,
        chosen,
        arrays["psnr_db.clean"][rows, chosen],
        pictures[rows, chosen],
        names["seed"],
    )


def pack(clean: np.ndarray, distorted: np.ndarray, examples: Iterable[Examples]) -> dict[str, Any]:
    """Pack all pictures for the page.

    Args:
        clean: uint8 (K, H, W), the first test images.
        distorted: uint8 (T, K, H, W), the same images under every tested condition.
        examples: of every model and baseline.

    Returns:
        `width`, `height` and `factor` of one picture; `places`; `clean` and `distorted` (rows: conditions) as
        sprites of K pictures in a row; `models`: name -> `sprite` with one row per condition and one column
        per place, `seed`, `chosen` and `psnrDb`, lists with one row per condition. Empty where the pictures
        are too large to be shown.
    """
    examples = list(examples)
    if not clean.size or not examples:
        return {}
    height, width = clean.shape[1:]
    count = len(clean) + distorted.shape[0] * distorted.shape[1]
    count += sum(one.chosen.size for one in examples)
    factor = max(1, math.ceil(math.sqrt(count * height * width / MOST_PIXELS)))
    if factor > 1 and min(height, width) // factor < SMALLEST_SIDE:
        return {}
    return {
        "width": width // factor,
        "height": height // factor,
        "factor": factor,
        "places": list(PLACES[: examples[0].chosen.shape[1]]),
        "clean": _sprite(clean[np.newaxis], factor),
        "distorted": _sprite(distorted, factor),
        "models": {one.name: _describe(one, factor) for one in examples},
    }


def _places(kept: int) -> list[int]:
    """Choose ranks: the best, the lower median and the worst; fewer where there are fewer images."""
    return [0, (kept - 1) // 2, kept - 1] if kept >= len(PLACES) else list(range(kept))


def _describe(one: Examples, factor: int) -> Mapping[str, Any]:
    return {
        "sprite": _sprite(one.images, factor),
        "seed": one.seed,
        "chosen": one.chosen.tolist(),
        "psnrDb": [
            [round(float(value), 2) if math.isfinite(value) else "inf" for value in row]
            for row in one.psnr_db
        ],
    }


def _sprite(images: np.ndarray, factor: int) -> str:
    """Lay images (rows, columns, H, W) edge to edge in one PNG, as a `data:` URI."""
    rows, columns, height, width = images.shape
    height, width = height // factor, width // factor
    images = images[:, :, : height * factor, : width * factor]
    if factor > 1:
        blocks = images.reshape(rows, columns, height, factor, width, factor)
        images = np.rint(blocks.mean(axis=(3, 5))).astype(np.uint8)
    sheet = images.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(sheet)).save(file, format="PNG", compress_level=9)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
