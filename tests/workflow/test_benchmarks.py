"""The parts of the benchmarks that count and write; nothing here is timed."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _importable(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))


def test_training_flop_counts_every_product_once():
    from benchmarks.workload import training_flop

    layers = [(784, 128), (128, 64), (64, 32), (32, 64), (64, 128), (128, 784)]
    forward = sum(2 * inputs * outputs for inputs, outputs in layers)
    of_weights = forward
    of_layer_inputs = sum(2 * inputs * outputs for inputs, outputs in layers[1:])
    assert training_flop(10) == 10 * (forward + of_weights + of_layer_inputs)


def test_processes_side_by_side_add_their_rates_and_end_with_the_slowest():
    from benchmarks.contenders import _together

    rows = [{"seconds": 2.0, "images_per_s": 10.0}, {"seconds": 3.0, "images_per_s": 7.0}]
    assert _together(rows) == {"seconds": 3.0, "images_per_s": 17.0}


def test_report_sets_each_ratio_beside_its_target():
    from benchmarks.report import markdown

    row = {"cpu_seconds": 1.0, "images_per_s": 6e4, "spread": 0.0}
    results = {
        "machine": {"processor": "abacus", "cores": 1, "python": "3", "versions": {"jax": "0"}},
        "repeats": 1,
        "training_one_core": {
            "large GEMM through XLA": {"seconds": 0.1, "gflop_per_s": 100.0, "spread": 0.0},
            "this project, Adam": row | {"seconds": 1.0, "gflop_per_s": 80.0},
            "PyTorch eager": row | {"seconds": 2.0, "gflop_per_s": 40.0},
            "Keras (TensorFlow) fit": {"failed": "no Keras here"},
        },
    }
    table = markdown(results)
    assert "| training step, share of GEMM rate | 0.80 | ≥ 0.75 | ✓ |" in table
    assert "| training against PyTorch eager | 2.00× | ≥ 2.2× | ✗ |" in table
    assert "no Keras here" in table


def test_a_worker_answers_each_line_and_says_why_it_cannot():
    from benchmarks.contenders import Contender, Worker, WorkerError

    nobody = Worker(Contender("nobody", "workload", "nothing"), [min(os.sched_getaffinity(0))], ROOT)
    with pytest.raises(WorkerError, match="prepare_nothing"):
        nobody.answer()
    nobody.close()
