"""A whole study: its wall time against its pure training time, the memory of its jobs, and doing nothing.

python -m benchmarks.study studies/mnist.yaml --cores 2
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contenders import ROOT
from benchmarks.processes import MemoryWatch

SNAKEMAKE = [sys.executable, "-m", "snakemake"]


def measure_study(overlay: str | None, cores: int, folder: Path) -> dict[str, Any]:
    """Run a study in an empty folder.

    Args:
        overlay: path of a config below the repository, such as `studies/mnist.yaml`; nothing for the default.
        cores: how many cores Snakemake gets.
        folder: where it runs; it must be empty.

    Returns:
        `wall_seconds`; `training_jobs`, how many; `training_seconds`, the sum of what they say they spent in
        epochs; `overhead`, wall time over (training time ÷ cores); `peak_mb` by kind of job.
    """
    command = [*SNAKEMAKE, *_arguments(overlay, folder), "--cores", str(cores), "--quiet", "all"]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=sys.stderr)
    with MemoryWatch(process.pid) as watch:
        if process.wait():
            raise SystemExit(f"the study failed; its logs are in {folder}")
    wall = time.perf_counter() - started
    training, jobs = _training_seconds(folder / "logs")
    return {
        "study": overlay or "config.yaml",
        "cores": cores,
        "wall_seconds": wall,
        "training_jobs": jobs,
        "training_seconds": training,
        "overhead": wall / (training / cores),
        "peak_mb": dict(sorted(watch.peaks_mb.items())),
    }


def measure_nothing_to_do(overlay: str | None, folder: Path, repeats: int) -> dict[str, float]:
    """Run a study that is done already, in turns with `snakemake --version`.

    Returns:
        Median seconds of each, and their `ratio`.
    """
    no_op = [*SNAKEMAKE, *_arguments(overlay, folder), "--cores", "1", "--quiet", "all"]
    seconds: dict[str, list[float]] = {"version": [], "no_op": []}
    for _ in range(repeats):
        for name, command in (("version", [*SNAKEMAKE, "--version"]), ("no_op", no_op)):
            started = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=_environment(), check=True, capture_output=True)
            seconds[name].append(time.perf_counter() - started)
    medians = {f"{name}_seconds": median(values) for name, values in seconds.items()}
    return medians | {"ratio": medians["no_op_seconds"] / medians["version_seconds"]}


def _arguments(overlay: str | None, folder: Path) -> list[str]:
    configs = ["config.yaml"] + ([overlay] if overlay else [])
    arguments = ["--directory", str(folder), "--profile", str(ROOT / "profiles" / "default")]
    return [*arguments, "--configfile", *(str(ROOT / config) for config in configs)]


def _environment() -> dict[str, str]:
    """Let the study find MNIST beside the checkout, as the tests do."""
    beside = ROOT.parent / "shared" / "mnist"
    return ({"AESTUDY_MNIST_FOLDER": str(beside)} if beside.is_dir() else {}) | os.environ


def _training_seconds(logs: Path) -> tuple[float, int]:
    """Add up the lines in which the training jobs say how long their epochs took."""
    found = [
        float(match[1])
        for log in sorted(logs.glob("train_model/**/*.log"))
        if (match := re.search(r"epochs in ([0-9.]+) s", log.read_text("utf-8")))
    ]
    return sum(found), len(found)


def main() -> None:
    """Measure one study and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "overlay", nargs="?", help="config below the repository; the default study without it"
    )
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--repeats", type=int, default=5, help="rounds of the run that has nothing to do")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aestudy-bench-") as folder:
        numbers = measure_study(arguments.overlay, arguments.cores, Path(folder))
        numbers["nothing_to_do"] = measure_nothing_to_do(arguments.overlay, Path(folder), arguments.repeats)
    print(json.dumps(numbers, indent=2))


if __name__ == "__main__":
    main()
