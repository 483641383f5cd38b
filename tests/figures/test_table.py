"""The table of figures: each has its rule, its place in the manual, and words for the report."""

import re
import subprocess
import sys

import pytest

from aestudy.figures.table import CURVES, FIGURES, FIRST_IMAGES, MATRICES, PICTURES, TRAINING, WHY
from support.machine import ROOT


def test_each_figure_is_drawn_by_one_rule():
    rules = "\n".join(path.read_text("utf-8") for path in (ROOT / "workflow" / "rules").glob("*.smk"))
    assert sorted(re.findall(r'drawn\("(\w+)"', rules)) == sorted(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_in_the_manual(name):
    assert f"`figures/{name}" in (ROOT / "docs" / "results.md").read_text("utf-8")


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_has_its_words(name):
    figure = FIGURES[name]
    assert figure.section in (CURVES, FIRST_IMAGES, MATRICES, PICTURES, TRAINING, WHY)
    assert figure.caption.endswith(".")
    assert figure.parts in ("", "objective", "matrix", "explanation")
    assert ("{part}" in figure.title) == bool(figure.parts)
    assert figure.alt or figure.section == MATRICES


def test_the_table_needs_no_library_that_draws():
    code = "import sys, aestudy.figures.table; print('matplotlib' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"
