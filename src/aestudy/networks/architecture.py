"""What a network is made of, and the file that holds a trained one. No JAX here.

To add an architecture, write its class in a module of this room and add a line to `ARCHITECTURES`. The config
(`model.kind`), its schema, training, coding and the file of a trained network follow from the class.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from aestudy.errors import StudyError, look_up
from aestudy.files.archives import PROVENANCE, parse_provenance, read_archive, write_archive
from aestudy.networks.dense import DenseArchitecture
from aestudy.networks.parameters import Parameter


class Architecture(Protocol):
    """An autoencoder without its parameters: frozen, hashable, made of the five attributes below `kind`.

    One forward pass serves NumPy (`aestudy.networks.network`) and JAX (`aestudy.training.autoencoder`). So
    it computes with operators, with methods that arrays of both have, with the activations that it is given,
    and with the functions of `values.__array_namespace__()`; it writes into no array.
    """

    @property
    def kind(self) -> str:
        """Its name in `ARCHITECTURES`."""

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of the images in pixels."""

    @property
    def hidden(self) -> tuple[int, ...]:
        """Sizes of the layers between image and code, in the unit of the architecture."""

    @property
    def code_size(self) -> int:
        """Number of values of the code."""

    @property
    def activation(self) -> str:
        """Name of the activation of the hidden layers."""

    @property
    def code_activation(self) -> str:
        """Name of the activation of the code."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Name -> shape, first values, and whether Muon takes it, in the order of the signal."""

    @property
    def description(self) -> str:
        """The layers in a word, such as `784-128-64-32-64-128-784`."""

    @property
    def multiply_adds(self) -> int:
        """Multiplications with an addition that encoding and decoding one image take."""

    def encode(self, parameters: Mapping[str, Any], images: Any, activations: Mapping[str, Any]) -> Any:
        """Map images to codes.

        Args:
            parameters: name -> float32 array.
            images: float32 (N, H·W) in [0, 1].
            activations: name -> function, for arrays of this library.

        Returns:
            float32 (N, code_size).
        """

    def decode(self, parameters: Mapping[str, Any], codes: Any, activations: Mapping[str, Any]) -> Any:
        """Map codes (N, code_size) to logits (N, H·W), whose sigmoid is the decoded image."""


ARCHITECTURES: dict[str, Callable[..., Architecture]] = {
    "dense": DenseArchitecture,
}
"""Kind -> what makes an architecture of the five attributes, by keyword."""

FIELDS = ("image_shape", "hidden", "code_size", "activation", "code_activation")


def make_architecture(model: Mapping[str, Any], image_shape: Sequence[int]) -> Architecture:
    """Make the network that a config describes.

    Args:
        model: the keys of the section `model`, and others that are left alone. Without `kind`, as files of
            earlier versions are, it is dense.
        image_shape: height and width of the images in pixels.

    Raises:
        StudyError: there is no such kind, or a value is not allowed.
    """
    make = look_up(ARCHITECTURES, model.get("kind", "dense"), "model.kind")
    fields = {name: model[name] for name in FIELDS[1:]}
    return make(**fields | {"image_shape": tuple(image_shape), "hidden": tuple(fields["hidden"])})


def fields_of(architecture: Architecture) -> dict[str, Any]:
    """Give what `make_architecture` takes, as JSON can hold it; `dense` is not written down."""
    kind = {} if architecture.kind == "dense" else {"kind": architecture.kind}
    return kind | {name: getattr(architecture, name) for name in FIELDS}


def initial_parameters(architecture: Architecture, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw the parameters from which training starts, with NumPy, so that every device has the same.

    Args:
        architecture: the network.
        rng: the stream to draw from.

    Returns:
        Parameter name -> float32 array.
    """
    return {name: parameter.draw(rng) for name, parameter in architecture.parameters.items()}


def write_parameters(
    path: str | Path,
    architecture: Architecture,
    parameters: Mapping[str, np.ndarray],
    provenance: Mapping[str, Any],
) -> None:
    """Write a trained network as `.npz`.

    Args:
        path: the file to make or replace.
        architecture: the network.
        parameters: name -> array, all of `architecture.parameters`.
        provenance: what it was trained on and how.
    """
    ordered = {name: np.asarray(parameters[name], np.float32) for name in architecture.parameters}
    write_archive(path, ordered, {**provenance, "architecture": fields_of(architecture)})


def read_parameters(path: str | Path) -> tuple[Architecture, dict[str, np.ndarray], dict[str, Any]]:
    """Read a trained network.

    Returns:
        The architecture, the parameters by name, and the provenance.

    Raises:
        StudyError: the file is damaged, or its arrays do not fit the architecture that it names.
    """
    arrays = read_archive(path)
    provenance = parse_provenance(path, arrays.pop(PROVENANCE, np.array("")))
    try:
        fields = provenance["architecture"]
        architecture = make_architecture(fields, fields["image_shape"])
        expected = {name: parameter.shape for name, parameter in architecture.parameters.items()}
    except StudyError as error:
        raise StudyError(f"{path}: {error}") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise StudyError(f"{path}: names no architecture; it is not a model of this study.") from None
    found = {name: array.shape for name, array in arrays.items()}
    if found != expected:
        wrong = sorted(
            name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)
        )
        raise StudyError(
            f"{path}: the parameters {', '.join(wrong)} do not fit the architecture that it names."
        )
    for name, array in arrays.items():
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise StudyError(f"{path}: {name} is not made of finite float32 numbers.")
    return architecture, arrays, provenance
