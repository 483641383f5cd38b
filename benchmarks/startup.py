"""How long a training job takes from its first instruction to its first step, and where that goes."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.contenders import ROOT

SCRIPT = """
import sys, time
started = time.perf_counter()
laps, last = {}, started
def lap(name):
    global last
    laps[name + "_seconds"] = time.perf_counter() - last
    last = time.perf_counter()
import contextlib
from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job
fix_environment()
contextlib.ExitStack().enter_context(job(sys.argv[3]))
import numpy as np
lap("numpy")
from aestudy.devices.jax_start import start_jax
start_jax(1)
lap("jax")
import aestudy.training.job
from aestudy.training.loop import TrainingRun, train
from aestudy.networks.dense import DenseArchitecture
from aestudy.settings.types import TrainingSettings
lap("flax_and_optax")
images = np.load(sys.argv[1])[:60000]
lap("data")
import json, logging
class FirstStep(logging.Handler):
    def emit(self, record):
        if record.getMessage().startswith("compiled"):
            lap("prepare_and_compile")
            laps["seconds"] = time.perf_counter() - started
            print(json.dumps(laps))
            sys.stdout.flush()
            import os
            os._exit(0)
logging.getLogger("aestudy").addHandler(FirstStep())
logging.getLogger("aestudy").setLevel(logging.INFO)
architecture = DenseArchitecture((28, 28), tuple(json.loads(sys.argv[2])["hidden"]), 32, "elu", "linear")
settings = TrainingSettings("bce", "muon", 0.02, "cosine", 1, 256, 0.1, 0.0, 0.0, 1)
train(architecture, settings, images, images, TrainingRun(0, "bench", 0))
"""


def measure_startup(core: int, repeats: int, digits: Path) -> dict[str, dict[str, float]]:
    """Start training jobs, with an empty and with a filled compilation cache.

    The interpreter's own start is included; files of the packages are in the machine's memory already.

    Args:
        core: the core that the jobs run on.
        repeats: number of starts of each.
        digits: path of the images.

    Returns:
        `cold` and `warm` -> number -> median seconds.
    """
    rows: dict[str, list[dict[str, float]]] = {"cold": [], "warm": []}
    _start(core, digits, Path(tempfile.gettempdir()) / "aestudy-bench-none")
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache:
            for state in ("cold", "warm"):
                rows[state].append(_start(core, digits, Path(cache)))
    return {
        state: {name: median(row[name] for row in found) for name in found[0]}
        for state, found in rows.items()
    }


def _start(core: int, digits: Path, cache: Path) -> dict[str, float]:
    import time

    command: Sequence[str] = (
        sys.executable,
        "-c",
        SCRIPT,
        str(digits),
        json.dumps({"hidden": [128, 64]}),
        os.devnull,
    )
    started = time.perf_counter()
    done = subprocess.run(
        ["taskset", "-c", str(core), *command], env=os.environ | {"AESTUDY_CACHE": str(cache)}, cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    whole = time.perf_counter() - started
    row = json.loads(done.stdout)
    return row | {"interpreter_seconds": whole - row["seconds"], "seconds": whole}
