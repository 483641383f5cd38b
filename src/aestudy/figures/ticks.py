"""Tick labels that never overlap: where there is no room for all, some ticks go without."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from aestudy.figures import style

GAP = 0.06
"""Inches between two labels."""


def label_x_ticks(axes: Axes, values: Sequence[float]) -> None:
    """Put a tick at every value of the horizontal axis, and a label where there is room for it.

    The last value always has its label, then those from the first on that overlap no label before.

    Args:
        axes: the axes, with all that is drawn and with their final scale and limits.
        values: ascending.
    """
    labels = [f"{value:g}" for value in values]
    size = style.SETTINGS["xtick.labelsize"]
    widths = [style.text_width(label, size) + GAP for label in labels]
    axes.get_xlim()  # limits that depend on the data are set when somebody asks for them
    pixels = axes.transData.transform([(value, 1.0) for value in values])[:, 0]
    places = [abs(pixel - pixels[0]) / axes.figure.dpi for pixel in pixels]
    for number in range(len(values) - 1):
        kept = [other for other in (*range(number), len(values) - 1) if labels[other]]
        if any(abs(places[number] - places[other]) < (widths[number] + widths[other]) / 2 for other in kept):
            labels[number] = ""
    axes.set_xticks(values, labels)
    axes.minorticks_off()
