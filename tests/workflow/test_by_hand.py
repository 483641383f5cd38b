"""Scripts run by a person: they make the files of one job, and the next run of Snakemake agrees."""

import re
import subprocess
import sys

import pytest

from support.projects import SECONDS, SMOKE, first_difference

pytestmark = pytest.mark.workflow

LOSSES = "results/smoke/figures/losses.svg"


@pytest.fixture
def project(baseline, tmp_path):
    return baseline.clone(tmp_path / "project")


def by_hand(project, *arguments, debugger=(), typed=""):
    return subprocess.run(
        [sys.executable, *debugger, *arguments], cwd=project.folder, env=project.environment,
        input=typed, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def records_of(project):
    return {path: path.read_text() for path in (project.folder / "results/.records").rglob("*.json")}


@pytest.mark.parametrize(
    ("script", "made"),
    [
        ("plot_losses", [LOSSES, "results/smoke/figures/losses.png"]),
        ("evaluate_baseline", ["results/smoke/scores/baselines/pca.npz"]),
        (
            "train_model",
            [f"results/smoke/models/denoise/white/0/{name}" for name in ("params.npz", "history.csv")],
        ),
    ],
)
def test_a_script_makes_what_its_job_makes(project, server, script, made):
    results, records = project.results(), records_of(project)
    for path in made:
        (project.folder / path).unlink()
        (project.folder / f"results/.records/{path}.json").unlink()
    (project.folder / made[0]).parent.joinpath("left alone").touch()
    finished = by_hand(project, f"workflow/scripts/{script}.py", f"./{made[0]}", *SMOKE)
    assert finished.returncode == 0, finished.stderr
    assert made[0] in finished.stderr
    (project.folder / made[0]).parent.joinpath("left alone").unlink()
    assert first_difference(results, project.results()) is None
    assert records_of(project) == records
    assert "Nothing to be done" in server.run(project).output


def test_after_an_edit_only_what_lies_behind_is_left_to_do(project, server):
    project.edit(
        "src/aestudy/figures/losses.py", "def _draw_panel(axes: Axes,", "def _draw_panel(axes: Axes, /,"
    )
    assert by_hand(project, "workflow/scripts/plot_losses.py", LOSSES, *SMOKE).returncode == 0
    assert server.run(project, "--dry-run").jobs <= {("render_report", "smoke")}


def test_a_debugger_stops_where_the_work_begins(project):
    script = "workflow/scripts/plot_losses.py"
    typed = "b main\nc\np job.wildcards.dataset, job.params.loss\nq\n"
    finished = by_hand(project, script, LOSSES, *SMOKE, debugger=["-m", "pdb"], typed=typed)
    assert "('smoke', 'bce')" in finished.stdout, finished.stdout + finished.stderr


def test_help_says_what_the_script_does_and_how_to_use_it(project):
    finished = by_hand(project, "workflow/scripts/plot_losses.py", "--help")
    assert finished.returncode == 0
    for words in (
        "Draw training and validation losses.",
        "workflow/rules/plot_losses.smk",
        "FILE",
        "--configfile",
    ):
        assert words in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("plot_losses",),
            r"expected .* results/\{dataset\}/figures/losses.svg or .* with dataset one of smoke; found none",
        ),
        (("plot_losses", "results/x/report.html"), "dataset one of smoke; found results/x/report.html"),
        (("plot_losses", "results/smoke/report.html"), "render_report makes it; run workflow/scr"),
        (("clean_stale", LOSSES), f"clean_stale makes no file, .* found {LOSSES}"),
        (
            ("plot_losses", LOSSES, "--config", "seeds=[0,1]"),
            "^Error: results/smoke/models/reconstruct/clean/1/history.csv: .* is missing, and 3 more. Run: "
            f"snakemake --cores all {LOSSES} --configfile=studies/smoke.yaml '--config=seeds=\\[0,1\\]'$",
        ),
        (("plot_losses", LOSSES, "--config", "seed=-1"), "expected an integer from 0 to"),
        (("plot_losses", LOSSES, "--config", "seed"), "name=value"),
        (("plot_losses", LOSSES, "--configfile", "nothing.yaml"), "nothing.yaml: cannot be read"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_message_and_changes_nothing(project, arguments, message):
    script, *others = arguments
    results, records = project.results(), records_of(project)
    finished = by_hand(project, f"workflow/scripts/{script}.py", *(others[:1]), *SMOKE, *others[1:])
    assert finished.returncode == 1
    assert re.search(message, finished.stderr), finished.stderr
    assert "Traceback" not in finished.stderr
    assert (project.results(), records_of(project)) == (results, records)


def test_a_run_in_the_same_folder_is_not_disturbed(project):
    holder = (
        "import sys; from pathlib import Path; from aestudy.files import locks; "
        "locks.take(Path('.snakemake/run.lock')); print('taken', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], cwd=project.folder, env=project.environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        assert run.stdout.readline() == "taken\n"
        finished = by_hand(project, "workflow/scripts/plot_losses.py", LOSSES, *SMOKE)
        run.stdin.close()
    assert finished.returncode == 1
    assert "another run" in finished.stderr
