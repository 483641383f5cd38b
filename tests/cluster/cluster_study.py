"""A copy of the project that runs on the simulated cluster, and what can happen to its jobs."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from support.projects import SMOKE, Project

SECONDS = 1800
"""No run takes longer, also on a machine that does something else: a hang shall fail, not wait for ever."""

QUICK = ("--seconds-between-status-checks", "1", "--latency-wait", "5")
"""The simulated nodes share a disk, and nobody else asks the controller."""


class ClusterStudy(Project):
    """The smoke study in a folder of its own, run with the profile of SLURM."""

    @classmethod
    def without_half_of_the_models(cls, baseline: Project, folder: Path) -> "ClusterStudy":
        """Copy a finished study and take away the models of one objective, so that these run again."""
        baseline.clone(folder)
        results = folder / "results" / "smoke"
        for part in ("models", "scores"):
            shutil.rmtree(results / part / "denoise")
        shutil.rmtree(results / "tables")
        for page in ("report.html", "findings.json"):
            (results / page).unlink()
        return cls(folder)

    def command(self, *arguments: str, cores: int = 2) -> list[str]:
        profile = ["--workflow-profile", "profiles/slurm-generic"]
        # Options that take several values would swallow targets; targets come last, after a `--`.
        return [sys.executable, "-m", "snakemake", *profile, *SMOKE, *QUICK, *arguments]

    @contextlib.contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen]:
        """Run in the background; kill it when the test is done with it, however that goes."""
        with (self.folder / "output.txt").open("w") as output:
            process = subprocess.Popen(
                self.command(*arguments), cwd=self.folder, env=self.environment,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @property
    def output(self) -> str:
        """What the run in the background has printed so far."""
        return (self.folder / "output.txt").read_text("utf-8")

    def finish(self, process: subprocess.Popen) -> None:
        """Wait until the run in the background has ended well."""
        status = process.wait(timeout=SECONDS)
        assert status == 0, self.output

    def wait_for_job(
        self, script: str, process: subprocess.Popen, *, without: frozenset[int] = frozenset()
    ) -> int:
        """Wait until a script of this study runs in a job; return its process number."""
        found: list[int] = []

        def started() -> bool:
            assert process.poll() is None, self.output
            found[:] = [number for number in self.processes(script) if number not in without]
            return bool(found)

        wait_until(started, f"{script} to start")
        return found[0]

    def stop_job(self, script: str, process: subprocess.Popen) -> int:
        """Stop a script of this study as soon as it runs in a job, so that it cannot end by itself."""
        number = self.wait_for_job(script, process)
        os.kill(number, signal.SIGSTOP)
        return number

    def processes(self, script: str) -> list[int]:
        """Find the processes that run a script of this study in jobs of SLURM."""
        numbers = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
                runs = len(arguments) > 1 and arguments[1].endswith(f".{script}".encode())
                if runs and (entry / "cwd").resolve() == self.folder.resolve() and job_of(int(entry.name)):
                    numbers.append(int(entry.name))
        return numbers


def job_of(process: int) -> str:
    """Read from its environment which job of SLURM a process belongs to; empty if to none."""
    with contextlib.suppress(OSError):
        for entry in Path(f"/proc/{process}/environ").read_bytes().split(b"\0"):
            if entry.startswith(b"SLURM_JOB_ID="):
                return entry.partition(b"=")[2].decode()
    return ""


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 300) -> None:
    """Poll ten times a second."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.1)
