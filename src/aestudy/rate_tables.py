"""Tables of rate-distortion points: all points, delta rates against the anchors, bits at fixed qualities.

`rate_distortion.csv` has the fields of `aestudy.rates.RatePoint` as columns. `bd_rates.csv`: method, packing,
quality (`psnr_db` or `ssim`), anchor, percent, lowest, highest; method and anchor are compared in the same
packing, over the qualities that both reach. `bits_at_quality.csv`: method, packing, psnr_db, bits_per_image,
interpolated between points. What does not exist (no common range, quality not reached) has no row.
"""

import csv
import itertools
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from aestudy.archives import atomic_write
from aestudy.bd_rate import bd_rate, rate_at
from aestudy.rates import RatePoint

ANCHORS = ("jpeg", "webp")
QUALITIES = ("psnr_db", "ssim")
PSNR_LEVELS_DB = (18.0, 20.0, 22.0, 24.0)

DELTA_COLUMNS = ("method", "packing", "quality", "anchor", "percent", "lowest", "highest")
BITS_COLUMNS = ("method", "packing", "psnr_db", "bits_per_image")

Curve = tuple[str, str]
"""Method and packing."""


def group_curves(points: Iterable[RatePoint]) -> dict[Curve, list[RatePoint]]:
    """Sort points into curves, in the order in which these first come; lossless points are on none."""
    curves: dict[Curve, list[RatePoint]] = {}
    for point in points:
        if math.isfinite(point.psnr_db):
            curves.setdefault((point.method, point.packing), []).append(point)
    return curves


def delta_rates(points: Iterable[RatePoint]) -> list[tuple]:
    """Compare every curve with every anchor of its packing: rows of `DELTA_COLUMNS`."""
    curves = group_curves(points)
    rows = []
    for ((method, packing), curve), quality, anchor in itertools.product(curves.items(), QUALITIES, ANCHORS):
        other = curves.get((anchor, packing))
        if other is None or anchor == method:
            continue
        delta = bd_rate(*_columns(other, quality), *_columns(curve, quality))
        if delta is not None:
            rows.append((method, packing, quality, anchor, *delta))
    return rows


def bits_at_qualities(points: Iterable[RatePoint]) -> list[tuple]:
    """Interpolate the bits per image at fixed PSNRs: rows of `BITS_COLUMNS`."""
    rows = []
    for (method, packing), curve in group_curves(points).items():
        for level in PSNR_LEVELS_DB:
            bits = rate_at(*_columns(curve, "psnr_db"), level)
            if bits is not None:
                rows.append((method, packing, level, bits))
    return rows


def write_rows(path: str | Path, columns: Sequence[str], rows: Iterable[tuple]) -> None:
    """Write rows as CSV, numbers with six significant digits."""
    with atomic_write(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(f"{value:.6g}" if isinstance(value, float) else value for value in row)


def _columns(curve: Sequence[RatePoint], quality: str) -> tuple[list[float], list[float]]:
    return [point.bits_per_image for point in curve], [getattr(point, quality) for point in curve]
