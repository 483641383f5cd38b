"""A small network with a codec, made once for all tests of the codec."""

import dataclasses
import functools

import numpy as np

from aestudy.codec.compression import Compressor
from aestudy.codec.files import seal
from aestudy.codec.fitting import fit_codec
from aestudy.codec.tables import TOTAL
from aestudy.networks.dense import DenseArchitecture
from aestudy.networks.network import Network

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
    """A network that does its work: principal components of the images' logits, found from the images."""
    images = blobs(400, seed=100 + seed).reshape(400, -1) / 255
    logits = np.log((images + 0.02) / (1.02 - images))
    mean = logits.mean(0)
    directions = np.linalg.svd(logits - mean, full_matrices=False)[2][:LATENTS]
    design = np.column_stack([images, np.ones(400)])
    encoder = np.linalg.lstsq(design, (logits - mean) @ directions.T, rcond=1e-3)[0]
    parameters = {
        "encoder.layers.0.kernel": encoder[:-1],
        "encoder.layers.0.bias": encoder[-1],
        "decoder.layers.0.kernel": directions,
        "decoder.layers.0.bias": mean,
    }
    architecture = DenseArchitecture(SHAPE, (), LATENTS, "gelu", "linear")
    return Network(architecture, {name: array.astype(np.float32) for name, array in parameters.items()})


@functools.cache
def small_compressor(seed=0):
    network = small_network(seed)
    return Compressor(network, fit_codec(network, blobs(600)))


def cheap_compressor():
    """The same with one class only, so that at the coarsest step an image may take a fiftieth of a bit."""
    compressor = small_compressor()
    codec = compressor.codec
    tables = dataclasses.replace(codec.tables, classes=np.array([TOTAL], np.uint32))
    one_class = dataclasses.replace(
        codec, means=codec.means[:1], rotations=codec.rotations[:1], scale_indices=codec.scale_indices[:1],
        tables=tables,
    )  # fmt: skip
    return Compressor(compressor.network, seal(one_class, default_step_index=one_class.step_range[1]))
