"""Whatever moment a run is killed at, the next run of the same command ends as if nothing had happened."""

import contextlib
import os
import random
import re
import select
import signal
import time
from pathlib import Path

import pytest

from cluster.cluster_study import wait_until
from support.projects import SECONDS, first_difference

pytestmark = pytest.mark.workflow

SEED = 20261124
KILLS = 25


def read_until(process, line_count, seconds):
    """Read the output until so many jobs were started, then for a random part of a second more.

    Returns whether the process was still at work.
    """
    pipe, output = process.stdout.fileno(), b""
    limit = time.monotonic() + SECONDS
    while len(re.findall(rb"(?m)^Job ", output)) < line_count:
        if not select.select([pipe], [], [], max(0, limit - time.monotonic()))[0]:
            kill_tree(process)
            pytest.fail(f"{line_count} jobs did not start within {SECONDS} s:\n{output.decode()}")
        if not (part := os.read(pipe, 65536)):
            return False
        output += part
    end = time.monotonic() + seconds
    while (rest := end - time.monotonic()) > 0:
        if select.select([pipe], [], [], rest)[0] and not os.read(pipe, 65536):
            return False
    return True


def kill_tree(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=60)
    process.stdout.close()


@pytest.mark.parametrize("half", [0, 1])
def test_25_kills_at_random_moments_leave_no_trace(baseline, tmp_path, half):
    """One half of the kills per test, so that two processes can share the work."""
    rng = random.Random(SEED + half)
    expected = baseline.results()
    number, killed, finished = 0, 0, 0
    project = baseline.without_results(tmp_path / "study 0")
    moments = []
    while killed < (KILLS + 1 - half) // 2:
        jobs, seconds = rng.randrange(6), rng.uniform(0, 1.2)
        process = project.start()
        if read_until(process, jobs, seconds):
            kill_tree(process)
            killed += 1
            moments.append(f"{jobs} jobs + {seconds:.2f} s")
            continue
        assert process.wait(timeout=60) == 0, f"after {moments}"
        process.stdout.close()
        finished += 1
        assert first_difference(expected, project.results()) is None
        number += 1
        project = baseline.without_results(tmp_path / f"study {number}")
    print(f"seed {SEED + half}, killed after", "; ".join(moments))

    last = project.snakemake()
    assert last.returncode == 0, last.stdout
    assert first_difference(expected, project.results()) is None
    leftovers = list(project.folder.glob("re*/**/.*.tmp"))
    assert not leftovers


def test_a_second_run_says_so_and_changes_nothing(baseline, tmp_path):
    project = baseline.without_results(tmp_path / "project")
    project.edit("studies/smoke.yaml", "epochs: 2", "epochs: 2000")  # long enough to be met at work
    first = project.start("--until", "train_model")
    assert read_until(first, 3, 0)
    second = project.snakemake()
    still_running = first.poll() is None
    output = first.communicate(timeout=300)[0]
    assert still_running, "the first run ended too early to tell"
    assert first.returncode == 0, output
    assert second.returncode != 0
    assert "another run (process" in second.stdout
    assert "changed nothing" in second.stdout
    assert "Traceback" not in second.stdout
    assert "Finished jobid" not in second.stdout


def test_jobs_end_with_the_run_that_started_them(baseline, tmp_path):
    project = baseline.without_results(tmp_path / "project")
    project.edit("studies/smoke.yaml", "epochs: 2", "epochs: 100000")  # minutes: it does not end by itself
    run = project.start("results/smoke/models/denoise/white/0/params.npz")
    log = project.folder / "logs/train_model/smoke/denoise/white.log"

    def trains():
        assert run.poll() is None, run.stdout.read()
        return log.is_file() and "epoch 1/" in log.read_text()

    try:
        wait_until(trains, "a training")
        jobs = children(run.pid)
        assert jobs
        os.kill(run.pid, signal.SIGKILL)
        run.wait(timeout=60)
        wait_until(lambda: not any(map(alive, jobs)), "the jobs to end", 20)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait(timeout=60)
        run.stdout.close()


def children(pid):
    """List the processes that any thread of a process started."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # a thread may have ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return found


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
