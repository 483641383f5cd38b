"""What models cost: counted by hand for a small one."""

import numpy as np
import pytest

from aestudy.codec.sizes import measure_sizes
from aestudy.errors import StudyError
from aestudy.networks.architecture import write_parameters
from aestudy.networks.dense import DenseArchitecture

PROVENANCE = {"dataset": "toy", "objective": "denoise", "trained_on": "white", "seed": 3}


def write(folder, provenance):
    architecture = DenseArchitecture((6, 5), (12,), 4, "gelu", "linear")
    arrays = {name: np.zeros(one.shape, np.float32) for name, one in architecture.parameters.items()}
    write_parameters(folder / "params.npz", architecture, arrays, provenance)
    (folder / "codec.npz").write_bytes(b"x" * 77)
    return folder / "params.npz", folder / "codec.npz"


def test_parameters_operations_and_bytes(tmp_path):
    files = write(tmp_path, PROVENANCE)
    (row,) = measure_sizes([files])
    assert (row.dataset, row.objective, row.trained_on, row.seed) == ("toy", "denoise", "white", 3)
    assert row.multiply_adds == 2 * (30 * 12 + 12 * 4)
    assert row.parameters == row.multiply_adds + (12 + 4 + 12 + 30)
    assert row.parameters_bytes == files[0].stat().st_size
    assert row.codec_bytes == 77
    assert row.decoder_bytes == 4 * (12 * 4 + 30 * 12 + 12 + 30)


def test_a_model_of_no_study_is_refused(tmp_path):
    with pytest.raises(StudyError, match="expected the provenance of a model of a study"):
        measure_sizes([write(tmp_path, {"seed": 0})])
