"""Keep the scored cells of a model, so that a further test condition costs only its own scoring.

A cell is what a method scored on the images of one condition. One job scores a model on all conditions, and
Snakemake removes its output before it runs again; the cells lie in a hidden file beside it. Each is named by
a digest of all that decides it, so one that does not belong to model, images and code of today is not found.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from aestudy.errors import StudyError
from aestudy.files.archives import PROVENANCE, parse_provenance, read_archive, write_archive

logger = logging.getLogger(__name__)


class ScoreCache:
    """The cells of one scores file: those of earlier runs to read, those of this run to keep.

    The file holds the cells that the last run used and no others, so it is about as large as the scores.

    Args:
        scores_path: the scores file; the cells are beside it.
        files: the files that decide what the method does, as its parameters.
        settings: what else decides a cell beside the images it is given, as the clean images and the code.
    """

    def __init__(self, scores_path: str | Path, files: Iterable[str | Path], settings: object):
        scores_path = Path(scores_path)
        self._path = scores_path.with_name(f".{scores_path.name}.cells")
        digests = [hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files]
        self._method = repr((digests, settings))
        self._old = self._read()
        self._used: dict[str, Mapping[str, np.ndarray]] = {}

    def get(self, images_sha256: str) -> Mapping[str, np.ndarray] | None:
        """Find the cell of the images of one condition, by their digest; None where nothing was kept."""
        return self._old.get(self._name(images_sha256))

    def keep(self, images_sha256: str, cell: Mapping[str, np.ndarray]) -> None:
        """Keep a cell for the next run.

        Args:
            images_sha256: the digest of the images of the condition.
            cell: name -> array, of any shapes and plain types; names without a blank.
        """
        self._used[self._name(images_sha256)] = dict(cell)

    def write(self) -> None:
        """Replace the file by the cells of this run."""
        arrays = {
            f"{cell} {name}": array for cell, kept in self._used.items() for name, array in kept.items()
        }
        write_archive(self._path, arrays, {"cells": sorted(self._used)})

    def _name(self, images_sha256: str) -> str:
        return hashlib.sha256(f"{self._method} {images_sha256}".encode()).hexdigest()[:32]

    def _read(self) -> dict[str, dict[str, np.ndarray]]:
        if not self._path.exists():
            return {}
        try:
            arrays = read_archive(self._path)
            parse_provenance(self._path, arrays.pop(PROVENANCE, np.array("")))
        except StudyError as error:
            logger.warning("All conditions are scored anew: %s", error)
            return {}
        cells: dict[str, dict[str, np.ndarray]] = {}
        for entry, array in arrays.items():
            cell, _, name = entry.partition(" ")
            cells.setdefault(cell, {})[name] = array
        return cells
