"""The exact budget of an error: what the code leaves out, what the distortion moves, what it scatters.

With f the model, x the original, y a fresh draw of the distorted image and E the mean over draws, the error
of each image is

    E |f(y) − x|² = |f(x) − x|²  +  |E f(y) − f(x)|²  +  2 (f(x) − x)·(E f(y) − f(x))  +  Var f(y)
                    bottleneck      displacement         cross                            variance

all per pixel. D draws estimate it without bias and so that the parts still add up exactly: with
z = f(y) − f(x) of mean m and sample variance s² over the draws (D − 1 in its denominator), variance is s² and
displacement m² − s²/D. A distortion that draws nothing has one draw and no variance.
"""

import numpy as np

from aestudy.distortions.names import CLEAN
from aestudy.distortions.registry import is_random
from aestudy.explanations.responses import fresh_draws
from aestudy.explanations.study import ExplainedStudy, with_averages
from aestudy.files.study_tables import ExplanationRow
from aestudy.images import to_float
from aestudy.networks.network import Network
from aestudy.statistics.averages import DISTORTIONS, SAME

DRAWS = 12
PARTS = ("bottleneck", "displacement", "cross", "variance", "mse")


def measure(study: ExplainedStudy) -> list[ExplanationRow]:
    """Split the errors of clean-trained models and of each distortion's own, and their averages."""
    cells: dict[tuple[str, str], list[np.ndarray]] = {}
    networks = {(name, seed): study.network(name, seed) for name in study.trained_on for seed in study.seeds}
    for name in study.distortions:
        draws = _draws(study, name)
        for trained_on in [one for one in (CLEAN, name) if one in study.trained_on]:
            cells[trained_on, name] = [
                budget(networks[trained_on, seed], study.originals, draws) for seed in study.seeds
            ]
    values = np.stack([np.stack(of_seeds) for of_seeds in cells.values()], axis=1)
    averages = {
        (label, DISTORTIONS): [(one == other) == own and study.is_distortion(other) for one, other in cells]
        for label, own in ((CLEAN, False), (SAME, True))
    }
    rows = []
    flat = values.reshape(len(values), -1, values.shape[-1])
    for (trained_on, tested_on), share in with_averages(cells, averages).items():
        names = [
            {"quantity": part, "unit": "MSE", "trained_on": str(trained_on), "tested_on": str(tested_on)}
            for part in PARTS
        ]
        rows += study.rows(names, flat, np.kron(share, np.eye(len(PARTS))))
    return rows


def budget(network: Network, originals: np.ndarray, draws: list[np.ndarray]) -> np.ndarray:
    """Split the mean squared error of each image.

    Args:
        network: the model; only its `reconstruct` is asked.
        originals: float32 (N, H, W), x.
        draws: D ≥ 1 times uint8 (N, H, W), y.

    Returns:
        float64 (5, N): the parts in the order of `PARTS`, the first four of which add up to the last.
    """
    of_clean = network.reconstruct(originals)
    left_out = of_clean - originals
    total = np.zeros(originals.shape)
    squares, errors = np.zeros(len(originals)), np.zeros(len(originals))
    for drawn in draws:
        moved = network.reconstruct(to_float(drawn)) - of_clean
        total += moved
        squares += _mean_product(moved, moved)
        missed = left_out + moved
        errors += _mean_product(missed, missed)
    count = len(draws)
    mean = total / count
    mean_square = _mean_product(mean, mean)
    variance = (squares - count * mean_square) / (count - 1) if count > 1 else np.zeros(len(originals))
    return np.array(
        [
            _mean_product(left_out, left_out),
            mean_square - variance / count,
            2 * _mean_product(left_out, mean),
            variance,
            errors / count,
        ]
    )


def _mean_product(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Average the product of two arrays over the pixels of each image, float64 (N,)."""
    return np.einsum("nhw,nhw->n", first, second, dtype=np.float64) / first[0].size


def _draws(study: ExplainedStudy, condition: str) -> list[np.ndarray]:
    spec = study.specs[condition]
    count = DRAWS if is_random(spec) else 1
    names = {"dataset": study.dataset, "purpose": "budget"}
    return list(fresh_draws(study.clean, spec, count, study_seed=study.study_seed, **names))
