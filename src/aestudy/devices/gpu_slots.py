"""Spread the jobs of one machine over its GPUs: each job sees one device, the one with the fewest jobs.

Snakemake's resource `gpu` says how many trainings run at a time, not where. So each training takes a slot of
a device: a lock of the kernel on a small file in the machine's temporary folder, which ends with its process,
however that ends.
"""

import getpass
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from aestudy.files import locks

SLOTS_PER_GPU = 5
"""Places for jobs on one device, each with a fifth of its memory (`aestudy.devices.jax_start`)."""

NVIDIA_DEVICES = Path("/proc/driver/nvidia/gpus")
VISIBLE = "CUDA_VISIBLE_DEVICES"

_held: list[int] = []


def visible_gpus() -> list[str]:
    """List the GPUs that this process may use, as `CUDA_VISIBLE_DEVICES` names them.

    What the variable says counts, because a cluster's scheduler sets it; without it all of the machine's.
    """
    if VISIBLE in os.environ:
        return [name.strip() for name in os.environ[VISIBLE].split(",") if name.strip()]
    return [str(number) for number in range(len(list(NVIDIA_DEVICES.glob("*"))))]


def choose_gpu() -> str | None:
    """Bind this process to one of several GPUs, whose name `CUDA_VISIBLE_DEVICES` then holds.

    With one or none there is nothing to choose, and None comes back.
    """
    gpus = visible_gpus()
    if len(gpus) < 2:
        return None
    os.environ[VISIBLE] = take_slot(gpus, lock_folder())
    return os.environ[VISIBLE]


def take_slot(gpus: Sequence[str], folder: Path) -> str:
    """Take a place on the device with the fewest jobs until this process ends, and name the device.

    Where all places are taken, it is one of the devices all the same. The lock files are in `folder`.
    """
    for slot in range(SLOTS_PER_GPU):
        for gpu in gpus:
            descriptor = locks.take(folder / f"{gpu.replace('/', '_')}.{slot}", mode=0o600)
            if descriptor is not None:
                _held.append(descriptor)
                return gpu
    return gpus[os.getpid() % len(gpus)]


def lock_folder() -> Path:
    """Name the folder of the lock files: of this machine and this user."""
    return Path(tempfile.gettempdir()) / f"aestudy-gpus-{getpass.getuser()}"
