"""A small network with a codec, made once for all tests of the codec."""

import functools

import numpy as np

from aestudy.architecture import Architecture, initial_parameters
from aestudy.codec.compression import Compressor
from aestudy.codec.fitting import fit_codec
from aestudy.inference import Network

SHAPE = (12, 10)
LATENTS = 6


def blobs(count, seed=0, shape=SHAPE):
    """Images of one bright blob each: uint8 (count, H, W)."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    center = rng.uniform(2, 8, (count, 2, 1, 1))
    width = rng.uniform(1, 3, (count, 1, 1))
    distance = (rows - center[:, 0]) ** 2 + (columns - center[:, 1]) ** 2
    return np.rint(255 * np.exp(-distance / (2 * width**2))).astype(np.uint8)


def small_network(seed=0):
    architecture = Architecture(SHAPE, (24,), LATENTS, "gelu", "linear")
    parameters = initial_parameters(architecture, np.random.default_rng(seed))
    for name in parameters:
        parameters[name] = parameters[name] * np.float32(2)
    return Network(architecture, parameters)


@functools.cache
def small_compressor(seed=0):
    network = small_network(seed)
    return Compressor(network, fit_codec(network, blobs(600)))
