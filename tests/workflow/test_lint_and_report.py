"""What Snakemake's linter says, and Snakemake's own report of a finished study."""

import re
import zipfile

from aestudy.figures.table import FIGURES
from support.machine import ROOT
from support.projects import Project

EXPLAINED = ROOT / "docs" / "architecture.md"


def explained_findings():
    """Read the titles in the table of docs/architecture.md."""
    section = EXPLAINED.read_text("utf-8").partition("## What the linter says")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(.+?)` \|", section, re.MULTILINE))


def test_the_linter_says_nothing_that_is_not_explained(tmp_path):
    linted = Project.of_checkout(tmp_path).snakemake("--lint")
    found = set(re.findall(r"^ +\* (.+?):$", linted.stdout, re.MULTILINE))
    assert found, linted.stdout
    assert found == explained_findings(), f"mend the rule, or give the reason in {EXPLAINED.name}"


def test_snakemake_reports_a_finished_study(baseline, tmp_path):
    project = baseline.clone(tmp_path / "study")
    made = project.snakemake("--report", "report.zip")
    assert made.returncode == 0, made.stdout
    with zipfile.ZipFile(project.folder / "report.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        files = {name.rpartition("/")[2] for name in names}
        page = archive.read(next(name for name in names if name.count("/") == 1 and "report.html" in name))
    assert {"report.html", "summary.csv", "distortions.svg"} <= files, names
    for figure in ("distortions", "losses", "matrices", "reconstructions", "first_images"):
        words = FIGURES[figure].caption.partition(". ")[0]
        assert f'"caption": "<p>{words}' in page.decode("utf-8"), figure
