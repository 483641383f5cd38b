from support import machine

machine.forget_the_user()  # before NumPy is imported

# ruff: noqa: E402
import dataclasses
import gzip
import hashlib
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from aestudy.datasets import originals, places
from support.projects import Server, shared_baseline


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The folder with the four original MNIST files."""
    beside_checkout = Path(__file__).resolve().parents[2] / "shared" / "mnist"
    folder = Path(os.environ.get("AESTUDY_MNIST_FOLDER") or beside_checkout)
    if not folder.is_dir():
        found = f"none at {folder}; AESTUDY_MNIST_FOLDER can name their folder"
        machine.leave_to("machines with the original MNIST files", found)
    return folder


@pytest.fixture(scope="session")
def baseline(tmp_path_factory):
    """The finished smoke study in a folder that tests clone, and leave as it is."""
    base = tmp_path_factory.getbasetemp()
    # The processes of one test session share the folder above their own.
    return shared_baseline((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared baseline")


@pytest.fixture(scope="session")
def server():
    """Snakemake, imported once."""
    server = Server()
    yield server
    server.close()


def idx_bytes(array):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


@pytest.fixture
def tiny_mnist(tmp_path, monkeypatch):
    """A folder with 12 and 5 random images in MNIST's format, which count as the original ones."""
    files = []
    rng = np.random.default_rng(7)
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name, n_items in (("train", 12), ("t10k", 5)):
        images = rng.integers(0, 256, (n_items, 28, 28), np.uint8)
        labels = np.arange(n_items, dtype=np.uint8) % 3
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            content = idx_bytes(array)
            raw = gzip.compress(content)
            file = originals.OriginalFile(
                f"{name}-{kind}-ubyte", n_items, array.ndim, hashlib.sha256(content).hexdigest(),
                hashlib.sha256(raw).hexdigest(),
            )  # fmt: skip
            files.append(file)
            (folder / f"{file.name}.gz").write_bytes(raw)
    unpublished = [dataclasses.replace(file, content_sha256=None) for file in files]
    monkeypatch.setattr(originals, "MNIST", tuple(files))
    monkeypatch.setattr(originals, "FASHION_MNIST", tuple(unpublished))
    monkeypatch.setenv("AESTUDY_CACHE", str(tmp_path / "cache"))
    for variable in places.FOLDER_VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(places, "MIRRORS", {"mnist": (), "fashion_mnist": ()})
    return folder


@pytest.fixture(scope="session")
def slurm():
    """A real SLURM with three simulated nodes for the tests of this session."""
    from cluster.local_slurm import LocalSlurm, reason_to_skip

    if reason := reason_to_skip():
        machine.give_up(reason)
    with LocalSlurm() as cluster:
        yield cluster
