"""Why does training on one distortion not help on another? Regret against distance of mean responses.

    regret(r, c) = x(c, c) − x(r, c)

is what a model trained on r is behind the one trained on c itself, in dB of mean PSNR, r ≠ c. It is set
against

    response_distance(r, c) = sqrt(mean (φ_r(x) − φ_c(x))²)

over all pixels of all test images, φ the mean response. Rivals: the same distance between the distorted
images themselves, and the difference of their input PSNR (pairs with an infinite one left out). How well a
straight line over the distance tells the regret is R², the squared correlation; `held_out_r2` predicts the
cells of each condition from a line through the cells without it, 1 − Σ (regret − predicted)² / Σ (regret −
mean)², each cell once for each of its two conditions. `r2_lead` is R² of the response distance less that of
the best rival.
Spearman's rank correlation is no smooth function of the cells and has no interval.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from aestudy.explanations.study import ExplainedStudy, psnr_on
from aestudy.files.study_tables import ExplanationRow
from aestudy.images import to_float
from aestudy.metrics.pixelwise import psnr_db

Pair = tuple[str, str]
PREDICTORS = ("response_distance", "image_distance", "strength_difference")
UNITS = {"response_distance": "", "image_distance": "", "strength_difference": "dB"}
FEWEST = 4
"""Conditions that a line needs, so that one can be left out."""

STEP = 1e-4
"""In dB, of the differences that stand for derivatives."""


def measure(study: ExplainedStudy) -> list[ExplanationRow]:
    """Measure regret and distances of every pair of conditions, and how well one tells the other."""
    names = [name for name in study.trained_on if name in study.tested_on]
    pairs = list(itertools.permutations(names, 2))
    scored = np.array([[_psnr(study, name, seed, names) for name in names] for seed in study.seeds])
    count = len(names)
    values = scored.reshape(len(study.seeds), count * count, -1)
    weights = np.zeros((len(pairs), count * count))
    for row, (trained_on, tested_on) in enumerate(pairs):
        r, c = names.index(trained_on), names.index(tested_on)
        weights[row, c * count + c], weights[row, r * count + c] = 1, -1
    rows = study.rows(
        [{"quantity": "regret", "unit": "dB", "trained_on": r, "tested_on": c} for r, c in pairs],
        values, weights,
    )  # fmt: skip
    regret = np.array([row.mean for row in rows])
    fits: list[_Fit] = []
    for predictor, distances in predictors(study, pairs).items():
        known = np.flatnonzero(np.isfinite(distances))
        rows += [
            study.row(
                quantity=predictor, unit=UNITS[predictor], trained_on=pairs[place][0],
                tested_on=pairs[place][1], mean=float(distances[place]),
            )
            for place in known
        ]  # fmt: skip
        if fit := _fit(predictor, distances, regret, pairs, known):
            fits.append(fit)
            rows.append(study.row(quantity=f"spearman_{predictor}", unit="", mean=fit.rank))
    if fits:
        rows += _rate(study, fits, values, weights)
    return rows


def predictors(study: ExplainedStudy, pairs: Sequence[Pair]) -> dict[str, np.ndarray]:
    """Compute each distance of each pair, float64 (pairs,); not finite where there is none."""
    names = list(dict.fromkeys(itertools.chain.from_iterable(pairs)))
    responses = {name: study.mean_response(name) for name in names}
    images = {name: to_float(study.variant(name)) for name in names}
    strengths = {name: psnr_db(study.originals, images[name]).mean() for name in names}

    def distance(of: dict[str, np.ndarray], r: str, c: str) -> float:
        return float(np.sqrt(np.square(of[r] - of[c], dtype=np.float64).mean()))

    with np.errstate(invalid="ignore"):
        return {
            "response_distance": np.array([distance(responses, *pair) for pair in pairs]),
            "image_distance": np.array([distance(images, *pair) for pair in pairs]),
            "strength_difference": np.array([abs(strengths[r] - strengths[c]) for r, c in pairs]),
        }


def r2(distances: np.ndarray, regret: np.ndarray, pairs: Sequence[Pair]) -> float:
    """Compute the squared correlation; 0 where either does not vary."""
    x, y = distances - distances.mean(), regret - regret.mean()
    spread = (x @ x) * (y @ y)
    return float((x @ y) ** 2 / spread) if spread else 0.0


def held_out_r2(distances: np.ndarray, regret: np.ndarray, pairs: Sequence[Pair]) -> float:
    """Predict the cells of each condition from a line through all others."""
    missed = spread = 0.0
    for name in dict.fromkeys(itertools.chain.from_iterable(pairs)):
        held = np.array([name in pair for pair in pairs])
        x, y = distances[~held], regret[~held]
        slope = (x - x.mean()) @ y / max(np.square(x - x.mean()).sum(), 1e-30)
        predicted = y.mean() + slope * (distances[held] - x.mean())
        missed += np.square(regret[held] - predicted).sum()
        spread += np.square(regret[held] - regret.mean()).sum()
    return 1 - missed / spread if spread else 0.0


class _Fit(NamedTuple):
    """How well a distance tells the regret: values of R² and their gradients by all cells of the regret."""

    predictor: str
    rank: float
    values: dict[str, float]
    gradients: dict[str, np.ndarray]


def _fit(
    predictor: str, distances: np.ndarray, regret: np.ndarray, pairs: list[Pair], known: np.ndarray
) -> _Fit | None:
    """Fit a line over the known distances; nothing where there are too few conditions or no difference."""
    from scipy.stats import spearmanr

    x, y, chosen = distances[known], regret[known], [pairs[place] for place in known]
    if len({name for pair in chosen for name in pair}) < FEWEST or not np.ptp(x):
        return None
    values, gradients = {}, {}
    for name, function in {"r2": r2, "held_out_r2": held_out_r2}.items():
        values[name], gradients[name] = function(x, y, chosen), np.zeros(len(pairs))
        gradients[name][known] = _gradient(function, x, y, chosen)
    return _Fit(predictor, float(spearmanr(x, y).statistic), values, gradients)


def _rate(
    study: ExplainedStudy, fits: list[_Fit], values: np.ndarray, weights: np.ndarray
) -> list[ExplanationRow]:
    """Write R² of each distance, with intervals by the delta method, and the lead of the first."""
    numbers = {f"{name}_{fit.predictor}": fit.values[name] for fit in fits for name in fit.values}
    gradients = {f"{name}_{fit.predictor}": fit.gradients[name] for fit in fits for name in fit.values}
    if len(fits) > 1 and fits[0].predictor == PREDICTORS[0]:
        best = max(fits[1:], key=lambda fit: fit.values["r2"])
        numbers["r2_lead"] = fits[0].values["r2"] - best.values["r2"]
        gradients["r2_lead"] = fits[0].gradients["r2"] - best.gradients["r2"]
    names = [{"quantity": name, "unit": ""} for name in numbers]
    return study.rows(
        names, values, np.array(list(gradients.values())) @ weights, np.array(list(numbers.values()))
    )


def _gradient(
    function: Callable[..., float], distances: np.ndarray, regret: np.ndarray, pairs: list[Pair]
) -> np.ndarray:
    """Differentiate by every cell of the regret, by central differences."""
    steps = STEP * np.eye(len(regret))
    return np.array(
        [
            (function(distances, regret + step, pairs) - function(distances, regret - step, pairs))
            / (2 * STEP)
            for step in steps
        ]
    )


def _psnr(study: ExplainedStudy, trained_on: str, seed: int, names: list[str]) -> np.ndarray:
    """Read the PSNR of a model on every condition, float64 (conditions, N)."""
    scores = study.scores(trained_on, seed)
    return np.array([psnr_on(scores, name) for name in names])
