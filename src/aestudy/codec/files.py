"""The file `codec.npz` beside a model's `params.npz`, and the digests that bind both together."""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.codec.quantization import Codec
from aestudy.codec.tables import FrequencyTables, Quantiser
from aestudy.errors import StudyError
from aestudy.files.archives import PROVENANCE, parse_provenance, read_archive, write_archive
from aestudy.networks.architecture import fields_of, read_parameters
from aestudy.networks.network import Network

PARAMETERS_NAME = "params.npz"
CODEC_NAME = "codec.npz"
FORMAT = 1
MAXIMUM_CODEC_BYTES = 256 * 1024**2

_ARRAYS = ("center", "whitening", "unwhitening", "means", "rotations", "scale_indices")
_ENTRIES = (*_ARRAYS, "class_frequencies", "row_limits", "row_frequencies", "thresholds", "shifts")


def digest_network(network: Network) -> str:
    """Digest a network's architecture and parameters: a hexadecimal SHA-256."""
    sha = hashlib.sha256(json.dumps(fields_of(network.architecture), sort_keys=True).encode())
    for name in network.architecture.parameters:
        sha.update(np.ascontiguousarray(network.parameters[name], "<f4").data)
    return sha.hexdigest()


def seal(codec: Codec, **changes: Any) -> Codec:
    """Give a codec its digest, after some of its attributes are replaced."""
    codec = dataclasses.replace(codec, **changes)
    sha = hashlib.sha256(json.dumps([FORMAT, codec.default_step_index, codec.model_sha256]).encode())
    for name, array in _arrays(codec).items():
        sha.update(json.dumps([name, array.shape, array.dtype.str.lstrip("<=|")]).encode())
        sha.update(np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"))).data)
    return dataclasses.replace(codec, sha256=sha.hexdigest())


def _arrays(codec: Codec) -> dict[str, np.ndarray]:
    values = [getattr(codec, name) for name in _ARRAYS]
    values += [codec.tables.classes, codec.tables.limits, codec.tables.rows, *codec.quantiser]
    return dict(zip(_ENTRIES, values, strict=True))


def write_codec(path: str | Path, codec: Codec) -> None:
    """Write a codec as `.npz`."""
    provenance = {
        "format": FORMAT,
        "default_step_index": codec.default_step_index,
        "model_sha256": codec.model_sha256,
        "sha256": codec.sha256,
    }
    write_archive(path, _arrays(codec), provenance)


def read_codec(path: str | Path) -> Codec:
    """Read a codec.

    Raises:
        StudyError: the file is missing, damaged or no codec.
    """
    arrays = read_archive(path, *_ENTRIES, PROVENANCE, maximum_bytes=MAXIMUM_CODEC_BYTES)
    found = parse_provenance(path, arrays[PROVENANCE])
    if found.get("format") != FORMAT:
        raise StudyError(
            f"{path}: expected a codec of format {FORMAT}, found {found.get('format')!r}. Fit it again."
        )
    try:
        own: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
        codec = Codec(
            **own,
            tables=FrequencyTables(
                arrays["class_frequencies"], arrays["row_limits"], arrays["row_frequencies"]
            ),
            quantiser=Quantiser(arrays["thresholds"], arrays["shifts"]),
            default_step_index=int(found["default_step_index"]),
            model_sha256=str(found["model_sha256"]),
        )
        codec = seal(codec)
    except (KeyError, TypeError, ValueError, OverflowError, StudyError) as problem:
        raise StudyError(f"{path}: not a codec of this study ({problem}). Fit it again.") from None
    if codec.sha256 != found.get("sha256"):
        raise StudyError(f"{path}: its content does not have the digest that it names. Fit it again.")
    return codec


def find_model(path: str | Path) -> Path:
    """Find the parameters of a model that a person names: the file itself, or its folder.

    Raises:
        StudyError: there is no such file.
    """
    path = Path(path)
    file = path / PARAMETERS_NAME if path.is_dir() else path
    if not file.is_file():
        raise StudyError(
            f"{path}: expected a model ({PARAMETERS_NAME} or the folder that it is in), found nothing."
        )
    return file


def load_network_and_codec(path: str | Path, codec_path: str | Path | None = None) -> tuple[Network, Codec]:
    """Read a model and its codec.

    Args:
        path: `params.npz` or its folder.
        codec_path: the codec; None for the one beside the model.

    Raises:
        StudyError: one of them is missing or damaged, or they do not belong together.
    """
    file = find_model(path)
    architecture, parameters, _ = read_parameters(file)
    network = Network(architecture, parameters)
    codec_path = Path(codec_path or file.with_name(CODEC_NAME))
    if not codec_path.is_file():
        raise StudyError(
            f"{codec_path}: the model has no codec yet. Run the study, which fits one, or "
            f"`aestudy fit-codec {file} IMAGES` with the images that the model was trained on."
        )
    codec = read_codec(codec_path)
    if codec.model_sha256 != digest_network(network):
        raise StudyError(f"{codec_path}: fitted to another model than {file}. Fit it again.")
    return network, codec
