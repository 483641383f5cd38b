"""Tables of rate-distortion points: all points, delta rates against the anchors, bits at fixed qualities.

`aestudy.files.study_tables` has the columns. Method and anchor are compared in the same packing, over the
qualities that both reach; bits at a quality are interpolated between points. What does not exist (no common
range, quality not reached) has no row.

Models that differ only in the price of a bit in training also make one method together, `... envelope`: the
upper hull of all their points, quality over bits. The table of all points has measured ones only.
"""

import itertools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from aestudy.files.csv_tables import write_table
from aestudy.files.study_tables import BitsRow, DeltaRateRow, RatePoint
from aestudy.rates.bd_rate import bd_rate, rate_at
from aestudy.rates.points import PACKINGS, write_points

ANCHORS = ("jpeg", "webp")
QUALITIES = ("psnr_db", "ssim")
PSNR_LEVELS_DB = (18.0, 20.0, 22.0, 24.0)

Curve = tuple[str, str]
"""Method and packing."""

Families = Mapping[str, Sequence[str]]
"""Name of an envelope -> the methods that it is made of."""


def group_curves(points: Iterable[RatePoint]) -> dict[Curve, list[RatePoint]]:
    """Sort points into curves, in the order in which these first come; lossless points are on none."""
    curves: dict[Curve, list[RatePoint]] = {}
    for point in points:
        if math.isfinite(point.psnr_db):
            curves.setdefault((point.method, point.packing), []).append(point)
    return curves


def upper_hull(points: Iterable[RatePoint], quality: str) -> list[RatePoint]:
    """Find the points that no mixture of two others beats: the upper convex hull of quality over bits.

    Up to the best quality only; more bits for less quality are on no hull. A. M. Andrew, Another efficient
    algorithm for convex hulls in two dimensions, Information Processing Letters 9 (1979).

    Args:
        points: lossy points of one packing.
        quality: one of `QUALITIES`.

    Returns:
        Some of the points, from few bits to many.
    """
    hull: list[RatePoint] = []
    for point in sorted(points, key=lambda point: (point.bits_per_image, -getattr(point, quality))):
        if hull and getattr(point, quality) <= getattr(hull[-1], quality):
            continue
        while len(hull) > 1 and _slope(hull[-1], point, quality) >= _slope(hull[-2], hull[-1], quality):
            hull.pop()
        hull.append(point)
    return hull


def _slope(left: RatePoint, right: RatePoint, quality: str) -> float:
    return (getattr(right, quality) - getattr(left, quality)) / (right.bits_per_image - left.bits_per_image)


def add_envelopes(
    curves: Mapping[Curve, list[RatePoint]], families: Families, quality: str
) -> dict[Curve, list[RatePoint]]:
    """Add the envelope of each family in each packing, right behind the last of its methods."""
    behind: dict[Curve, list[tuple[Curve, list[RatePoint]]]] = {}
    for (name, methods), packing in itertools.product(families.items(), PACKINGS):
        members = [curve for curve in curves if curve[1] == packing and curve[0] in methods]
        if members:
            points = itertools.chain.from_iterable(curves[curve] for curve in members)
            behind.setdefault(members[-1], []).append(((name, packing), upper_hull(points, quality)))
    return {name: curve for own in curves.items() for name, curve in [own, *behind.get(own[0], ())]}


def delta_rates(points: Iterable[RatePoint], families: Families) -> list[DeltaRateRow]:
    """Compare every curve with every anchor of its packing; a family makes one curve of its own."""
    single = group_curves(points)
    envelopes = {quality: add_envelopes(single, families, quality) for quality in QUALITIES}
    rows = []
    for (method, packing), quality, anchor in itertools.product(envelopes[QUALITIES[0]], QUALITIES, ANCHORS):
        curves = envelopes[quality]
        curve = curves[method, packing]
        other = curves.get((anchor, packing))
        if other is None or anchor == method:
            continue
        delta = bd_rate(*_columns(other, quality), *_columns(curve, quality))
        if delta is not None:
            rows.append(DeltaRateRow(method, packing, quality, anchor, *delta))
    return rows


def bits_at_qualities(points: Iterable[RatePoint], families: Families) -> list[BitsRow]:
    """Interpolate the bits per image at fixed PSNRs; a family makes one curve of its own."""
    rows = []
    for (method, packing), curve in add_envelopes(group_curves(points), families, "psnr_db").items():
        for level in PSNR_LEVELS_DB:
            bits = rate_at(*_columns(curve, "psnr_db"), level)
            if bits is not None:
                rows.append(BitsRow(method, packing, level, bits))
    return rows


def write_tables(
    points: Sequence[RatePoint],
    families: str,
    points_path: str | Path,
    delta_path: str | Path,
    bits_path: str | Path,
) -> dict[str, list[str]]:
    """Write all tables of rate-distortion points, and give the families.

    `families` is name of a family -> its members, as JSON (`aestudy.settings.rate_families`).
    """
    members = json.loads(families)
    write_points(points_path, points)
    write_table(delta_path, DeltaRateRow, delta_rates(points, members))
    write_table(bits_path, BitsRow, bits_at_qualities(points, members))
    return members


def _columns(curve: Sequence[RatePoint], quality: str) -> tuple[list[float], list[float]]:
    return [point.bits_per_image for point in curve], [getattr(point, quality) for point in curve]
