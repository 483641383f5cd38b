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

from aestudy.cli.costs import JobCost, read_costs
from benchmarks.contenders import ROOT

STARTED = r"started with ([0-9.]+) s of processor time"
RULES = ("train_model", "fit_codec", "evaluate_model")
SNAKEMAKE = [sys.executable, "-m", "snakemake"]


def measure_study(overlay: str | None, cores: int, folder: Path) -> dict[str, Any]:
    """Run a study in an empty folder.

    Args:
        overlay: path of a config below the repository, such as `studies/mnist.yaml`; nothing for the default.
        cores: how many cores Snakemake gets.
        folder: where it runs; it must be empty.

    Returns:
        `wall_seconds`; `jobs` and `models`, how many; `training_seconds`, the sum of what trainings say they
        spent in epochs; `overhead`, wall time over (training time ÷ cores); `processor_seconds`, of all
        processes by what they went to (`_where_time_went`); `processor_ratio`, all of it over that of epochs;
        `waiting`, wall time over (processor time ÷ cores); `peak_mb` by kind of job.
    """
    command = [*SNAKEMAKE, *_arguments(overlay, folder), "--cores", str(cores), "--quiet", "all"]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the study failed; its logs are in {folder}")
    wall = time.perf_counter() - started
    costs = read_costs(folder / "logs")
    training, models = _sum_of("epochs in ([0-9.]+) s", folder / "logs")
    total = usage.ru_utime + usage.ru_stime  # of all processes that it waited for, too
    rules = sorted({cost.rule for cost in costs})
    went = _where_time_went(folder / "logs", costs, total)
    return {
        "study": overlay or "config.yaml",
        "cores": cores,
        "wall_seconds": wall,
        "jobs": len(costs),
        "models": models,
        "training_seconds": training,
        "overhead": wall / (training / cores),
        "processor_seconds": went,
        "processor_ratio": total / went["training epochs"],
        "waiting": wall / (total / cores),
        "peak_mb": {rule: max(cost.memory for cost in costs if cost.rule == rule) for rule in rules},
    }


def _where_time_went(logs: Path, costs: list[JobCost], total: float) -> dict[str, float]:
    """Divide the processor time of a study, in seconds."""
    by_rule = {rule: sum(cost.processor for cost in costs if cost.rule == rule) for rule in RULES}
    epochs, _ = _sum_of(r"epochs in [0-9.]+ s, ([0-9.]+) s of processor", logs)
    compiling, _ = _sum_of(r"compiled in [0-9.]+ s, ([0-9.]+) s of processor", logs)
    starts = {rule: _sum_of(STARTED, logs, rule)[0] for rule in RULES}
    jobs = sum(cost.processor for cost in costs)
    went = {
        "training epochs": epochs,
        "compilation": compiling,
        "start of trainings, JAX": by_rule["train_model"] - epochs - compiling,
        "fitting codecs": by_rule["fit_codec"] - starts["fit_codec"],
        "scoring models": by_rule["evaluate_model"] - starts["evaluate_model"],
        "start of fitting and scoring": starts["fit_codec"] + starts["evaluate_model"],
        "all other jobs": jobs - sum(by_rule.values()),
        "Snakemake, and the starts of its jobs": total - jobs,
    }
    return went | {"together": total}


PLAIN = """
rule all:
    input:
        expand("{{number}}_{{part}}.txt", number=range({jobs}), part=range({outputs})),


rule make:
    input:
        lambda wildcards: [
            f"{{number}}_{{part}}.txt"
            for number in range(max(0, int(wildcards.number) - {before}), int(wildcards.number))
            for part in range({outputs})
        ],
    output:
        expand("{{{{number}}}}_{{part}}.txt", part=range({outputs})),
    params:
        value=1,
    shell:
        "touch {{output}}"
"""
"""A workflow of one rule, which knows nothing of a study."""

PLAIN_SHAPES = {"plain": (1, 0), "plain_files": (4, 3)}
"""Outputs of a job, and the jobs before it whose outputs it reads. A job of the default study has about four
outputs and a dozen inputs."""


def measure_nothing_to_do(overlay: str | None, folder: Path, repeats: int) -> dict[str, float]:
    """Run a study that is done already, in turns with `snakemake --version` and with plain workflows.

    These have one rule, with a param, and as many finished jobs as the study: `plain` with a file for each,
    `plain_files` with about as many files as the study.

    Returns:
        Median seconds of each; `ratio` and `files_ratio`, that of the study to those of the plain workflows.
    """
    commands = {"version": [*SNAKEMAKE, "--version"]}
    for name, (outputs, before) in PLAIN_SHAPES.items():
        plain = folder / name
        plain.mkdir()
        rules = PLAIN.format(jobs=len(read_costs(folder / "logs")), outputs=outputs, before=before)
        (plain / "Snakefile").write_text(rules, "utf-8")
        where = ["--directory", str(plain), "--snakefile", str(plain / "Snakefile"), "--cores", "1"]
        commands[name] = [*SNAKEMAKE, *where, "--quiet", "all"]
        subprocess.run(commands[name], check=True, env=_environment(), capture_output=True)
    commands["no_op"] = [*SNAKEMAKE, *_arguments(overlay, folder), "--cores", "1", "--quiet", "all"]
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=_environment(), check=True, capture_output=True)
            seconds[name].append(time.perf_counter() - started)
    medians = {f"{name}_seconds": median(values) for name, values in seconds.items()}
    return medians | {
        "ratio": medians["no_op_seconds"] / medians["plain_seconds"],
        "files_ratio": medians["no_op_seconds"] / medians["plain_files_seconds"],
    }


def _arguments(overlay: str | None, folder: Path) -> list[str]:
    configs = ["config.yaml"] + ([overlay] if overlay else [])
    arguments = ["--directory", str(folder), "--profile", str(ROOT / "profiles" / "default")]
    return [*arguments, "--configfile", *(str(ROOT / config) for config in configs)]


def _environment() -> dict[str, str]:
    """Let the study find MNIST beside the checkout, as the tests do."""
    beside = ROOT.parent / "shared" / "mnist"
    return ({"AESTUDY_MNIST_FOLDER": str(beside)} if beside.is_dir() else {}) | os.environ


def _sum_of(pattern: str, logs: Path, rule: str = "") -> tuple[float, int]:
    """Add up what lines of logs say, those of one rule or of all: the sum, and how many lines there are."""
    files = sorted((logs / rule).rglob("*.log"))
    found = [float(value) for log in files for value in re.findall(pattern, log.read_text("utf-8"))]
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
