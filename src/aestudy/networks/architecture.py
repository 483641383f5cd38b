"""What a network is made of, and the file that holds a trained one. No JAX here.

Parameters are named by their place in the network, `encoder.layers.0.kernel` and so on; kernels are float32
`(inputs, outputs)`, biases float32 `(outputs,)`.
"""

import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.errors import StudyError, check_name
from aestudy.files.archives import PROVENANCE, parse_provenance, read_archive, write_archive
from aestudy.networks.activations import ACTIVATIONS


@dataclass(frozen=True)
class Architecture:
    """A symmetric autoencoder of dense layers.

    Attributes:
        image_shape: height and width of the images in pixels.
        hidden: widths of the layers between the image and the code; the decoder has them in reverse.
        code_size: number of values of the code (the bottleneck).
        activation: name of the activation of the hidden layers.
        code_activation: name of the activation of the code.

    Raises:
        StudyError: a width is no integer of at least 1, or there is no such activation.

    Example:
        >>> layers = Architecture((28, 28), (128, 64), 32, "elu", "linear")
        >>> layers.encoder_widths
        (784, 128, 64, 32)
        >>> Architecture((28, 28), (-5,), 32, "elu", "linear")
        Traceback (most recent call last):
        aestudy.errors.StudyError: network: expected hidden of integers of at least 1, found -5.
    """

    image_shape: tuple[int, int]
    hidden: tuple[int, ...]
    code_size: int
    activation: str
    code_activation: str

    def __post_init__(self) -> None:
        """Refuse layers that cannot be, and unknown names."""
        if len(self.image_shape) != 2:
            raise StudyError(f"network: expected image_shape (height, width), found {self.image_shape!r}.")
        widths = {"image_shape": self.image_shape, "hidden": self.hidden, "code_size": (self.code_size,)}
        for name, values in widths.items():
            for width in values:
                if not isinstance(width, Integral) or width < 1:
                    raise StudyError(f"network: expected {name} of integers of at least 1, found {width!r}.")
        check_name(self.activation, ACTIVATIONS, "activation")
        check_name(self.code_activation, ACTIVATIONS, "code_activation")

    @property
    def encoder_widths(self) -> tuple[int, ...]:
        """Widths from the flattened image to the code, both included."""
        return (self.image_shape[0] * self.image_shape[1], *self.hidden, self.code_size)

    @property
    def decoder_widths(self) -> tuple[int, ...]:
        """Widths from the code to the flattened image, both included."""
        return self.encoder_widths[::-1]

    @property
    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each parameter, by name, in the order of the signal."""
        shapes: dict[str, tuple[int, ...]] = {}
        for part, widths in (("encoder", self.encoder_widths), ("decoder", self.decoder_widths)):
            for index, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
                shapes[f"{part}.layers.{index}.kernel"] = (inputs, outputs)
                shapes[f"{part}.layers.{index}.bias"] = (outputs,)
        return shapes


def initial_parameters(architecture: Architecture, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw the parameters from which training starts.

    Kernels are uniform in ±sqrt(6 / (inputs + outputs)) (Glorot & Bengio 2010, the default of Keras), biases
    are zero. They are drawn with NumPy, so that they are the same on every device.

    Args:
        architecture: the network.
        rng: the stream to draw from.

    Returns:
        Parameter name -> float32 array.
    """
    parameters = {}
    for name, shape in architecture.parameter_shapes.items():
        if len(shape) == 1:
            parameters[name] = np.zeros(shape, np.float32)
        else:
            limit = np.sqrt(6 / sum(shape))
            parameters[name] = rng.uniform(-limit, limit, shape).astype(np.float32)
    return parameters


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
        parameters: name -> array, all of `architecture.parameter_shapes`.
        provenance: what it was trained on and how.
    """
    ordered = {name: np.asarray(parameters[name], np.float32) for name in architecture.parameter_shapes}
    write_archive(path, ordered, {**provenance, "architecture": asdict(architecture)})


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
        fields = dict(provenance["architecture"])
        fields["image_shape"] = tuple(int(side) for side in fields["image_shape"])
        fields["hidden"] = tuple(int(width) for width in fields["hidden"])
        architecture = Architecture(**fields)
        expected = architecture.parameter_shapes
    except StudyError as error:
        raise StudyError(f"{path}: {error}") from None
    except (KeyError, TypeError, ValueError):
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
