"""Figures of explanations: what the rows say is drawn, text lies on nothing, and bytes repeat."""

import itertools
import math

import numpy as np
import pytest

from aestudy.explanations.table import EXPLANATIONS
from aestudy.figures import style
from aestudy.figures.explanations import DRAWINGS, draw_explanation
from aestudy.files.study_tables import ExplanationRow
from aestudy.statistics.averages import DISTORTIONS, SAME
from support import overlaps

NAMES = ("clean", "white", "a_condition-with_a_long_name-sigma0.123", "mean5", "*^$#_ odd")


def row(explanation, quantity, mean, *, half=0.1, trained_on="clean", tested_on="", **other):
    ends = {"ci_low": mean - half, "ci_high": mean + half}
    return ExplanationRow(
        dataset="mine", explanation=explanation, quantity=quantity, objective="denoise", mean=mean,
        trained_on=trained_on, tested_on=tested_on, n_seeds=2, n_images=9, **ends | other,
    )  # fmt: skip


def bars_of(name, half=0.1):
    explanation, rows = EXPLANATIONS[name], []
    pairs = [(model, tested) for tested in NAMES[1:] for model in ("clean", tested)]
    for trained_on, tested_on in [*pairs, ("clean", str(DISTORTIONS)), (str(SAME), str(DISTORTIONS))]:
        sizes = [
            (-1) ** place * (0.5 + place) / explanation.factor for place in range(len(explanation.parts))
        ]
        quantities = dict(zip(explanation.parts, sizes, strict=True))
        if explanation.total:
            quantities[explanation.total] = sum(sizes)
        rows += [
            row(
                name,
                quantity,
                mean,
                half=half / explanation.factor,
                trained_on=trained_on,
                tested_on=tested_on,
            )
            for quantity, mean in quantities.items()
        ]
    return rows


def scatter_of(name, half=0.1):
    rng, rows = np.random.default_rng(0), []
    for trained_on, tested_on in itertools.permutations(NAMES, 2):
        names = {"trained_on": trained_on, "tested_on": tested_on}
        for quantity in ("regret", *EXPLANATIONS[name].parts):
            rows.append(row(name, quantity, rng.uniform(0, 9), half=half, **names))
    return rows + [
        row(name, f"{fit}_{part}", -0.23, half=half, trained_on="")
        for part in EXPLANATIONS[name].parts
        for fit in ("r2", "held_out_r2", "spearman")
    ]


def rows_of(name, half=0.1):
    return (scatter_of if EXPLANATIONS[name].drawing == "scatter" else bars_of)(name, half)


@pytest.mark.parametrize("name", EXPLANATIONS)
@pytest.mark.parametrize("half", [0.1, math.nan])
def test_no_text_lies_on_another_or_outside(name, half):
    texts, (width, height) = overlaps.texts_of(draw_explanation(name, rows_of(name, half)))
    assert overlaps.outside(texts, width, height) == []
    assert overlaps.overlapping(texts) == []
    shown = " ".join(content for content, _ in texts)
    for words in EXPLANATIONS[name].parts.values():
        assert words in shown


def test_parts_are_stacked_up_to_their_sum_on_either_side():
    (axes,) = draw_explanation("error_budget", bars_of("error_budget")).axes
    first = [patch for patch in axes.patches if round(patch.get_y() + patch.get_height() / 2) == 0]
    spans = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in first]
    np.testing.assert_allclose(spans, [(0, 0.5), (0, -1.5), (0.5, 3.0), (-1.5, -5.0)], atol=1e-9)
    marks = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "|"]
    assert marks[0] == pytest.approx(sum((0.5, -1.5, 2.5, -3.5)))
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[:2] == ["white, trained on clean", "white, its own model"]
    assert labels[-1] == "(distortions), its own model"


def test_a_scatter_has_a_dot_for_each_pair_and_says_how_much_is_told():
    figure = draw_explanation("transfer", scatter_of("transfer"))
    assert len(figure.axes) == 3
    for axes in figure.axes:
        assert len(axes.lines[0].get_xdata()) == len(NAMES) * (len(NAMES) - 1)
        assert axes.get_title(loc="left") == "R² −0.23, held out −0.23, rank −0.23"


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_the_same_rows_give_the_same_bytes(tmp_path, name):
    paths = [[tmp_path / f"{run}.{kind}" for kind in ("svg", "png")] for run in "ab"]
    for pair in paths:
        style.save(draw_explanation(name, rows_of(name)), *pair)
    for one, other in zip(*paths, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_every_explanation_has_its_words():
    for explanation in EXPLANATIONS.values():
        assert explanation.drawing in DRAWINGS
        assert explanation.question.endswith("?")
        assert explanation.caption.endswith(".")
        assert explanation.alt.endswith(".")
        assert explanation.parts
