"""What an architecture says of one of its parameters."""

from typing import NamedTuple

import numpy as np


class Parameter(NamedTuple):
    """One array of a network that is trained.

    Attributes:
        shape: of the float32 array.
        limit: it starts uniform in ± this; at zero where this is 0.
        for_muon: whether the optimizer Muon, which makes matrices orthogonal, takes it. It is then a matrix
            (inputs, outputs). Adam takes all others.
    """

    shape: tuple[int, ...]
    limit: float = 0.0
    for_muon: bool = False

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Draw the first values; zeros draw nothing."""
        if not self.limit:
            return np.zeros(self.shape, np.float32)
        return rng.uniform(-self.limit, self.limit, self.shape).astype(np.float32)
