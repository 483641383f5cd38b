"""Compress images with a network and its codec: images to bytes, bytes to images."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.codec.coder import DamagedPayloadError
from aestudy.codec.files import load_network_and_codec
from aestudy.codec.quantization import Codec, QuantisedLatents
from aestudy.codec.stream import DIGEST_BYTES, Stream, pack, unpack
from aestudy.codec.tiles import cut, grid, join
from aestudy.errors import StudyError
from aestudy.images import check_8_bit, to_float, to_uint8
from aestudy.networks.network import Network

BLOCK_IMAGES = 4000

Progress = Callable[[int, int], None]
"""Called with the number of images that are done and of all images."""


def no_progress(done: int, total: int) -> None:
    """Say nothing."""


class Compressor:
    """A network with its codec.

    Args:
        network: the network.
        codec: the codec that was fitted to it.

    Example:
        >>> compressor = Compressor.load("my_model")
        >>> raw = compressor.encode(images, compressor.codec.default_step_index)
        >>> compressor.decode(raw).shape == images.shape
        True
    """

    def __init__(self, network: Network, codec: Codec):
        self.network = network
        self.codec = codec

    @classmethod
    def load(cls, path: str | Path, codec_path: str | Path | None = None) -> "Compressor":
        """Read a model and its codec, as `load_network_and_codec`."""
        return cls(*load_network_and_codec(path, codec_path))

    def latents(
        self,
        images: np.ndarray,
        *,
        where: str = "images",
        tile: bool = False,
        progress: Progress = no_progress,
    ) -> np.ndarray:
        """Run images through the encoder.

        Args:
            images: uint8 (N, H, W).
            where: what they are, for messages.
            tile: cut images of another size than the model's into tiles.
            progress: is told how far it is.

        Returns:
            float32 (N * tiles, D).

        Raises:
            StudyError: the images break the contract, or have another size than the model's and are not to
                be cut.
        """
        check_8_bit(images, where=where)
        shape = self.network.architecture.image_shape
        if images.shape[1:] != shape and not tile:
            raise StudyError(
                f"{where}: expected images of the model's size, {shape[0]} x {shape[1]} pixels, found "
                f"{images.shape[1]} x {images.shape[2]}. Scale them, or cut them into tiles with --tile."
            )
        blocks = []
        per_image = int(np.prod(grid(images.shape[1:], shape)))
        size = max(1, BLOCK_IMAGES // per_image)
        for start in range(0, len(images), size):
            block = to_float(images[start : start + size])
            blocks.append(self.network.encode(cut(block, shape) if tile else block))
            progress(min(start + size, len(images)), len(images))
        return np.concatenate(blocks)

    def pack(
        self, quantised: QuantisedLatents, image_shape: tuple[int, int], count: int, step_index: int
    ) -> bytes:
        """Turn quantised latents into the bytes of a file.

        Args:
            quantised: of all images (or tiles).
            image_shape: height and width of the images.
            count: number of images.
            step_index: the step that they were quantised with.
        """
        payload = self.codec.encode(quantised, step_index)
        return pack(Stream(self.codec.sha256, image_shape, count, step_index, payload))

    def encode(self, images: np.ndarray, step_index: int, **options: Any) -> bytes:
        """Compress images.

        Args:
            images: uint8 (N, H, W).
            step_index: the step.
            **options: of `latents`.

        Returns:
            The bytes of a file.

        Raises:
            StudyError: as `latents`, or the step is out of range.
        """
        quantised = self.codec.quantise(self.latents(images, **options), step_index)
        return self.pack(quantised, images.shape[1:], len(images), step_index)

    def unpack(self, stream: Stream, *, where: str) -> QuantisedLatents:
        """Decode the symbols of a stream.

        Raises:
            StudyError: the stream was made with another model, or is damaged.
        """
        own = self.codec.sha256[: 2 * DIGEST_BYTES]
        if stream.codec_sha256 != own:
            raise StudyError(
                f"{where}: was encoded with another model (codec {stream.codec_sha256}; this one is {own}). "
                "Decode it with the model that it was encoded with."
            )
        finest, coarsest = self.codec.step_range
        n_tiles = stream.count * int(np.prod(grid(stream.image_shape, self.network.architecture.image_shape)))
        least_bits = self.codec.least_bits(stream.step_index) * n_tiles
        # A coder never takes less than the information content, so absurd counts are refused unallocated.
        if not finest <= stream.step_index <= coarsest or least_bits > 8 * len(stream.payload) + 64:
            raise StudyError(
                f"{where}: damaged; a payload of {len(stream.payload)} bytes cannot hold {stream.count} "
                f"images of {stream.image_shape[0]} x {stream.image_shape[1]} pixels with that step."
            )
        try:
            return self.codec.decode(stream.payload, n_tiles, stream.step_index)
        except (DamagedPayloadError, ValueError, AssertionError) as error:
            raise StudyError(f"{where}: damaged ({error}).") from None

    def images(
        self, quantised: QuantisedLatents, image_shape: tuple[int, int], step_index: int,
        progress: Progress = no_progress,
    ) -> np.ndarray:  # fmt: skip
        """Decode the images of quantised latents.

        Args:
            quantised: of all images (or tiles).
            image_shape: height and width of the images.
            step_index: the step that they were quantised with.
            progress: is told how far it is.

        Returns:
            uint8 (N, H, W).
        """
        shape = self.network.architecture.image_shape
        tiles = np.empty((len(quantised), *shape), np.uint8)
        for start in range(0, len(tiles), BLOCK_IMAGES):
            block = slice(start, start + BLOCK_IMAGES)
            part = QuantisedLatents(quantised.classes[block], quantised.values[block])
            tiles[block] = to_uint8(self.network.decode(self.codec.dequantise(part, step_index)))
            progress(min(start + BLOCK_IMAGES, len(tiles)), len(tiles))
        return tiles if shape == image_shape else join(tiles, image_shape)

    def decode(self, raw: bytes, *, where: str = "stream", progress: Progress = no_progress) -> np.ndarray:
        """Decompress images.

        Args:
            raw: the bytes of a file.
            where: its name, for messages.
            progress: is told how far it is.

        Returns:
            uint8 (N, H, W).

        Raises:
            StudyError: the file is foreign, damaged, or was made with another model.
        """
        stream = unpack(raw, where=where)
        quantised = self.unpack(stream, where=where)
        return self.images(quantised, stream.image_shape, stream.step_index, progress)
