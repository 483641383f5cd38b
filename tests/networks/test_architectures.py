"""Another architecture is a class and a line in the table; files without a kind are dense."""

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

import aestudy
from aestudy.cli.main import main
from aestudy.codec.files import digest_network
from aestudy.errors import StudyError
from aestudy.files.archives import read_archive, write_archive
from aestudy.networks.architecture import (
    ARCHITECTURES,
    fields_of,
    initial_parameters,
    make_architecture,
    read_parameters,
)
from aestudy.networks.network import Network
from aestudy.networks.parameters import Parameter
from aestudy.settings import load
from support.study_configs import study


@dataclass(frozen=True)
class Tied:
    """One matrix there and its transpose back, and a scale that must stay positive."""

    image_shape: tuple[int, int]
    hidden: tuple[int, ...]
    code_size: int
    activation: str
    code_activation: str
    kind: ClassVar[str] = "tied"

    @property
    def parameters(self):
        pixels = self.image_shape[0] * self.image_shape[1]
        return {
            "matrix": Parameter((pixels, self.code_size), 0.1, for_muon=True),
            "grid": Parameter((2, self.code_size // 2)),
        }

    @property
    def description(self):
        return f"tied {self.code_size}"

    @property
    def multiply_adds(self):
        return 2 * self.image_shape[0] * self.image_shape[1] * self.code_size

    def encode(self, parameters, images, activations):
        return activations[self.code_activation](images @ parameters["matrix"])

    def decode(self, parameters, codes, activations):
        arrays = codes.__array_namespace__()
        return (codes * arrays.exp(parameters["grid"].reshape(-1))) @ parameters["matrix"].T


@pytest.fixture
def tied(monkeypatch):
    monkeypatch.setitem(ARCHITECTURES, "tied", Tied)


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(4)
    return np.clip(rng.normal(90, 40, (60, 1, 5)) + rng.normal(60, 9, (60, 6, 1)), 0, 255).astype(np.uint8)


def test_an_architecture_of_ones_own_trains_encodes_and_is_kept(tied, images, tmp_path, capsys):
    model = aestudy.train(images, kind="tied", code_size=4, epochs=3).fit_codec(images)
    losses = [row["train_loss"] for row in model.history]
    assert losses[-1] < losses[0]
    assert repr(model) == "<Model tied 4, with codec>"
    assert model.network.parameters["grid"].any()  # Adam trains what Muon does not take
    model.save(tmp_path)
    loaded = aestudy.load_model(tmp_path)
    assert loaded.architecture == model.architecture
    raw = loaded.encode(images)
    np.testing.assert_array_equal(loaded.decode(raw), model.decode(raw))
    assert main(["info", str(tmp_path)]) == 0
    assert re.search(r"layers +tied 4\n", capsys.readouterr().out)


def test_the_two_forms_of_it_agree(tied):
    from aestudy.training.autoencoder import Autoencoder

    architecture = make_architecture(
        {"kind": "tied", "hidden": (), "code_size": 4, "activation": "relu", "code_activation": "tanh"},
        (6, 5),
    )
    parameters = initial_parameters(architecture, np.random.default_rng(0))
    rows = np.random.default_rng(1).random((7, 30), np.float32)
    expected = Autoencoder(architecture, parameters).encode(rows)
    found = Network(architecture, parameters).encode(rows.reshape(7, 6, 5))
    np.testing.assert_allclose(found, expected, atol=2e-6)


def test_a_config_chooses_among_those_that_there_are(tied):
    assert load(study({"model": {"kind": "tied"}})).model.kind == "tied"
    with pytest.raises(StudyError, match=r"model\.kind: expected one of dense, tied, found the text 'conv'"):
        load(study({"model": {"kind": "conv"}}))
    with pytest.raises(StudyError, match=r"train: kind: expected one of dense, tied, found the text 'conv'"):
        aestudy.train(np.zeros((2, 6, 5), np.uint8), kind="conv")


def test_a_file_tells_its_kind_and_without_one_it_is_dense(tied, images, tmp_path):
    dense = aestudy.train(images, hidden=[7], code_size=4, epochs=1)
    assert "kind" not in fields_of(dense.architecture)
    dense.save(tmp_path)
    architecture, parameters, _ = read_parameters(tmp_path / "params.npz")
    assert (architecture.kind, architecture) == ("dense", dense.architecture)
    as_tied = Tied(*fields_of(architecture).values())
    other = {"kind": "tied", **fields_of(architecture)}
    assert digest_network(Network(as_tied, dict.fromkeys(as_tied.parameters, np.zeros(3)))) != digest_network(
        Network(architecture, parameters)
    )
    for kind, message in (
        ("tied", "do not fit the architecture"),
        ("conv", "model.kind: expected one of dense"),
    ):
        arrays = read_archive(tmp_path / "params.npz")
        del arrays["provenance"]
        write_archive(tmp_path / "p.npz", arrays, {"architecture": {**other, "kind": kind}})
        with pytest.raises(StudyError, match=rf"p\.npz: .*{message}"):
            read_parameters(tmp_path / "p.npz")
