"""Run a trained autoencoder with NumPy: encode images to codes, decode codes to images.

It is the forward pass of training (`aestudy.training.autoencoder`) without JAX, which takes longer to import
than scoring a whole test set.
"""

from collections.abc import Callable, Mapping

import numpy as np

from aestudy.images import check_unit_images
from aestudy.networks.activations import ACTIVATIONS, Activation, sigmoid
from aestudy.networks.architecture import Architecture

BLOCK_IMAGES = 500
"""Images that run through the network at once: enough for fast products, few enough to stay in the cache."""


class Network:
    """A trained autoencoder.

    Args:
        architecture: the network.
        parameters: name -> float32 array, all of `architecture.parameters`.
        output_activation: maps logits to [0, 1].
    """

    def __init__(
        self,
        architecture: Architecture,
        parameters: Mapping[str, np.ndarray],
        *,
        output_activation: Activation = sigmoid,
    ):
        self.architecture = architecture
        self.parameters = parameters
        self._output_activation = output_activation

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
        rows = images.reshape(len(images), -1)
        return _in_blocks(
            lambda block: self.architecture.encode(self.parameters, block, ACTIVATIONS),
            rows, self.architecture.code_size,
        )  # fmt: skip

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Turn codes into images.

        Args:
            codes: float32 (N, code_size).

        Returns:
            float32 (N, H, W) in [0, 1].
        """
        height, width = self.architecture.image_shape
        pixels = _in_blocks(
            lambda block: self._output_activation(
                self.architecture.decode(self.parameters, block, ACTIVATIONS)
            ),
            codes, height * width,
        )  # fmt: skip
        return pixels.reshape(len(codes), height, width)

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Encode images and decode them again.

        Args:
            images: float32 (N, H, W) in [0, 1].

        Returns:
            float32 (N, H, W) in [0, 1].
        """
        return self.decode(self.encode(images))


def _in_blocks(run: Callable[[np.ndarray], np.ndarray], values: np.ndarray, width: int) -> np.ndarray:
    outputs = np.empty((len(values), width), np.float32)
    for start in range(0, len(values), BLOCK_IMAGES):
        outputs[start : start + BLOCK_IMAGES] = run(values[start : start + BLOCK_IMAGES])
    return outputs
