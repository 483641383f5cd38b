"""The codec as a method of the study: images go through a real file and come back, with their rate."""

from collections.abc import Callable

import numpy as np

from aestudy.codec.compression import Compressor
from aestudy.images import to_float, to_uint8
from aestudy.scoring.method_names import RATE_KEYS
from aestudy.scoring.scoring import CodedImages


def codec_method(compressor: Compressor) -> Callable[[np.ndarray], CodedImages]:
    """Make the method of one model: all images of a condition go into one file, with the default step.

    Args:
        compressor: a network and its codec.

    Returns:
        A function from float32 (N, H, W) in [0, 1], 8-bit images, to what comes back out of the file.
    """
    codec, step_index = compressor.codec, compressor.codec.default_step_index

    def method(given: np.ndarray) -> CodedImages:
        images = to_uint8(given)
        quantised = codec.quantise(compressor.latents(images), step_index)
        raw = compressor.pack(quantised, images.shape[1:], len(images), step_index)
        information = codec.information_bits(quantised, step_index)
        bits = information * (8 * len(raw) / information.sum())
        rates = dict(zip(RATE_KEYS, (bits, bits / images[0].size, information), strict=True))
        return CodedImages(to_float(compressor.decode(raw)), rates)

    return method
