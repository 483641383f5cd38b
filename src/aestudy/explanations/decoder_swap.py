"""Where does a clean target act? Frozen encoders, with decoders trained again on clean targets.

Models that denoise are compared with models that reconstruct, each tested on the distortion that it was
trained on; the latter were told to draw that distortion. Here the encoder of each stays as it is, and its
decoder is trained on, from where it stands, to put out the clean original of each training image. With P the
mean PSNR against the clean originals, and e + d for the encoder e with its decoder trained again,

    reported_gain = P(denoise) − P(reconstruct)
    encoder_part  = P(denoise, e + d) − P(reconstruct, e + d)
    decoder_part  = reported_gain − encoder_part

What is left of the gain once both decoders know what is asked is the encoder's; the rest was the decoder's.
"""

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from aestudy.devices.jax_start import start_jax
from aestudy.explanations.study import ExplainedStudy, with_averages
from aestudy.files.study_tables import ExplanationRow
from aestudy.images import to_float
from aestudy.networks.network import Network
from aestudy.settings.types import TrainingSettings
from aestudy.statistics.averages import DISTORTIONS, SAME

if TYPE_CHECKING:
    from aestudy.training.decoder import DecoderTraining

EPOCHS = 8
"""A compromise of time and of what is left to learn; docs/method.md says how much that is."""

DENOISE, RECONSTRUCT = "denoise", "reconstruct"
PARTS = {
    "reported_gain": (1, 0, -1, 0),
    "encoder_part": (0, 1, 0, -1),
    "decoder_part": (1, -1, -1, 1),
    "encoder_lead": (-1, 2, 1, -2),
}
"""Quantity -> its weights of P(denoise), P(denoise, e + d), P(reconstruct), P(reconstruct, e + d)."""


def measure(study: ExplainedStudy) -> list[ExplanationRow]:
    """Measure the gain of a clean target before and after the decoders are trained again."""
    names = [name for name in study.distortions if name in study.trained_on]
    retrain = _Retraining(study)
    cells = [[_score(study, retrain, name, seed) for seed in study.seeds] for name in names]
    # (conditions, S, 4, N) -> (S, conditions * 4, N)
    values = np.concatenate(np.array(cells), axis=1)
    averages = {(SAME, DISTORTIONS): map(study.is_distortion, names)}
    rows = []
    for (trained_on, tested_on), share in with_averages(zip(names, names, strict=True), averages).items():
        named = {"trained_on": str(trained_on), "tested_on": str(tested_on), "unit": "dB"}
        rows += study.rows(
            [{"quantity": part, "objective": f"{DENOISE} - {RECONSTRUCT}", **named} for part in PARTS],
            values, np.array([np.kron(share, part) for part in PARTS.values()]),
        )  # fmt: skip
    return rows


def _score(study: ExplainedStudy, retrain: "_Retraining", condition: str, seed: int) -> np.ndarray:
    """Compute the PSNR of the four models of a condition and seed, float64 (4, N)."""
    given = to_float(study.variant(condition))
    networks = []
    for objective in (DENOISE, RECONSTRUCT):
        network = study.network(condition, seed, objective)
        networks += [network, retrain(network, condition, seed)]
    return np.array([study.psnr(network.reconstruct, given) for network in networks])


class _Retraining:
    """Trains decoders, all by one program."""

    def __init__(self, study: ExplainedStudy):
        start_jax()
        self._study = study
        self._settings = dataclasses.replace(TrainingSettings(**study.recipe), epochs=EPOCHS)
        self._training: DecoderTraining | None = None

    def __call__(self, network: Network, condition: str, seed: int) -> Network:
        # They import JAX, which has to be started first.
        from aestudy.training.decoder import DecoderTraining
        from aestudy.training.loop import TrainingRun

        study = self._study
        run = TrainingRun(study.study_seed, study.dataset, seed)
        targets = study.clean_images("train")
        if self._training is None:
            self._training = DecoderTraining(network.architecture, self._settings, len(targets), run)
        codes = network.encode(to_float(study.variant(condition, "train")))
        parameters, _ = self._training.train(network.parameters, codes, targets, run)
        return Network(network.architecture, parameters)
