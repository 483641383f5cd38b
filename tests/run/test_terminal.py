"""What a person reads of a real run: at a terminal and in a file, at its end and after Ctrl-C."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import pytest

from support.projects import SECONDS, Project
from support.study_configs import SMALL

ENDLESS = {**SMALL, "training": {"epochs": 100000, "batch_size": 16}}
TRAINING = "Training on clean"
TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes the standard input the terminal that Ctrl-C is typed at, and goes on as the command."""

TARGET = "results/tiny/models/denoise/clean/0/params.npz"


@pytest.fixture(autouse=True)
def interrupts_arrive():
    """Whoever starts the tests in the background has SIGINT ignored, and all processes below inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def project(tmp_path):
    project = Project.of_checkout(tmp_path / "study")
    (project.folder / "small.json").write_text(json.dumps(SMALL), "utf-8")
    (project.folder / "endless.json").write_text(json.dumps(ENDLESS), "utf-8")
    return project


def command(project, *arguments, config="small.json"):
    words = project.command(*arguments)
    return [*words[: words.index("--configfile")], "--configfile", config]


def at_terminal(project, words, interrupt=None, before="\x03"):
    """Run at a terminal; when a text appears, type Ctrl-C (or something else).

    Returns:
        The exit status, and all that the terminal got.
    """
    terminal, inside = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-c", TAKE_TERMINAL, *words], cwd=project.folder, start_new_session=True,
        env={**project.environment, "TERM": "xterm"}, stdin=inside, stdout=inside, stderr=inside,
    )  # fmt: skip
    os.close(inside)
    output, end = "", time.monotonic() + SECONDS
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        output += part.decode(errors="replace")
        if interrupt and interrupt in output:
            time.sleep(3)  # the job is at work by then, or still imports: both happen
            os.write(terminal, before.encode())
            interrupt = None
    os.close(terminal)  # which ends what is still at work there
    return run.wait(timeout=60), output


def expect_one_sentence(output):
    assert "Traceback" not in output
    assert "KeyboardInterrupt" not in output
    assert "Error in rule" not in output
    assert "failed" not in output
    assert len(re.findall("Stopped", output)) == 1
    assert re.search(r"Stopped with \d of 3 jobs done; the same command goes on from here\.\s*$", output)


def test_ctrl_c_at_a_terminal_ends_with_one_sentence(project):
    status, output = at_terminal(project, command(project, TARGET, config="endless.json"), TRAINING)
    assert status != 0
    expect_one_sentence(output)


@pytest.mark.parametrize("whole_group", [True, False])
def test_an_interrupt_elsewhere_ends_with_one_sentence(project, whole_group):
    """As Ctrl-C does to `snakemake | tee`, and `kill -INT` to Snakemake alone, whose jobs end first."""
    config = "endless.json" if whole_group else "small.json"
    with (project.folder / "output").open("w") as file:
        run = subprocess.Popen(
            command(project, TARGET, config=config), cwd=project.folder, env=project.environment,
            stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        end = time.monotonic() + SECONDS
        while TRAINING not in (project.folder / "output").read_text("utf-8") and time.monotonic() < end:
            time.sleep(0.1)
        if whole_group:
            time.sleep(3)
            os.killpg(run.pid, signal.SIGINT)
        else:
            os.kill(run.pid, signal.SIGINT)
        assert run.wait(timeout=SECONDS) != 0
    expect_one_sentence((project.folder / "output").read_text("utf-8"))


def test_an_interrupt_while_the_run_is_planned_ends_with_one_sentence(project):
    status, output = at_terminal(project, command(project, TARGET, config="endless.json"), "Using workflow")
    assert status != 0
    assert "Traceback" not in output
    assert "KeyboardInterrupt" not in output


def test_a_finished_run_names_report_and_result_and_writes_short_lines(project):
    run = subprocess.run(
        command(project), cwd=project.folder, env=project.environment, check=False, timeout=SECONDS,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    *lines, finding, report = run.stdout.splitlines()
    assert report == "Report: results/tiny/report.html"
    found = json.loads((project.folder / "results/tiny/findings.json").read_text("utf-8"))
    assert finding == f"tiny: {found['findings'][0]['sentence']}"
    assert max(map(len, lines)) <= 240
    assert any(re.search(r", .* and \d+ more", line) for line in lines)
    # Snakemake's own words are all there, and the log has the lists whole.
    for words in ("Reason: Missing output files: ", "steps (100%) done", "Job stats:", "Complete log(s): "):
        assert words in run.stdout
    [log] = (project.folder / ".snakemake" / "log").iterdir()
    assert max(map(len, log.read_text("utf-8").splitlines())) > 1000

    # At a terminal the report is a link; part of a study has no report to name.
    (project.folder / "results/tiny/report.html").unlink()
    status, output = at_terminal(project, command(project))
    assert status == 0
    uri = (project.folder / "results/tiny/report.html").as_uri()
    assert f"Report: \x1b]8;;{uri}\x1b\\results/tiny/report.html\x1b]8;;\x1b\\" in output
    assert found["findings"][0]["sentence"] in output
    (project.folder / "results/tiny/variants/white/test.npz").unlink()
    status, output = at_terminal(project, command(project, "results/tiny/variants/white/test.npz"))
    assert status == 0
    assert "Report" not in output


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("latin.yaml", "seed: 1\n# größer\n".encode("latin-1"), "latin.yaml, line 2: expected text in UTF-8"),
        ("wide.yaml", "seed: 1\n".encode("utf-16"), "wide.yaml, line 1: expected text in UTF-8"),
        ("wrong.yaml", b"seed: 1\nmodel: ]\n", "wrong.yaml, line 2: expected YAML"),
        ("deep.yaml", b"a: " + b"[" * 3000, "deep.yaml, line 1: expected YAML"),
        ("studies", None, "studies: cannot be read; expected a file with a config"),
        ("smal.json", None, "there is no such file; did you mean 'small.json'?"),
    ],
)  # fmt: skip
def test_a_config_that_cannot_be_read_is_one_sentence(project, name, content, expected):
    if content is not None:
        (project.folder / name).write_bytes(content)
    run = subprocess.run(
        command(project, "--dry-run", config=name), cwd=project.folder, env=project.environment, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert run.returncode == 1
    assert "Error: the config " in run.stdout
    assert expected in run.stdout
    assert "Traceback" not in run.stdout
    assert "File " not in run.stdout
    assert len(run.stdout.splitlines()) == 2  # the other one names the profile
