"""Steps and scales as integers, so that every machine picks the same frequency tables.

A step is `2**(index / 32)`. It is measured in the space in which a squared length is the squared error of one
image, summed over its pixels on [0, 1]. A latent's scale (standard deviation) is kept the same way. Which
table codes a latent follows from the difference of both indices by integer arithmetic alone.
"""

import numpy as np

PER_OCTAVE = 32
"""Steps between a step and the double of it."""

ROWS_PER_OCTAVE = 4
FIRST_ROW_OCTAVE = -4
LAST_ROW_OCTAVE = 5
ROWS = (LAST_ROW_OCTAVE - FIRST_ROW_OCTAVE) * ROWS_PER_OCTAVE + 1
"""Frequency tables, one for each quarter of an octave of scale over step, from 1/16 to 32."""

_PER_ROW = PER_OCTAVE // ROWS_PER_OCTAVE


def step_of(index: int) -> float:
    """Turn the index of a step into its size."""
    return float(2.0 ** (index / PER_OCTAVE))


def index_of(step: float) -> int:
    """Find the index of the step that is nearest (in ratio) to a size above 0."""
    return round(PER_OCTAVE * float(np.log2(step)))


def variances_of(scale_indices: np.ndarray) -> np.ndarray:
    """Turn indices of scales, of any shape, into variances, the squares of the scales: float64."""
    return np.exp2(scale_indices / (PER_OCTAVE / 2))


def row_ratios() -> np.ndarray:
    """Scale over step in the middle of each row: float64 (ROWS,)."""
    return 2.0 ** (np.arange(ROWS) / ROWS_PER_OCTAVE + FIRST_ROW_OCTAVE)


def rows_of(scale_indices: np.ndarray, step_index: int) -> np.ndarray:
    """Choose the table of each latent by the indices of its scale and of the step: uint8 in [0, ROWS)."""
    difference = scale_indices.astype(np.int64) - step_index
    rows = (difference + _PER_ROW // 2) // _PER_ROW - FIRST_ROW_OCTAVE * ROWS_PER_OCTAVE
    return np.clip(rows, 0, ROWS - 1).astype(np.uint8)


def allowed_step_indices(scale_indices: np.ndarray) -> tuple[int, int]:
    """The finest and the coarsest step for which the tables are made.

    At the finest the largest scale is 32 steps, at the coarsest a sixteenth of a step.
    """
    largest = int(scale_indices.max())
    return largest - LAST_ROW_OCTAVE * PER_OCTAVE, largest - FIRST_ROW_OCTAVE * PER_OCTAVE
