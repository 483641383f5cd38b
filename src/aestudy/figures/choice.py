"""Which test images the figures show; imports no matplotlib."""

import numpy as np


def choose_examples(labels: np.ndarray, count: int, among: int | None = None) -> np.ndarray:
    """Choose the first image of every label, then the first of the rest, and order them by label.

    The choice depends on the test split only, so every figure of a study shows the same images.

    Args:
        labels: int array (N,), -1 where unknown.
        count: how many images to choose.
        among: look only at the first so many images; at all when None.

    Returns:
        int array of at most `count` indices, ordered by label, then index.
    """
    candidates = np.asarray(labels[:among])
    _, first_of_label = np.unique(candidates, return_index=True)
    others = np.setdiff1d(np.arange(len(candidates)), first_of_label)
    chosen = np.concatenate([np.sort(first_of_label), others])[:count]
    return chosen[np.lexsort((chosen, candidates[chosen]))]
