"""A model as two methods of the study: its network alone, and images that go through a real file and back."""

import numpy as np

from aestudy.codec.compression import Compressor
from aestudy.images import to_float
from aestudy.scoring.method_names import AUTOENCODER, CODEC, RATE_KEYS
from aestudy.scoring.scoring import CodedImages, Method


class ModelMethods:
    """The methods of one model. Both need the codes of the same images, which are computed once.

    Args:
        compressor: a network and its codec.
    """

    def __init__(self, compressor: Compressor):
        self._compressor = compressor
        self._encoded: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def methods(self) -> dict[str, Method]:
        """Name of each method -> its function of float32 images (N, H, W) in [0, 1]."""
        return {AUTOENCODER: self.reconstruct, CODEC: self.compress}

    def reconstruct(self, given: np.ndarray) -> np.ndarray:
        """Encode images and decode them again, with nothing in between."""
        return self._compressor.network.decode(self._encode(given))

    def compress(self, given: np.ndarray) -> CodedImages:
        """Send 8-bit images through one file, with the default step of the codec."""
        codec, step_index = self._compressor.codec, self._compressor.codec.default_step_index
        quantised = codec.quantise(self._encode(given), step_index)
        raw = self._compressor.pack(quantised, given.shape[1:], len(given), step_index)
        information = codec.information_bits(quantised, step_index)
        bits = information * (8 * len(raw) / information.sum())
        rates = dict(zip(RATE_KEYS, (bits, bits / given[0].size, information), strict=True))
        return CodedImages(to_float(self._compressor.decode(raw)), rates)

    def _encode(self, given: np.ndarray) -> np.ndarray:
        if self._encoded is None or self._encoded[0] is not given:
            self._encoded = given, self._compressor.network.encode(given)
        return self._encoded[1]
