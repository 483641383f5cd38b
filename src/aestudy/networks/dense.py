"""The architecture `dense`: a symmetric autoencoder of dense layers."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from aestudy.errors import StudyError, check_name
from aestudy.networks.activations import ACTIVATIONS
from aestudy.networks.parameters import Parameter


@dataclass(frozen=True)
class DenseArchitecture:
    """A symmetric autoencoder of dense layers; keeps `aestudy.networks.architecture.Architecture`.

    Attributes:
        image_shape: height and width of the images in pixels.
        hidden: widths of the layers between the image and the code; the decoder has them in reverse.
        code_size: number of values of the code (the bottleneck).
        activation: name of the activation of the hidden layers.
        code_activation: name of the activation of the code.

    Raises:
        StudyError: a width is no integer of at least 1, or there is no such activation.

    Example:
        >>> layers = DenseArchitecture((28, 28), (128, 64), 32, "elu", "linear")
        >>> layers.description
        '784-128-64-32-64-128-784'
        >>> DenseArchitecture((28, 28), (-5,), 32, "elu", "linear")
        Traceback (most recent call last):
        aestudy.errors.StudyError: network: expected hidden of integers of at least 1, found -5.
    """

    image_shape: tuple[int, int]
    hidden: tuple[int, ...]
    code_size: int
    activation: str
    code_activation: str
    kind: ClassVar[str] = "dense"

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
    def parameters(self) -> dict[str, Parameter]:
        """Kernels `(inputs, outputs)` and biases `(outputs,)`, such as `encoder.layers.0.kernel`.

        Kernels start uniform in ±sqrt(6 / (inputs + outputs)) (Glorot & Bengio 2010, the default of Keras),
        biases at zero.
        """
        described = {}
        for part, widths in (("encoder", self._widths), ("decoder", self._widths[::-1])):
            for layer, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
                prefix, limit = f"{part}.layers.{layer}", float(np.sqrt(6 / (inputs + outputs)))
                described[f"{prefix}.kernel"] = Parameter((inputs, outputs), limit, for_muon=True)
                described[f"{prefix}.bias"] = Parameter((outputs,))
        return described

    @property
    def description(self) -> str:
        """The widths of all layers."""
        return "-".join(map(str, self._widths + self._widths[-2::-1]))

    @property
    def multiply_adds(self) -> int:
        """Multiplications and additions of the kernels, in pairs, for one image there and back."""
        return 2 * sum(inputs * outputs for inputs, outputs in itertools.pairwise(self._widths))

    def encode(self, parameters: Mapping[str, Any], images: Any, activations: Mapping[str, Any]) -> Any:
        """Map rows of pixels (N, H·W) to codes (N, code_size)."""
        last = activations[self.code_activation]
        return self._run("encoder", parameters, images, activations, last)

    def decode(self, parameters: Mapping[str, Any], codes: Any, activations: Mapping[str, Any]) -> Any:
        """Map codes (N, code_size) to logits (N, H·W)."""
        return self._run("decoder", parameters, codes, activations, activations["linear"])

    @property
    def _widths(self) -> tuple[int, ...]:
        """Widths from the flattened image to the code, both included."""
        return (self.image_shape[0] * self.image_shape[1], *self.hidden, self.code_size)

    def _run(
        self, part: str, parameters: Mapping[str, Any], values: Any, activations: Mapping[str, Any], last: Any
    ) -> Any:
        hidden: Iterable[Any] = [activations[self.activation]] * len(self.hidden)
        for layer, activation in enumerate([*hidden, last]):
            prefix = f"{part}.layers.{layer}"
            values = activation(values @ parameters[f"{prefix}.kernel"] + parameters[f"{prefix}.bias"])
        return values
