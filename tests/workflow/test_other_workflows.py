"""The study inside another workflow, and started from other folders: it plans, runs, and notices edits."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.projects import SECONDS, Project
from support.study_configs import SMALL

VARIANTS = {
    f"results/tiny/variants/{name}/{split}.npz"
    for name, split in (("clean", "train"), ("clean", "test"), ("white", "test"))
}

MODULE = """\
rule everything:
    input:
        "count.txt",


module aestudy:
    snakefile:
        "{study}/Snakefile"
    {options}


use rule * from aestudy as aestudy_*


rule count:
    input:
        {made},
    output:
        "count.txt",
    shell:
        "ls {{input:q}} > {{output}}"
"""

INCLUDE = """\
configfile: "study.json"


rule everything:
    input:
        "count.txt",


include: "{study}/Snakefile"


rule count:
    input:
        {made},
    output:
        "count.txt",
    shell:
        "ls {{input:q}} > {{output}}"
"""


class Parent:
    """A workflow of somebody else in a folder of its own, which uses a copy of the study."""

    def __init__(self, folder: Path):
        self.folder = folder / "parent"
        self.folder.mkdir()
        self.project = Project.of_checkout(folder / "the_study")

    def write(self, text: str, made: object, options: str = "") -> None:
        snakefile = text.format(study=self.project.folder, made=made, options=options)
        (self.folder / "Snakefile").write_text(snakefile, "utf-8")

    def run(self, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
            cwd=folder or self.folder, env=self.project.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip

    def files(self) -> set[str]:
        paths = (path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file())
        return {str(path) for path in paths if path.parts[0] != ".snakemake"}


@pytest.fixture
def parent(tmp_path):
    return Parent(tmp_path)


def expect_nothing_to_do(run):
    assert run.returncode == 0, run.stdout
    assert "Nothing to be done" in run.stdout


def expect_an_edit_to_be_noticed(parent):
    """An edit of the noise makes the noisy images again, and none of the clean ones."""
    parent.project.edit(
        "src/aestudy/distortions/noise.py", "    noisy += images\n", "    noisy += 1 * images\n"
    )
    planned = parent.run("--dry-run")
    assert planned.returncode == 0, planned.stdout
    jobs = [line for line in planned.stdout.splitlines() if "Distorting" in line]
    assert jobs, planned.stdout
    assert all(job.endswith("by white") for job in jobs), planned.stdout


def test_a_module_with_a_prefix_runs_whole_once_and_keeps_to_its_folder(parent):
    options = f"config:\n        {SMALL}\n    prefix:\n        'sub/folder'"
    made = '"sub/folder/results/tiny/report.html", rules.aestudy_all.input'
    parent.write(MODULE, made, options)
    run = parent.run()
    assert run.returncode == 0, run.stdout
    assert {path.split("/")[0] for path in parent.files()} == {"Snakefile", "count.txt", "sub"}
    assert {path.split("/")[2] for path in parent.files() if path[:3] == "sub"} == {
        "results", "resources", "logs",
    }  # fmt: skip
    assert not (parent.folder / ".snakemake" / "metadata").is_symlink()
    expect_nothing_to_do(parent.run())
    expect_an_edit_to_be_noticed(parent)
    # The records of what the jobs wrote are below the prefix as well, and a run looks at them.
    table = parent.folder / "sub/folder/results/tiny/tables/summary.csv"
    table.write_text(table.read_text("utf-8").replace("psnr_db", "psnr"), "utf-8")
    damaged = parent.run()
    assert damaged.returncode != 0
    assert "sub/folder/results/tiny/tables/summary.csv: expected" in damaged.stdout
    assert "damaged or edited" in damaged.stdout


def test_a_module_without_prefix_runs_once_and_notices_an_edit(parent):
    parent.write(MODULE, sorted(VARIANTS), f"config:\n        {SMALL}")
    run = parent.run()
    assert run.returncode == 0, run.stdout
    assert VARIANTS | {"count.txt"} <= parent.files()
    expect_nothing_to_do(parent.run())
    expect_an_edit_to_be_noticed(parent)


def test_a_parent_can_take_the_handlers_of_the_study(parent):
    """Its lock and its last words, where the parent has the study's profile and so no lock of Snakemake."""
    handlers = "\n\nonstart:\n    aestudy.onstart()\n\n\nonsuccess:\n    aestudy.onsuccess()\n"
    report = "sub/results/tiny/report.html"
    options = f"config:\n        {SMALL}\n    prefix:\n        'sub'"
    parent.write(MODULE + handlers, [report], options)
    profile = str(parent.project.folder / "profiles" / "default")
    run = parent.run("--workflow-profile", profile)
    assert run.returncode == 0, run.stdout
    assert run.stdout.splitlines()[-1] == f"Report: {report}"
    assert (parent.folder / ".snakemake" / "run.lock").exists()


def test_an_included_study_runs_once_and_notices_an_edit(parent):
    (parent.folder / "study.json").write_text(json.dumps(SMALL), "utf-8")
    parent.write(INCLUDE, sorted(VARIANTS))
    run = parent.run()
    assert run.returncode == 0, run.stdout
    assert VARIANTS | {"count.txt"} <= parent.files()
    expect_nothing_to_do(parent.run())
    expect_an_edit_to_be_noticed(parent)


def test_a_module_without_config_is_the_default_study_whatever_config_the_parent_has(parent):
    (parent.folder / "config.yaml").write_text("samples: [a, b]\n", "utf-8")
    parent.write('configfile: "config.yaml"\n' + MODULE, ["results/mnist5k/report.html"])
    planned = parent.run("--dry-run")
    assert planned.returncode == 0, planned.stdout
    assert "aestudy_train_model" in planned.stdout


TWO_MODULES = """\
module one:
    snakefile:
        "{study}/Snakefile"
    config:
        {config}
    {prefix}:
        {first}


use rule * from one as one_*


module two:
    snakefile:
        "{study}/Snakefile"
    config:
        {{**{config}, "seeds": [3, 4]}}
    prefix:
        "second"


use rule * from two as two_*


rule both:
    input:
        rules.one_all.input,
        rules.two_all.input,
"""


def test_two_studies_in_one_workflow_keep_apart(parent):
    text = TWO_MODULES.format(study=parent.project.folder, config=SMALL, prefix="prefix", first="'first'")
    (parent.folder / "Snakefile").write_text(text, "utf-8")
    planned = parent.run("--dry-run", "both")
    assert planned.returncode == 0, planned.stdout
    assert "first/results/tiny/report.html" in planned.stdout
    assert "second/results/tiny/report.html" in planned.stdout
    assert re.search(r"one_train_model +1\n", planned.stdout)
    assert re.search(r"two_train_model +1\n", planned.stdout)  # one job for both seeds
    assert "(tiny, seed 0)" in planned.stdout
    assert "(tiny, seeds 3, 4)" in planned.stdout
    # Without a rule before it, the first module is what the workflow makes.
    assert "two_train_model" not in parent.run("--dry-run").stdout


def test_a_module_whose_results_lie_elsewhere_is_refused(parent):
    text = TWO_MODULES.format(
        study=parent.project.folder, config=SMALL, prefix="replace_prefix", first="{'results/': 'out/'}"
    )
    (parent.folder / "Snakefile").write_text(text, "utf-8")
    planned = parent.run("--dry-run")
    assert planned.returncode != 0
    assert "expected `prefix:`, found `replace_prefix:`" in planned.stdout


def test_keys_of_the_parent_in_the_config_are_named(parent):
    (parent.folder / "study.json").write_text(json.dumps({**SMALL, "samples": ["a"]}), "utf-8")
    parent.write(INCLUDE, sorted(VARIANTS))
    planned = parent.run("--dry-run")
    assert planned.returncode != 0
    assert "samples: unknown key" in planned.stdout
    assert "`module` with a `config:` of its own" in planned.stdout


def test_own_images_of_a_module_with_a_prefix_lie_where_the_run_is(parent):
    import numpy as np

    images = np.random.default_rng(0).integers(0, 256, (80, 12, 12), np.uint8)
    np.savez(parent.folder / "mine.npz", images=images)
    config = {**SMALL, "sources": {"tiny": {"kind": "npz", "path": "mine.npz"}}}
    made = ["sub/resources/tiny/train.npz"]
    parent.write(MODULE, made, f"config:\n        {config}\n    prefix:\n        'sub'")
    run = parent.run()
    assert run.returncode == 0, run.stdout
    assert set(made) <= parent.files()
    expect_nothing_to_do(parent.run())
    np.savez(parent.folder / "mine.npz", images=images[:70])
    assert "Fetching the data set tiny" in parent.run("--dry-run").stdout


class TestOtherFolders:
    """The checkout's `config.yaml` holds wherever a run starts."""

    def planned(self, parent, *arguments, folder=None):
        run = parent.run("--dry-run", *arguments, folder=folder)
        assert run.returncode == 0, run.stdout
        return run.stdout

    def test_directory(self, parent):
        small = parent.folder / "small.json"
        small.write_text(json.dumps(SMALL), "utf-8")
        arguments = ["--directory", str(parent.folder / "out"), "--configfile", str(small)]
        run = parent.run("variants", *arguments, folder=parent.project.folder)
        assert run.returncode == 0, run.stdout
        made = {path.removeprefix("out/") for path in parent.files() if path.startswith("out/")}
        assert made >= VARIANTS
        assert not (parent.project.folder / "results").exists()
        expect_nothing_to_do(parent.run("variants", *arguments, folder=parent.project.folder))

    def test_snakefile_of_another_folder(self, parent):
        snakefile = str(parent.project.folder / "Snakefile")
        assert "train_model" in self.planned(parent, "--snakefile", snakefile)

    def test_config_of_the_folder_lies_on_top(self, parent):
        (parent.folder / "config.yaml").write_text("seeds: [0, 1, 2, 3, 4]\n", "utf-8")
        output = self.planned(parent, "--snakefile", str(parent.project.folder / "Snakefile"))
        assert "seeds 0 to 4" in output
        output = self.planned(
            parent, "--snakefile", str(parent.project.folder / "Snakefile"), "--config", "seeds=[7]"
        )
        assert "seed 7" in output
        assert "seeds 0 to 4" not in output

    def test_a_mistake_names_file_and_line(self, parent):
        (parent.folder / "config.yaml").write_text("seed: 1\nsed: 2\n", "utf-8")
        run = parent.run("--dry-run", "--snakefile", str(parent.project.folder / "Snakefile"))
        assert run.returncode != 0
        assert "sed: unknown key; did you mean 'seed'?" in run.stdout
        assert "(config.yaml, line 2)" in run.stdout

    def test_own_images_are_looked_for_where_the_run_is(self, parent):
        config = {"datasets": ["mine"], "sources": {"mine": {"kind": "npz", "path": "mine.npz"}}}
        (parent.folder / "mine.json").write_text(json.dumps(config), "utf-8")
        (parent.folder / "mine.npz").touch()
        run = parent.run(
            "--dry-run", "--snakefile", str(parent.project.folder / "Snakefile"),
            "--configfile", "mine.json", "--directory", "out",
        )  # fmt: skip
        assert run.returncode != 0
        assert f"paths start at {parent.folder / 'out'}" in run.stdout
        assert f"there is {parent.folder / 'mine.npz'}" in run.stdout
