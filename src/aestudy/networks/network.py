"""Run a trained autoencoder with NumPy: encode images to codes, decode codes to images.

The network is `aestudy.training.autoencoder.Autoencoder`, whose outputs this must match
(tests/networks/test_network.py). It exists because a forward pass needs only matrix products, and importing
JAX costs more than scoring a whole test set.
"""

from typing import NamedTuple

import numpy as np

from aestudy.images import check_unit_images
from aestudy.networks.activations import ACTIVATIONS, Activation, sigmoid
from aestudy.networks.architecture import Architecture

BLOCK_IMAGES = 500
"""Images that run through the network at once: enough for fast products, few enough to stay in the cache."""


class _Layer(NamedTuple):
    kernel: np.ndarray
    bias: np.ndarray
    activation: Activation


class Network:
    """A trained autoencoder.

    Args:
        architecture: the network.
        parameters: name -> float32 array, as `Architecture.parameter_shapes`.
        output_activation: maps what the last layer puts out to [0, 1].
    """

    def __init__(
        self,
        architecture: Architecture,
        parameters: dict[str, np.ndarray],
        *,
        output_activation: Activation = sigmoid,
    ):
        self.architecture = architecture
        self.parameters = parameters
        hidden = ACTIVATIONS[architecture.activation]
        layers = len(architecture.hidden) + 1

        def stack(part: str, last: Activation) -> list[_Layer]:
            activations = [hidden] * (layers - 1) + [last]
            return [
                _Layer(
                    parameters[f"{part}.layers.{i}.kernel"], parameters[f"{part}.layers.{i}.bias"], activation
                )
                for i, activation in enumerate(activations)
            ]

        self._encoder = stack("encoder", ACTIVATIONS[architecture.code_activation])
        self._decoder = stack("decoder", output_activation)

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Turn images into codes.

        Args:
            images: float32 (N, H, W) in [0, 1].

        Returns:
            float32 (N, code_size).

        Raises:
            ValueError: the images are not floats, or of another size than the network's.
        """
        check_unit_images(images)
        if images.shape[1:] != self.architecture.image_shape:
            raise ValueError(f"expected images of {self.architecture.image_shape}, found {images.shape[1:]}")
        return _run(self._encoder, images.reshape(len(images), -1))

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Turn codes into images.

        Args:
            codes: float32 (N, code_size).

        Returns:
            float32 (N, H, W) in [0, 1].
        """
        return _run(self._decoder, codes).reshape(len(codes), *self.architecture.image_shape)

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Encode images and decode them again.

        Args:
            images: float32 (N, H, W) in [0, 1].

        Returns:
            float32 (N, H, W) in [0, 1].
        """
        return self.decode(self.encode(images))


def _run(layers: list[_Layer], values: np.ndarray) -> np.ndarray:
    outputs = np.empty((len(values), len(layers[-1].bias)), np.float32)
    for start in range(0, len(values), BLOCK_IMAGES):
        block = values[start : start + BLOCK_IMAGES]
        for kernel, bias, activation in layers:
            block = activation(block @ kernel + bias)
        outputs[start : start + BLOCK_IMAGES] = block
    return outputs
