"""Keep a long training's state on disk, so that a killed job goes on where it was.

A checkpoint is one `.npz`, replaced atomically. It carries a fingerprint of everything that the training
depends on: one that belongs to another training, or is damaged, is refused with a warning and the training
starts anew.
"""

import logging
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from aestudy.errors import StudyError
from aestudy.files.archives import PROVENANCE, parse_provenance, read_archive, write_archive

logger = logging.getLogger(__name__)


class Checkpoint(NamedTuple):
    """Where a training keeps its state.

    Attributes:
        path: the file.
        fingerprint: what the training depends on, in a digest.
    """

    path: Path
    fingerprint: str

    def write(self, state: Any, history: list[dict[str, float]]) -> None:
        """Write the state of a training after an epoch.

        Args:
            state: a tree of arrays (parameters and optimizer state).
            history: one row per finished epoch and model.
        """
        leaves = {f"leaf{index}": np.asarray(leaf) for index, leaf in enumerate(jax.tree.leaves(state))}
        write_archive(self.path, leaves, {"fingerprint": self.fingerprint, "history": history})

    def read(self, like: Any) -> tuple[Any, list[dict[str, float]]] | None:
        """Read the state if there is one that belongs to this training.

        Args:
            like: a tree of the structure, shapes and dtypes that the state must have.

        Returns:
            The state and the history, or nothing if the training has to start anew.
        """
        if not self.path.is_file():
            return None
        leaves, structure = jax.tree.flatten(like)
        try:
            arrays = read_archive(self.path)
            provenance = parse_provenance(self.path, arrays.pop(PROVENANCE, np.array("")))
            if provenance.get("fingerprint") != self.fingerprint:
                raise StudyError(f"{self.path}: belongs to a training with other data or settings.")
            found = [arrays.get(f"leaf{index}") for index in range(len(leaves))]
            for leaf, array in zip(leaves, found, strict=True):
                if array is None or array.shape != leaf.shape or array.dtype != leaf.dtype:
                    raise StudyError(f"{self.path}: does not hold the state of this network.")
            history = [dict(row) for row in provenance["history"]]
        except (StudyError, KeyError, TypeError, ValueError) as error:
            logger.warning("The checkpoint is not used and the training starts anew: %s", error)
            return None
        return jax.tree.unflatten(structure, [jax.numpy.asarray(array) for array in found]), history
