"""What must change to repair a model? A ladder from two numbers to a model of its own.

The clean-trained model stays as it is, but for what a step fits to the first training images x and their
distorted forms y. With e the encoder, s and o the least-squares line y ≈ s x + o over all pixels:

    input         its input becomes (y − o) / s: 2 numbers
    standardised  each number of its code e(y) gets the mean and the spread of e(x): 2 for each
    mapped        its code becomes the least-squares map of e(y) to e(x), a matrix and a constant
    own           the model that was trained on the distortion

`repair_{step}` is the PSNR that a step gains on distorted images over the clean-trained model as it is, and
`share_{step}` that in percent of the last step. The price that a model trained on the distortion pays on
clean images has the same ladder the other way round, from x to y: its input becomes s x + o, its code is
fitted from e(x) to e(y), and the last step is the clean-trained model. `price_{step}` is what the step leaves
of the price, and `price` what there is of it without one. `numbers_{step}` counts what a step fits, and
`mapped_lead` is what the map repairs less what it leaves to repair.
"""

import math
from collections.abc import Callable

import numpy as np

from aestudy.distortions.names import CLEAN
from aestudy.explanations.study import ExplainedStudy, with_averages
from aestudy.files.study_tables import ExplanationRow
from aestudy.images import to_float
from aestudy.networks.network import Network
from aestudy.statistics.averages import DISTORTIONS, SAME

FIT_IMAGES = 5000
"""So many training images, the first ones, are fitted at most."""

STEPS = ("input", "standardised", "mapped")
OWN = "own"

Map = Callable[[np.ndarray], np.ndarray]


def measure(study: ExplainedStudy) -> list[ExplanationRow]:
    """Climb both ladders of every distortion that has a model, and on average over the distortions."""
    names = [name for name in study.distortions if name in study.trained_on]
    clean = [study.network(CLEAN, seed) for seed in study.seeds]
    untouched = [study.psnr(network.reconstruct, study.originals) for network in clean]
    repairs, prices = [], []
    for name in names:
        line = fit_line(study, name)
        own = [study.network(name, seed) for seed in study.seeds]
        repairs.append([_repair(study, name, line, *pair) for pair in zip(clean, own, strict=True)])
        prices.append(
            [
                [*_price(study, name, line, network), best]
                for network, best in zip(own, untouched, strict=True)
            ]
        )
    # (conditions, S, 5, N) -> (S, conditions * 5, N)
    values = [np.concatenate(np.array(cells), axis=1) for cells in (repairs, prices)]
    rows = []
    for name, share in with_averages(names, {DISTORTIONS: map(study.is_distortion, names)}).items():
        rows += _repair_rows(study, str(name), values[0], share)
        rows += _price_rows(study, str(SAME if name == DISTORTIONS else name), values[1], share)
    return rows + _counts(study, clean[0])


def _repair(
    study: ExplainedStudy, name: str, line: tuple[float, float], clean: Network, own: Network
) -> list[np.ndarray]:
    """PSNR of a clean-trained model on distorted images: as it is, at each step, and of the own model."""
    given, (scale, offset) = to_float(study.variant(name)), line
    start, goal = (clean.encode(images) for images in _pairs(study, name)[::-1])
    answers = [given, (given - offset) / scale]
    outputs = [clean.reconstruct(images.astype(np.float32)) for images in answers]
    outputs += [clean.decode(fitted(clean.encode(given))) for fitted in fit_codes(start, goal)]
    return [study.psnr_of(output) for output in (*outputs, own.reconstruct(given))]


def _price(study: ExplainedStudy, name: str, line: tuple[float, float], own: Network) -> list[np.ndarray]:
    """PSNR of a model of its own on clean images: as it is, and at each step."""
    given, (scale, offset) = study.originals, line
    start, goal = (own.encode(images) for images in _pairs(study, name))
    answers = [given, scale * given + offset]
    outputs = [own.reconstruct(images.astype(np.float32)) for images in answers]
    outputs += [own.decode(fitted(own.encode(given))) for fitted in fit_codes(start, goal)]
    return [study.psnr_of(output) for output in outputs]


def _pairs(study: ExplainedStudy, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Give the clean and the distorted training images that are fitted, float32."""
    clean, distorted = study.clean_images("train"), study.variant(name, "train")
    return to_float(clean[:FIT_IMAGES]), to_float(distorted[:FIT_IMAGES])


def fit_line(study: ExplainedStudy, name: str) -> tuple[float, float]:
    """Fit y ≈ s x + o over all pixels; s is 1 where that has no slope above 0."""
    x, y = (images.astype(np.float64).ravel() for images in _pairs(study, name))
    variance = x.var()
    slope = float(np.mean((x - x.mean()) * (y - y.mean())) / variance) if variance else 1.0
    slope = slope if slope > 0 else 1.0
    return slope, float(y.mean() - slope * x.mean())


def fit_codes(start: np.ndarray, goal: np.ndarray) -> tuple[Map, Map]:
    """Fit codes to others of the same images: number by number, and as a whole.

    Args:
        start: float32 (N, k), the codes to change.
        goal: float32 (N, k), what they should be.

    Returns:
        The functions from codes (M, k) to codes that standardise and that map them, float32.
    """
    start, goal = start.astype(np.float64), goal.astype(np.float64)
    spread = start.std(axis=0)
    scale = np.divide(goal.std(axis=0), spread, out=np.ones_like(spread), where=spread > 0)
    shift = goal.mean(axis=0) - scale * start.mean(axis=0)
    center = start.mean(axis=0)
    matrix = np.linalg.lstsq(start - center, goal - goal.mean(axis=0), rcond=None)[0]
    constant = goal.mean(axis=0) - center @ matrix
    return (
        lambda codes: (codes * scale + shift).astype(np.float32),
        lambda codes: (codes @ matrix + constant).astype(np.float32),
    )


def _repair_rows(
    study: ExplainedStudy, tested_on: str, values: np.ndarray, share: np.ndarray
) -> list[ExplanationRow]:
    """Write gains and shares of one condition or of the average, `share` being the weights (conditions,)."""
    gains = np.hstack([-np.ones((len(STEPS) + 1, 1)), np.eye(len(STEPS) + 1)])
    weights = np.array([np.kron(share, gain) for gain in gains])
    names = {"trained_on": CLEAN, "tested_on": tested_on}
    steps = (*STEPS, OWN)
    lead = 2 * weights[-2] - weights[-1]
    quantities = [f"repair_{step}" for step in steps]
    rows = study.rows(
        [{"quantity": quantity, "unit": "dB", **names} for quantity in (*quantities, "mapped_lead")],
        values, np.vstack([weights, lead]),
    )  # fmt: skip
    whole = rows[len(STEPS)]
    if whole.sign <= 0:  # no share of what is not there
        return rows
    parts = np.array([row.mean for row in rows[: len(STEPS)]])
    # The gradient of a ratio: d(t/w) = dt/w − t dw/w².
    gradients = 100 * (weights[:-1] / whole.mean - parts[:, None] * weights[-1] / whole.mean**2)
    shares = [{"quantity": f"share_{step}", "unit": "%", **names} for step in STEPS]
    return rows + study.rows(shares, values, gradients, 100 * parts / whole.mean)


def _price_rows(
    study: ExplainedStudy, trained_on: str, values: np.ndarray, share: np.ndarray
) -> list[ExplanationRow]:
    left = np.hstack([np.eye(len(STEPS) + 1), -np.ones((len(STEPS) + 1, 1))])
    names = {"trained_on": trained_on, "tested_on": CLEAN, "unit": "dB"}
    quantities = ["price", *(f"price_{step}" for step in STEPS)]
    weights = np.array([np.kron(share, part) for part in left])
    return study.rows([{"quantity": quantity, **names} for quantity in quantities], values, weights)


def _counts(study: ExplainedStudy, network: Network) -> list[ExplanationRow]:
    """Count the numbers that each step fits; nothing is sampled, so there is no interval."""
    size = network.architecture.code_size
    own = sum(math.prod(array.shape) for array in network.parameters.values())
    counts = {"input": 2, "standardised": 2 * size, "mapped": size * (size + 1), OWN: own}
    return [
        study.row(quantity=f"numbers_{step}", unit="numbers", mean=float(count))
        for step, count in counts.items()
    ]
