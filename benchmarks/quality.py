"""How good the autoencoder gets: sum of squared errors per test image over several seeds.

    python -m benchmarks.quality --seeds 5

Each training runs on one core in a process of its own, as many side by side as there are cores. The recipes
were chosen on the validation split (docs/training.md); this is the one place that looks at the test set.
"""

import argparse
import gzip
import json
import os
import queue
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from benchmarks.contenders import ROOT
from benchmarks.recipes import RECIPES, Recipe

DEFAULT_FOLDER = os.environ.get("AESTUDY_MNIST_FOLDER") or str(ROOT.parent / "shared" / "mnist")


def train_once(recipe: Recipe, seed: int, folder: Path) -> dict[str, float]:
    """Train in this process and score the test set.

    Args:
        recipe: network and training.
        seed: of the training.
        folder: with the four original MNIST files.

    Returns:
        `test_sse`, `validation_loss` and `seconds` (of the training, compilation included).
    """
    from aestudy.devices.environment import fix_environment

    fix_environment()
    from aestudy.devices.jax_start import start_jax

    start_jax(1)
    import logging

    import numpy as np

    from aestudy.datasets.idx import parse_idx
    from aestudy.networks.dense import DenseArchitecture
    from aestudy.networks.network import Network
    from aestudy.training.loop import TrainingRun, train

    images = {}
    for name in ("train", "t10k"):
        path = folder / f"{name}-images-idx3-ubyte.gz"
        images[name] = parse_idx(gzip.decompress(path.read_bytes()), where=str(path), dimensions=3)
    architecture = DenseArchitecture((28, 28), recipe.hidden, recipe.code_size, recipe.activation, "linear")
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    started = time.perf_counter()
    model = train(
        architecture, recipe.training, images["train"], images["train"], TrainingRun(2026, "mnist", seed)
    )
    seconds = time.perf_counter() - started
    clean = images["t10k"].astype(np.float32) / 255
    error = Network(architecture, model.parameters).reconstruct(clean) - clean
    return {
        "test_sse": float(np.square(error).sum(axis=(1, 2), dtype=np.float64).mean()),
        "validation_loss": model.history[-1]["validation_loss"],
        "seconds": seconds,
    }


def measure(recipe: str, seeds: int, folder: Path) -> list[dict[str, float]]:
    """Train a recipe with several seeds, one process for each, as many at a time as there are cores."""
    cores: queue.Queue[int] = queue.Queue()
    for core in sorted(os.sched_getaffinity(0)):
        cores.put(core)

    def run(seed: int) -> dict[str, float]:
        core = cores.get()
        try:
            command = ["taskset", "-c", str(core), sys.executable, "-m", "benchmarks.quality"]
            command += ["--once", recipe, str(seed), "--folder", str(folder)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"{recipe}, seed {seed}: {done.stderr}")
            row: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
            print(f"  {recipe}, seed {seed}: {row}", file=sys.stderr, flush=True)
            return row
        finally:
            cores.put(core)

    with ThreadPoolExecutor(cores.qsize()) as pool:
        return list(pool.map(run, range(seeds)))


def main() -> None:
    """Train the recipes that are asked for and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recipes", nargs="*", metavar="recipe", help=f"all, or some of {', '.join(RECIPES)}")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path(DEFAULT_FOLDER), help="the original MNIST files")
    parser.add_argument("--once", nargs=2, metavar=("RECIPE", "SEED"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        recipe, seed = arguments.once
        print(json.dumps(train_once(RECIPES[recipe], int(seed), arguments.folder)))
        return
    unknown = set(arguments.recipes) - set(RECIPES)
    if unknown:
        parser.error(f"unknown recipe {', '.join(sorted(unknown))}; there are {', '.join(RECIPES)}")
    results: dict[str, Any] = {}
    lines = ["| recipe | epochs | test SSE, mean | spread (sd) | worst | s per training | asked for |"]
    lines += ["|---|" + "---:|" * 6]
    for name in arguments.recipes or RECIPES:
        recipe = RECIPES[name]
        rows = results[name] = measure(name, arguments.seeds, arguments.folder)
        errors = [row["test_sse"] for row in rows]
        spread = f"{stdev(errors):.3f}" if len(errors) > 1 else ""
        seconds = mean(row["seconds"] for row in rows)
        lines.append(
            f"| {name} | {recipe.training.epochs} | {mean(errors):.3f} | {spread} | {max(errors):.3f} | "
            f"{seconds:.1f} | {recipe.asked_for} |"
        )
    folder = ROOT / "benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    (folder / "quality.json").write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
