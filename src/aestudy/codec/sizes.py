"""What a model costs whoever keeps it and computes with it: parameters, operations, bytes."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from aestudy.errors import StudyError
from aestudy.files.study_tables import ModelSizeRow
from aestudy.networks.architecture import read_parameters


def measure_sizes(models: Iterable[tuple[str | Path, str | Path]]) -> list[ModelSizeRow]:
    """Measure models.

    Args:
        models: the parameters and the codec of each.

    Returns:
        One row per model: the number of its parameters, the multiplications with an addition that one image
        takes on its way through encoder and decoder, the bytes of both files, and those of the decoder alone.

    Raises:
        StudyError: a file is missing or damaged, or no model of a study.
    """
    rows = []
    for parameters_path, codec_path in models:
        architecture, parameters, provenance = read_parameters(parameters_path)
        try:
            names = {name: str(provenance[name]) for name in ("dataset", "objective", "trained_on")}
            seed = int(provenance["seed"])
        except KeyError as missing:
            raise StudyError(
                f"{parameters_path}: expected the provenance of a model of a study, found none of its "
                f"{missing}. Delete the file and run the study again."
            ) from None
        rows.append(
            ModelSizeRow(
                **names,
                seed=seed,
                parameters=sum(array.size for array in parameters.values()),
                multiply_adds=architecture.multiply_adds,
                decoder_bytes=_decoder_bytes(parameters),
                parameters_bytes=Path(parameters_path).stat().st_size,
                codec_bytes=Path(codec_path).stat().st_size,
            )
        )
    return rows


def _decoder_bytes(parameters: Mapping[str, np.ndarray]) -> int:
    """Count the bytes of the decoder's parameters, of all where an architecture names none so."""
    own = [array for name, array in parameters.items() if name.startswith("decoder.")]
    return sum(array.nbytes for array in own or parameters.values())
