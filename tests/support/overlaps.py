"""Where the text of a figure lies, turned text as well, and which pieces lie on each other or outside."""

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from aestudy.figures import style

SLACK = 1.0
"""Pixels by which boxes may touch: a box is a little larger than its letters."""


def corners_of(left, bottom, right, top):
    return np.array([(left, bottom), (right, bottom), (right, top), (left, top)], float)


def overlap(one, other):
    """Say whether two rectangles, each 4 corners in order, share more than their edges."""
    for corners in (one, other):
        for first, second in ((0, 1), (1, 2)):
            axis = corners[second] - corners[first]
            length = np.hypot(*axis)
            if not length:
                return False
            left, right = (np.sort(shape @ axis / length)[[0, -1]] for shape in (one, other))
            if min(left[1], right[1]) - max(left[0], right[0]) <= SLACK:
                return False
    return True


def overlapping(texts):
    """List the pairs of texts that overlap, of (content, corners)."""
    low, high = (pick([box for _, box in texts], axis=1) for pick in (np.min, np.max))
    # Upright boxes around them first, all at once: a large matrix has a million pairs.
    near = ((low[:, None] < high) & (high[:, None] > low)).all(axis=2)
    return [
        (texts[one][0], texts[other][0])
        for one, other in np.argwhere(np.triu(near, 1))
        if overlap(texts[one][1], texts[other][1])
    ]


def outside(texts, width, height):
    """List the texts that reach over the edges."""
    return [
        content for content, box in texts
        if (box < -SLACK).any() or (box > np.array([width, height]) + SLACK).any()
    ]  # fmt: skip


def texts_of(figure):
    """Find every text that is drawn, with the corners of its box in pixels, and the size of the figure."""
    with style.style():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        axis = [one for axes in figure.axes for one in (axes.xaxis, axes.yaxis)]
        ticks = [tick for one in axis for tick in (*one.get_major_ticks(), *one.get_minor_ticks())]
        # What of them a drawing would draw: matplotlib keeps ticks outside the view, and old ones.
        drawn = {id(tick) for one in axis if one.axes.axison for tick in one._update_ticks()}
        hidden = {
            id(label) for tick in ticks if id(tick) not in drawn for label in (tick.label1, tick.label2)
        }
        found = [
            (text.get_text(), _corners(text, renderer))
            for text in figure.findobj(matplotlib.text.Text)
            if text.get_text().strip() and text.get_visible() and id(text) not in hidden
        ]
        return found, canvas.get_width_height()


def _corners(text, renderer):
    angle = text.get_rotation()
    if text.get_rotation_mode() != "anchor" or not angle:
        return corners_of(*text.get_window_extent(renderer).extents)
    text.set_rotation(0)
    corners = corners_of(*text.get_window_extent(renderer).extents)
    text.set_rotation(angle)
    anchor = text.get_transform().transform(text.get_position())
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return anchor + (corners - anchor) @ np.array([[cosine, sine], [-sine, cosine]])
