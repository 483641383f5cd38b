"""Principal components in the shape of a network, so that the codec takes them like one."""

import numpy as np

from aestudy.architecture import Architecture
from aestudy.checks import to_float
from aestudy.inference import Network


class LinearNetwork(Network):
    """A projection onto principal components and back, with outputs clipped to [0, 1].

    Args:
        images: uint8 (N, H, W), the training images.
        components: number of components, at most H * W.
    """

    def __init__(self, images: np.ndarray, components: int):
        flat = to_float(images).reshape(len(images), -1)
        mean = flat.mean(0, dtype=np.float64).astype(np.float32)
        centered = flat - mean
        _, directions = np.linalg.eigh((centered.T @ centered).astype(np.float64))
        chosen = np.ascontiguousarray(directions[:, ::-1][:, :components], np.float32)
        architecture = Architecture(images.shape[1:], (), chosen.shape[1], "linear", "linear")
        parameters = {
            "encoder.layers.0.kernel": chosen,
            "encoder.layers.0.bias": -mean @ chosen,
            "decoder.layers.0.kernel": np.ascontiguousarray(chosen.T),
            "decoder.layers.0.bias": mean,
        }
        super().__init__(architecture, parameters)
        self._decoder = [self._decoder[0]._replace(activation=lambda values: np.clip(values, 0, 1))]
