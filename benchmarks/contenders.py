"""Run contenders in processes of their own, one round of each in turn."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Contender:
    """Something to be timed.

    Attributes:
        label: name in the table.
        module: module of `benchmarks` with a function `prepare_<variant>(digits_path, threads)`, which gets
            ready and returns the function that does one round and returns its numbers.
        variant: which of the module's `prepare_` functions.
        processes: how many of them run side by side, with the cores divided among them.
    """

    label: str
    module: str
    variant: str
    processes: int = 1


class WorkerError(Exception):
    """A worker could not get ready or died; the text says why."""


class Worker:
    """One process that waits for the word to do a round.

    Args:
        contender: what it does.
        cores: the cores it is bound to.
        digits: path of the images.
    """

    def __init__(self, contender: Contender, cores: Sequence[int], digits: Path):
        command = [sys.executable, "-m", "benchmarks.worker", contender.module, contender.variant]
        command += [str(digits), ",".join(map(str, cores))]
        self._label = contender.label
        # A file: nobody empties a pipe while the rounds run, and a compiler that complains fills it.
        self._complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(len(cores)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._complaints, text=True,
        )  # fmt: skip

    def ask(self) -> None:
        """Say go; `answer` waits for the round."""
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, float]:
        """Wait for one line: the numbers of a round, or that it is ready."""
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._complaints.seek(0)
            reason = self._complaints.read().strip().splitlines()[-1:]
            raise WorkerError(f"{self._label}: {' '.join(reason) or 'ended without a word'}")
        return json.loads(line)

    def close(self) -> None:
        """Let the process end."""
        self._process.communicate()
        self._complaints.close()


def _environment(threads: int) -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "PYTHONWARNINGS": "ignore"}
    return os.environ | dict.fromkeys(names, str(threads)) | quiet


def measure(
    contenders: Sequence[Contender], cores: Sequence[int], repeats: int, digits: Path
) -> dict[str, dict[str, Any]]:
    """Time contenders in turns.

    Args:
        contenders: what to time; one that cannot run is reported and left out.
        cores: the cores to use.
        repeats: number of rounds of each.
        digits: path of the images.

    Returns:
        label -> number -> median over the rounds; `seconds` has its `spread` (largest minus smallest,
        as a share of the median) beside it. A contender that failed has only `failed`, the reason.
    """
    teams: dict[str, list[Worker]] = {}
    results: dict[str, dict[str, Any]] = {}
    for contender in contenders:
        share = len(cores) // contender.processes
        team = [
            Worker(contender, cores[place * share : (place + 1) * share], digits)
            for place in range(contender.processes)
        ]
        try:
            for worker in team:
                worker.answer()
            teams[contender.label] = team
            _say(f"ready: {contender.label}")
        except WorkerError as failure:
            results[contender.label] = {"failed": str(failure)}
            _say(f"left out: {failure}")
    rounds: dict[str, list[dict[str, float]]] = {label: [] for label in teams}
    for number in range(repeats):
        for label, team in teams.items():
            for worker in team:
                worker.ask()
            rounds[label].append(_together([worker.answer() for worker in team]))
        _say(f"round {number + 1} of {repeats}")
    for team in teams.values():
        for worker in team:
            worker.close()
    return results | {label: _medians(rows) for label, rows in rounds.items()}


def _together(rows: list[dict[str, float]]) -> dict[str, float]:
    """Combine a round of workers that ran side by side: the slowest one ends it, rates add up."""
    return {name: (max if name == "seconds" else sum)(row[name] for row in rows) for name in rows[0]}


def _medians(rows: list[dict[str, float]]) -> dict[str, float]:
    seconds = [row["seconds"] for row in rows]
    medians = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    return medians | {"spread": (max(seconds) - min(seconds)) / statistics.median(seconds)}


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
