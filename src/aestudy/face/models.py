"""A trained model as one object: network, codec and what is known of its training."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aestudy.codec.compression import BLOCK_IMAGES, Compressor
from aestudy.codec.files import (
    CODEC_NAME,
    PARAMETERS_NAME,
    find_model,
    load_network_and_codec,
    write_codec,
)
from aestudy.codec.fitting import fit_codec, was_trained_for_rate
from aestudy.codec.quantization import Codec
from aestudy.errors import StudyError
from aestudy.images import check_8_bit, to_float, to_uint8
from aestudy.networks.architecture import Architecture, read_parameters, write_parameters
from aestudy.networks.network import Network
from aestudy.training.history import write_history


class Model:
    """A trained autoencoder, with a codec once one is fitted.

    `train` and `load_model` make one.

    Attributes:
        network: the network.
        codec: its codec; None until `fit_codec`.
        provenance: what it was trained on and how.
        history: one row per epoch of a training in this process, with its losses.

    Example:
        >>> model = train(images, epochs=2, hidden=(16,), code_size=4).fit_codec(images)
        >>> model.reconstruct(images).shape == images.shape
        True
        >>> raw = model.encode(images)
        >>> model.decode(raw).dtype
        dtype('uint8')
        >>> model.save("my_model")
        >>> load_model("my_model").decode(raw).shape == images.shape
        True
    """

    def __init__(
        self,
        network: Network,
        codec: Codec | None = None,
        *,
        provenance: Mapping[str, Any] | None = None,
        history: Sequence[Mapping[str, float]] = (),
    ):
        self.network = network
        self.codec = codec
        self.provenance = dict(provenance or {})
        self.history = list(history)

    def __repr__(self) -> str:
        """Name the layers."""
        return f"<Model {self.architecture.description}, {'with' if self.codec else 'without'} codec>"

    @property
    def architecture(self) -> Architecture:
        """The layers."""
        return self.network.architecture

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Encode images and decode them again, with the codes as they are.

        Args:
            images: uint8 (N, H, W), of the model's size.

        Returns:
            uint8 (N, H, W).

        Raises:
            StudyError: the images are not uint8, or of another size.
        """
        shape = self.architecture.image_shape
        check_8_bit(images, where="reconstruct")
        if images.shape[1:] != shape:
            raise StudyError(
                f"reconstruct: expected images of the model's size, {shape[0]} x {shape[1]} pixels, found "
                f"{images.shape[1]} x {images.shape[2]}."
            )
        blocks = [images[start : start + BLOCK_IMAGES] for start in range(0, len(images), BLOCK_IMAGES)]
        return np.concatenate([to_uint8(self.network.reconstruct(to_float(block))) for block in blocks])

    def fit_codec(self, images: np.ndarray) -> "Model":
        """Fit a codec, which `encode` and `decode` need.

        Args:
            images: uint8 (N, H, W), N ≥ 2: what the model was given in training.

        Returns:
            The model itself.

        Raises:
            StudyError: there are too few images, or they are not uint8 or of another size.
        """
        for_rate = was_trained_for_rate(self.provenance)
        self.codec = fit_codec(self.network, images, trained_for_rate=for_rate)
        return self

    @property
    def compressor(self) -> Compressor:
        """The network with its codec.

        Raises:
            StudyError: no codec is fitted.
        """
        if self.codec is None:
            raise StudyError(
                "the model has no codec yet. Call its fit_codec with the images that it was trained on."
            )
        return Compressor(self.network, self.codec)

    def encode(self, images: np.ndarray, *, step_index: int | None = None) -> bytes:
        """Compress images into the bytes of a file that `aestudy decode` reads as well.

        Args:
            images: uint8 (N, H, W), of the model's size.
            step_index: how coarsely codes are rounded, within `codec.step_range`: 8 more double the step.
                The codec's own choice by default.

        Raises:
            StudyError: no codec is fitted, the images are not of the model, or the step is out of range.
        """
        compressor = self.compressor
        chosen = compressor.codec.default_step_index if step_index is None else step_index
        return compressor.encode(images, chosen)

    def decode(self, raw: bytes) -> np.ndarray:
        """Decompress images.

        Args:
            raw: what `encode` made.

        Returns:
            uint8 (N, H, W).

        Raises:
            StudyError: no codec is fitted, or the bytes are damaged or of another model.
        """
        return self.compressor.decode(raw)

    def save(self, folder: str | Path) -> None:
        """Write the model as the study does: `params.npz` and, of what there is, `codec.npz`, `history.csv`.

        Args:
            folder: a folder to make or to write into. A codec in it, which is of another model, goes.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CODEC_NAME).unlink(missing_ok=True)
        write_parameters(
            folder / PARAMETERS_NAME, self.architecture, self.network.parameters, self.provenance
        )
        if self.codec is not None:
            write_codec(folder / CODEC_NAME, self.codec)
        if self.history:
            write_history(folder / "history.csv", self.history)


def load_model(path: str | Path) -> Model:
    """Load a model of a study, or one that was saved.

    Args:
        path: its folder, or the `params.npz` in it. The codec beside it is loaded as well.

    Raises:
        StudyError: it is missing or damaged, or the codec is of another model.

    Example:
        >>> train(images, epochs=1, hidden=(16,), code_size=4).save("another_model")
        >>> load_model("another_model")
        <Model 120-16-4-16-120, without codec>
    """
    file = find_model(path)
    architecture, parameters, provenance = read_parameters(file)
    if file.with_name(CODEC_NAME).is_file():
        return Model(*load_network_and_codec(file), provenance=provenance)
    return Model(Network(architecture, parameters), provenance=provenance)
