"""Jobs spread over the GPUs of a machine: the processes and the locks are real, the devices only names."""

import subprocess
import sys

import pytest

from aestudy.devices import gpu_slots

HOLDER = """
import sys
from pathlib import Path
from aestudy.devices.gpu_slots import take_slot
print(take_slot(sys.argv[2:], Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def hold(tmp_path):
    processes = []

    def start(*gpus):
        command = [sys.executable, "-c", HOLDER, str(tmp_path / "locks"), *gpus]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_jobs_go_to_the_device_with_the_fewest(hold):
    gpus = [hold("0", "1", "2")[1] for _ in range(6)]
    assert gpus == ["0", "1", "2", "0", "1", "2"]


def test_a_killed_job_gives_its_place_back(hold):
    (first, gpu), (_, other) = hold("0", "1"), hold("0", "1")
    assert (gpu, other) == ("0", "1")
    first.kill()
    first.communicate()
    assert hold("0", "1")[1] == "0"


def test_with_all_places_taken_a_job_still_gets_a_device(hold, tmp_path, monkeypatch):
    monkeypatch.setattr(gpu_slots, "SLOTS_PER_GPU", 1)
    taken = [hold("GPU-a", "GPU-b")[1] for _ in range(2)]
    assert taken == ["GPU-a", "GPU-b"]
    assert gpu_slots.take_slot(["GPU-a", "GPU-b"], tmp_path / "locks") in taken


@pytest.mark.parametrize(
    ("variable", "expected"),
    [("0,1", ["0", "1"]), (" 3 ", ["3"]), ("", []), ("GPU-5f,MIG-7", ["GPU-5f", "MIG-7"])],
)
def test_what_a_scheduler_sets_counts(monkeypatch, variable, expected):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)
    assert gpu_slots.visible_gpus() == expected


def test_without_the_variable_the_devices_of_the_machine_count(monkeypatch, tmp_path):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(gpu_slots, "NVIDIA_DEVICES", tmp_path)
    assert gpu_slots.visible_gpus() == []
    for bus in ("0000:1b:00.0", "0000:43:00.0"):
        (tmp_path / bus).mkdir()
    assert gpu_slots.visible_gpus() == ["0", "1"]


def test_one_of_several_devices_becomes_the_only_one_that_a_job_sees(monkeypatch, tmp_path):
    monkeypatch.setattr(gpu_slots, "lock_folder", lambda: tmp_path)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    assert gpu_slots.choose_gpu() == "2"
    assert gpu_slots.visible_gpus() == ["2"]
    assert gpu_slots.choose_gpu() is None  # one device: nothing to choose
