"""How much could be repaired at all, and is it the distortion or the code that limits it?

References that are fitted to each condition's pairs: the best linear denoising code of the model's size, the
best linear map without a code (`aestudy.scoring.paired_baselines`), and a kernel ridge regression, which is
neither linear nor has a code. With P the mean PSNR against the clean originals, l the linear code and m the
linear map,

    recoverable     = P(best reference, c) − P(clean-trained model, c)
    ahead           = P(model trained on c, c) − P(best reference, c)
    distortion_loss = P(l, clean) − P(l, c), what the distortion takes from a code of that size
    code_loss       = P(m, c) − P(l, c), what the code takes from a linear map
    limit           = code_loss − distortion_loss, above 0 where the code limits more than the distortion

All are bounds from below: a better reference would recover more.
"""

import numpy as np

from aestudy.distortions.names import CLEAN, FILTERS, NOISES
from aestudy.explanations.kernel_ridge import fit_kernel_ridge
from aestudy.explanations.study import ExplainedStudy, psnr_on, with_averages
from aestudy.files.study_tables import ExplanationRow
from aestudy.images import to_float
from aestudy.metrics.pixelwise import psnr_db
from aestudy.statistics.averages import of_group

LINEAR_CODE, LMMSE, KERNEL = "linear_code", "lmmse", "kernel_ridge"
REFERENCES = (LINEAR_CODE, LMMSE, KERNEL)
CELLS = ("clean_model", "own_model", *REFERENCES, "undistorted")
"""What is measured of each condition; the last is the linear code on clean images."""

DIFFERENCES = {
    "distortion_loss": ("undistorted", LINEAR_CODE),
    "code_loss": (LMMSE, LINEAR_CODE),
}


def measure(study: ExplainedStudy) -> list[ExplanationRow]:
    """Measure every distortion that has a model, and the noises and the filters on average."""
    trained = [name for name in study.distortions if name in study.trained_on]
    measured = {name: _cells(study, name) for name in trained}
    # An image that is not changed and given back as it is has an infinite PSNR, and so has the mean.
    names = [name for name, found in measured.items() if np.isfinite(found).all()]
    if not names:
        return []
    cells = np.concatenate([measured[name] for name in names], axis=1)
    averages = {
        of_group(group): [study.group(name) == group for name in names] for group in (NOISES, FILTERS)
    }
    best = [_best(cells, place) for place in range(len(names))]
    rows = []
    for name, share in with_averages(names, averages).items():
        rows += _rows(study, str(name), cells, share, best)
    return rows


def _cells(study: ExplainedStudy, name: str) -> np.ndarray:
    """PSNR of each image in the order of `CELLS`, float64 (S, 6, N); references have no seeds."""
    given, held = to_float(study.variant(name)), len(study.seeds)
    scores = {method: study.baseline(method) for method in (LINEAR_CODE, LMMSE)}
    kernel = fit_kernel_ridge(study.pairs(name))
    references = [
        psnr_on(scores[LINEAR_CODE], name),
        psnr_on(scores[LMMSE], name),
        psnr_db(study.originals, kernel(given)),
        psnr_on(scores[LINEAR_CODE], CLEAN),
    ]
    models = [[psnr_on(study.scores(row, seed), name) for row in (CLEAN, name)] for seed in study.seeds]
    return np.concatenate([models, np.broadcast_to(references, (held, *np.shape(references)))], axis=1)


def _best(cells: np.ndarray, place: int) -> int:
    """Find the reference of the highest mean among the cells of a condition."""
    first = place * len(CELLS) + CELLS.index(REFERENCES[0])
    means = cells[0, first : first + len(REFERENCES)].mean(axis=1)
    return CELLS.index(REFERENCES[int(means.argmax())])


def _rows(
    study: ExplainedStudy, tested_on: str, cells: np.ndarray, share: np.ndarray, best: list[int]
) -> list[ExplanationRow]:
    """Write the rows of one condition or of an average, `share` being the weights (conditions,)."""
    single = {name: np.eye(len(CELLS))[place] for place, name in enumerate(CELLS)}
    sums = {name: np.kron(share, single[name]) for name in CELLS[:-1]}
    sums |= {name: np.kron(share, single[one] - single[other]) for name, (one, other) in DIFFERENCES.items()}
    sums["limit"] = sums["code_loss"] - sums["distortion_loss"]
    reference = np.concatenate(
        [part * np.eye(len(CELLS))[place] for part, place in zip(share, best, strict=True)]
    )
    sums["recoverable"] = reference - sums["clean_model"]
    sums["ahead"] = sums["own_model"] - reference
    names = [{"quantity": name, "unit": "dB", "trained_on": "", "tested_on": tested_on} for name in sums]
    return study.rows(names, cells, np.array(list(sums.values())))
