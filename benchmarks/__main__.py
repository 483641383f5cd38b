"""`python -m benchmarks`: measure everything, write benchmarks/results/bench.{json,md}, print the table."""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.contenders import ROOT, Contender, measure
from benchmarks.report import markdown
from benchmarks.startup import measure_startup
from benchmarks.study import measure_nothing_to_do, measure_study
from benchmarks.workload import write_digits

RESULTS = ROOT / "benchmarks" / "results"
PACKAGES = ("jax", "flax", "optax", "numpy", "torch", "tensorflow-cpu", "keras", "scikit-image", "snakemake")

TRAINING = (
    Contender("large GEMM through XLA", "gemm", "float32"),
    Contender("this project, Adam", "training", "adam"),
    Contender("this project, default recipe", "training", "recipe"),
    Contender("PyTorch eager", "peers_torch", "eager"),
    Contender("PyTorch torch.compile", "peers_torch", "compiled"),
    Contender("Keras (TensorFlow) fit", "peers_keras", "fit"),
)
SCORING = (
    Contender("SSIM, this project", "scoring", "ours"),
    Contender("SSIM, scikit-image", "scoring", "scikit_image"),
    Contender("network and all scores", "scoring", "all_metrics"),
)
DISTORTING = (Contender("all conditions", "distorting", "all_conditions"),)
PROFILE = (Contender("stages of a step", "step_profile", "stages"),)


def side_by_side(processes: int) -> Contender:
    """Name what the workflow really does with several cores: one training job on each."""
    return Contender(f"this project, Adam, {processes} jobs side by side", "training", "adam", processes)


def measure_all(subjects: list[str], repeats: int, overlay: str | None) -> dict[str, Any]:
    """Measure the subjects that are asked for.

    Args:
        subjects: keys of the result.
        repeats: rounds of each contender; what takes long gets fewer.
        overlay: config of the study to run; nothing for the default one.
    """
    cores = sorted(os.sched_getaffinity(0))
    one = cores[-1:]
    few = max(1, repeats // 3)
    results: dict[str, Any] = {"machine": describe_machine(len(cores)), "repeats": repeats}
    with tempfile.TemporaryDirectory(prefix="aestudy-bench-") as folder:
        digits = Path(folder) / "digits.npy"
        write_digits(digits)
        study = Path(folder) / "study"
        study.mkdir()
        work: dict[str, Callable[[], Any]] = {
            "training_one_core": lambda: measure(TRAINING, one, repeats, digits),
            "training_all_cores": lambda: measure(
                (*TRAINING, side_by_side(len(cores))), cores, repeats, digits
            ),
            "profile": lambda: measure(PROFILE, one, repeats, digits),
            "scoring": lambda: measure(SCORING, one, repeats, digits),
            "distorting": lambda: measure(DISTORTING, one, few, digits),
            "startup": lambda: measure_startup(one[0], repeats, digits),
            "study": lambda: (
                measure_study(overlay, len(cores), study)
                | {"nothing_to_do": measure_nothing_to_do(overlay, study, repeats)}
            ),
        }
        for subject in subjects or work:
            print(f"{subject}:", file=sys.stderr)
            results[subject] = work[subject]()
    return results


def describe_machine(cores: int) -> dict[str, Any]:
    """Write down the processor, the number of cores and the versions of what is compared."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": cores,
        "python": platform.python_version(),
        "versions": versions,
    }


SUBJECTS = (
    "training_one_core", "training_all_cores", "profile", "scoring", "distorting", "startup", "study",
)  # fmt: skip


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "subjects", nargs="*", metavar="subject", help=f"all, or some of {', '.join(SUBJECTS)}"
    )
    parser.add_argument("--repeats", type=int, default=7, help="rounds of each contender (default 7)")
    parser.add_argument("--study", help="config of the study to run, such as studies/mnist.yaml")
    arguments = parser.parse_args()
    unknown = set(arguments.subjects) - set(SUBJECTS)
    if unknown:
        parser.error(f"unknown subject {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    results = measure_all(arguments.subjects, arguments.repeats, arguments.study)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "bench.json").write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    table = markdown(results)
    (RESULTS / "bench.md").write_text(table, "utf-8")
    print(table)


if __name__ == "__main__":
    main()
