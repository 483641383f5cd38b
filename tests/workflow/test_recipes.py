"""The recipes of CONTRIBUTING.md: one addition of each sort in a copy, one run with all of them."""

import csv
import json
import re
import subprocess
import sys

import pytest
import yaml

from support.machine import ROOT
from support.projects import SECONDS, Project
from support.recipes import RECIPES, STUDY, follow
from support.study_configs import merge, read_yaml

pytestmark = pytest.mark.workflow

RESULTS = "results/recipes"


def python(project, *arguments):
    return subprocess.run(
        [sys.executable, *arguments], cwd=project.folder, env=project.environment, timeout=SECONDS,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A copy of the project with all additions, and its finished study."""
    project = Project.of_checkout(tmp_path_factory.mktemp("recipes") / "project")
    for recipe in RECIPES:
        follow(project, recipe)
    config = merge(read_yaml(ROOT / "studies/smoke.yaml"), STUDY)
    (project.folder / "recipes.yaml").write_text(yaml.safe_dump(config), "utf-8")
    ran = python(project, "-m", "snakemake", "--cores", "2", "--configfile", "recipes.yaml")
    assert ran.returncode == 0, ran.stdout
    return project


def rows(project, table):
    with (project.folder / RESULTS / "tables" / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_report_and_the_tables_have_all_that_was_added(extended):
    summary, comparisons = rows(extended, "summary"), rows(extended, "comparisons")
    report = (extended.folder / RESULTS / "report.html").read_text("utf-8")
    findings = json.loads((extended.folder / RESULTS / "findings.json").read_text("utf-8"))["findings"]
    assert {"turned"} < {row["tested_on"] for row in summary}
    assert "(rotations)" in {row["tested_on"] for row in comparisons}
    assert "mae" in {row["metric"] for row in summary} & {row["metric"] for row in comparisons}
    assert {"mean_filter", "median_image", "gain"} < {row["method"] for row in summary}
    assert "gain_over_mean_filter" in {row["quantity"] for row in comparisons}
    assert "png_fast" in {row["method"] for row in rows(extended, "rate_distortion")}
    assert {"first_price", "brightness"} < {finding["id"] for finding in findings}
    assert {row["explanation"] for row in rows(extended, "explanations")} >= {"brightness"}
    for words in (
        "upside_down", "How the strength spreads", "mean absolute error", "hard_tanh", "adamw", "mean filter",
        "median image",
        'data-name="spread"', "On clean images training on turned changes PSNR by", "drawn stripes",
        "Do models make images brighter?", 'data-name="explanations brightness"',
        "models trained on clean images put out images",
    ):  # fmt: skip
        assert words in report, words


def test_the_command_lists_all_that_a_config_may_name(extended):
    listed = python(extended, "-c", "from aestudy.cli.main import main; main(['kinds'])").stdout
    for name in (
        "upside_down",
        "mae",
        "hard_tanh",
        "adamw",
        "mean_filter",
        "median_image",
        "gain",
        "png_fast",
        "stripes",
    ):
        assert re.search(rf"^  {name}\b", listed, re.MULTILINE), listed


def test_nothing_else_wants_an_edit(extended):
    """The tests that compare tables, schema, config and documents pass in the copy."""
    tests = [
        "tests/settings/test_config_files.py",
        "tests/cli/test_kinds.py",
        "tests/networks/test_network.py",
        "tests/figures/test_table.py",
        "tests/workflow/test_thin_workflow.py",
    ]
    ran = python(extended, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *tests)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_names_its_files_and_they_are_few(recipe):
    most, edits = RECIPES[recipe]
    files = {name for name, _, _ in edits}
    assert len(files) <= most
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Recipes")[2]
    section = text.partition(f"### {recipe}")[2].partition("\n### ")[0]
    section = section.replace("{figure}", "spread").replace("{explanation}", "brightness")
    for name in files:
        assert name in section or f"`{name.rpartition('/')[0]}/`" in section, f"{recipe}: name {name}"
