"""Decoders trained again over frozen encoders, with the real trainer and cases whose answer is known."""

import dataclasses
import json

import numpy as np
import pytest

from aestudy.explanations import decoder_swap
from aestudy.images import to_float
from aestudy.networks.architecture import initial_parameters
from aestudy.networks.network import Network
from aestudy.statistics.averages import DISTORTIONS, SAME
from aestudy.training.decoder import DecoderTraining, decoder_names
from aestudy.training.loop import TrainingRun
from support.explained import HandmadeStudy, chosen, spec
from support.small_training import ARCHITECTURE, recipe

RUN = TrainingRun(1, "mine", 0)
IMAGES = np.random.default_rng(7).integers(0, 256, (100, 6, 5), dtype=np.uint8)
"""Too many for so small a network, so that its error has a lowest value that is not 0."""


def network(seed=0):
    return Network(ARCHITECTURE, initial_parameters(ARCHITECTURE, np.random.default_rng(seed)))


def train(codes, targets, epochs=60):
    training = DecoderTraining(ARCHITECTURE, recipe(epochs=epochs), len(codes), RUN)
    return training.train(network().parameters, codes, targets, RUN)


def test_only_the_decoder_is_trained_and_towards_its_targets():
    before = network()
    codes, targets = before.encode(to_float(IMAGES)), 255 - IMAGES
    parameters, losses = train(codes, targets)
    names = decoder_names(ARCHITECTURE, parameters)
    assert names == [name for name in ARCHITECTURE.parameters if name.startswith("decoder.")]
    for name, values in before.parameters.items():
        assert (name in names) == (values != parameters[name]).any()
    after = Network(ARCHITECTURE, parameters)
    errors = [np.square(one.decode(codes) - to_float(targets)).mean() for one in (before, after)]
    assert errors[1] < 0.9 * errors[0]
    assert losses[-1] < losses[0]
    assert len(losses) == 60


def test_the_same_training_gives_the_same_bytes():
    codes = network().encode(to_float(IMAGES))
    first, second = (train(codes, IMAGES, epochs=2)[0] for _ in range(2))
    assert {name: values.tobytes() for name, values in first.items()} == {
        name: values.tobytes() for name, values in second.items()
    }


def make_study(networks, conditions=("white",)):
    specs = [spec("clean"), *(spec(name, "white", sigma=0.1) for name in conditions)]
    study = HandmadeStudy(
        IMAGES, specs, networks=networks, variants=dict.fromkeys(conditions, IMAGES), seeds=(0,),
        trained_on=list(conditions), objectives=("reconstruct", "denoise"),
    )  # fmt: skip
    study._params["recipe"] = json.dumps(dataclasses.asdict(recipe()))
    return study


def test_the_same_network_twice_gains_nothing_anywhere():
    rows = decoder_swap.measure(
        make_study({(goal, "white", 0): network() for goal in ("denoise", "reconstruct")})
    )
    assert {row.quantity for row in rows} == set(decoder_swap.PARTS)
    assert all(row.mean == 0 for row in rows)


def test_what_only_the_decoder_knew_is_the_decoder_s(monkeypatch):
    """Both objectives have one encoder; the decoder of one was told to put out negatives."""
    monkeypatch.setattr(decoder_swap, "EPOCHS", 300)
    codes = network().encode(to_float(IMAGES))
    told = {
        ("denoise", "white", 0): Network(ARCHITECTURE, train(codes, IMAGES, 300)[0]),
        ("reconstruct", "white", 0): Network(ARCHITECTURE, train(codes, 255 - IMAGES, 300)[0]),
    }
    rows = decoder_swap.measure(make_study(told))
    gain, encoder, decoder = (
        chosen(rows, name).mean for name in ("reported_gain", "encoder_part", "decoder_part")
    )
    assert gain > 2
    assert abs(encoder) < 0.2 * gain
    assert decoder == pytest.approx(gain - encoder)
    assert chosen(rows, "encoder_lead").mean == pytest.approx(encoder - decoder)
    assert chosen(rows, "encoder_lead").sign == -1
    assert {row.objective for row in rows} == {"denoise - reconstruct"}


def test_distortions_are_averaged():
    one, other = network(), network(1)
    networks = {
        ("denoise", "a", 0): one, ("reconstruct", "a", 0): other, ("denoise", "b", 0): one,
        ("reconstruct", "b", 0): one,
    }  # fmt: skip
    rows = decoder_swap.measure(make_study(networks, ("a", "b")))
    single = [chosen(rows, "reported_gain", tested_on=name).mean for name in "ab"]
    average = chosen(rows, "reported_gain", tested_on=str(DISTORTIONS), trained_on=str(SAME))
    assert average.mean == pytest.approx(sum(single) / 2)
