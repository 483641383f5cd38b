"""Rate-distortion curves: PSNR and SSIM over bits per image, one row per packing."""

import itertools
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

from aestudy.figures import style
from aestudy.files.study_tables import RatePoint
from aestudy.metrics.table import METRICS
from aestudy.rates.points import PACKINGS
from aestudy.rates.tables import QUALITIES, Families, add_envelopes, group_curves

QUALITY_LABELS = {name: f"mean {METRICS[name].scale_label}" for name in QUALITIES}
PACKING_TITLES = {
    "together": "one file for all test images (one stream, one mosaic)",
    "per_image": "one file per image, each with its header",
}
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1a1a1a")
MARKERS = "os^Dv<>PX"
WIDTH, HEIGHT = 7.4, 6.0
MOST_WITH_FIVES = 500
"""Largest ratio of sizes for which the labels 1, 2, 5 of each power of ten fit side by side."""


@style.styled
def draw_rate_distortion(points: Sequence[RatePoint], families: Families | None = None) -> Figure:
    """Draw the curves of all methods that lose something.

    Args:
        points: the points of all methods.
        families: the methods that make one curve together: their envelope is a line, their own points are
            marks in its color.
    """
    families = families or {}
    single = group_curves(points)
    in_families = set(itertools.chain.from_iterable(families.values()))
    named = add_envelopes(single, families, "psnr_db")
    methods = list(dict.fromkeys(method for method, _ in named if method not in in_families))
    figure = Figure(figsize=(WIDTH, HEIGHT))
    panels = figure.subplots(len(PACKINGS), len(QUALITY_LABELS), squeeze=False)
    for row, packing in enumerate(PACKINGS):
        for column, (quality, label) in enumerate(QUALITY_LABELS.items()):
            axes = panels[row, column]
            curves = add_envelopes(single, families, quality)
            for number, method in enumerate(methods):
                look = {"color": COLORS[number % len(COLORS)], "marker": MARKERS[number % len(MARKERS)]}
                for member in families.get(method, ()):
                    _draw(
                        axes, single.get((member, packing), []), quality, linestyle="none", alpha=0.35, **look
                    )
                _draw(axes, curves.get((method, packing), []), quality, linewidth=1.0, label=method, **look)
            _scale(axes)
            axes.set_ylabel(label)
            if column == 0:
                axes.set_title(PACKING_TITLES[packing], weight="bold")
            if row == len(PACKINGS) - 1:
                axes.set_xlabel("bits per image")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    width = max(style.text_width(label, 7) for label in labels) + 0.6 if labels else WIDTH
    columns = max(1, int((WIDTH - 0.5) / width))
    below = 0.55 + 0.16 * -(-len(labels) // columns)
    figure.subplots_adjust(left=0.08, right=0.98, top=0.95, bottom=below / HEIGHT, hspace=0.28, wspace=0.22)
    figure.legend(
        handles, labels, loc="lower center", ncols=columns, frameon=False, fontsize=7, borderaxespad=0.2
    )
    return figure


def _draw(axes: Axes, curve: Sequence[RatePoint], quality: str, **look: Any) -> None:
    ordered = sorted(curve, key=lambda point: point.bits_per_image)
    axes.plot(
        [point.bits_per_image for point in ordered],
        [getattr(point, quality) for point in ordered],
        markersize=3,
        **look,
    )


def _scale(axes: Axes) -> None:
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < MOST_WITH_FIVES * low else (1,)))
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.grid(visible=True)
