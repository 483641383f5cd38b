"""Is the cost of noise the noise? Tone, what the mean response changes, against randomness around it.

The value of a model f on images is P, its mean PSNR against the originals x. With y the distorted images and
φ = φ(x) the mean response, tone and randomness can be switched on one after the other in two orders; each
part is the mean of its two steps (Shapley 1953), so that the two parts add up to the cost:

    tone       = ½ [(P(φ) − P(x)) + (P(y) − P(y − φ + x))]
    randomness = ½ [(P(y − φ + x) − P(x)) + (P(y) − P(φ))]
    cost       = P(y) − P(x)
    tone_lead  = tone − randomness = P(φ) − P(y − φ + x)
"""

import numpy as np

from aestudy.distortions.names import CLEAN
from aestudy.distortions.registry import is_random
from aestudy.explanations.study import ExplainedStudy, with_averages
from aestudy.files.study_tables import ExplanationRow
from aestudy.images import to_float
from aestudy.statistics.averages import NOISES

PARTS = {
    "cost": (-1, 0, 0, 1),
    "tone": (-0.5, 0.5, -0.5, 0.5),
    "randomness": (-0.5, -0.5, 0.5, 0.5),
    "tone_lead": (0, 1, -1, 0),
}
"""Quantity -> its weights of P(x), P(φ), P(y − φ + x) and P(y)."""


def measure(study: ExplainedStudy) -> list[ExplanationRow]:
    """Split the cost of each random condition for the clean-trained models, and that of noises on average."""
    names = [name for name in study.distortions if is_random(study.specs[name])]
    networks = [study.network(CLEAN, seed) for seed in study.seeds]
    untouched = [study.psnr(network.reconstruct, study.originals) for network in networks]
    cells = [
        [
            [untouched[place], *(study.psnr(network.reconstruct, images) for images in given)]
            for place, network in enumerate(networks)
        ]
        for given in (inputs_of(study, name) for name in names)
    ]
    # (conditions, S, 4, N) -> (S, conditions * 4, N)
    values = np.concatenate(np.array(cells), axis=1)
    rows = []
    averages = {NOISES: map(study.is_noise, names)}
    for name, share in with_averages(names, averages).items():
        rows += _split(study, str(name), values, share)
    return rows


def inputs_of(study: ExplainedStudy, condition: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make φ(x), y − φ(x) + x and y of the test images, float32 (N, H, W); the second is not clipped."""
    response, distorted = study.mean_response(condition), to_float(study.variant(condition))
    return response, distorted - response + study.originals, distorted


def _split(
    study: ExplainedStudy, tested_on: str, values: np.ndarray, share: np.ndarray
) -> list[ExplanationRow]:
    """Write the rows of a condition or an average, `share` being the weights (conditions,)."""
    weights = np.array([np.kron(share, part) for part in PARTS.values()])
    names = {"trained_on": CLEAN, "tested_on": tested_on}
    rows = study.rows([{"quantity": name, "unit": "dB", **names} for name in PARTS], values, weights)
    cost, tone = rows[0].mean, rows[1].mean
    if not rows[0].sign:  # no share of what is not there
        return rows
    # The gradient of a ratio: d(t/c) = dt/c − t dc/c².
    gradient = 100 * (weights[1] / cost - tone * weights[0] / cost**2)
    share_name = {"quantity": "tone_share", "unit": "%", **names}
    return rows + study.rows([share_name], values, gradient[None], np.array([100 * tone / cost]))
