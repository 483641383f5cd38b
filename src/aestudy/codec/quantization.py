"""The codec of one trained network: from latents to integers and back."""

from dataclasses import dataclass

import numpy as np

from aestudy.codec.clusters import Classes, bit_weights, choose_classes
from aestudy.codec.coder import LARGEST_VALUE, decode_symbols, encode_symbols
from aestudy.codec.steps import ROWS, allowed_step_indices, rows_of, step_of, variances_of
from aestudy.codec.tables import MAXIMUM_LIMIT, FrequencyTables, Quantiser
from aestudy.errors import StudyError

FARTHEST = np.float32(1e12)
"""Coordinates are clipped to ± this, so that their squares stay numbers."""


@dataclass(frozen=True, eq=False)
class QuantisedLatents:
    """What a stream carries.

    Attributes:
        classes: int32 (N,), the class of each image.
        values: int32 (N, D), the quantised coordinates within the class.
    """

    classes: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        """Number of images."""
        return len(self.classes)


@dataclass(frozen=True, eq=False)
class Codec:
    """Quantisers and frequency tables for the latents of one network.

    A latent vector z becomes `y = (z - center) @ whitening`, in which a squared length is the squared error
    of the decoded image; in class k it becomes `u = (y - means[k]) @ rotations[k]`, and u is quantised.

    Attributes:
        center: float32 (D,).
        whitening: float32 (D, D).
        unwhitening: float32 (D, D), its inverse.
        means: float32 (K, D).
        rotations: float32 (K, D, D), orthogonal.
        scale_indices: int16 (K, D), standard deviations of u as indices of `steps`.
        tables: the frequency tables.
        quantiser: how values are rounded and given back.
        default_step_index: the step to use when none is named.
        model_sha256: digest of the network that it belongs to.
        sha256: digest of the codec and the network.
    """

    center: np.ndarray
    whitening: np.ndarray
    unwhitening: np.ndarray
    means: np.ndarray
    rotations: np.ndarray
    scale_indices: np.ndarray
    tables: FrequencyTables
    quantiser: Quantiser
    default_step_index: int
    model_sha256: str
    sha256: str = ""

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit each other, with a ValueError."""
        size = self.center.size
        n_classes = len(self.tables.classes)
        expected = {
            "center": (np.float32, (size,)),
            "whitening": (np.float32, (size, size)),
            "unwhitening": (np.float32, (size, size)),
            "means": (np.float32, (n_classes, size)),
            "rotations": (np.float32, (n_classes, size, size)),
            "scale_indices": (np.int16, (n_classes, size)),
        }
        for name, (dtype, shape) in expected.items():
            array = getattr(self, name)
            if array.dtype != dtype or array.shape != shape or not np.isfinite(array).all():
                raise ValueError(f"expected {name} to be finite {np.dtype(dtype)} {shape}")
        for name, array in self.quantiser._asdict().items():
            if array.dtype != np.float32 or array.shape != (ROWS, MAXIMUM_LIMIT + 1):
                raise ValueError(f"expected {name} to be float32 {(ROWS, MAXIMUM_LIMIT + 1)}")
            if not (np.abs(array) <= 1).all():
                raise ValueError(f"expected {name} within 1 of zero")
        self.check_step(self.default_step_index)

    @property
    def step_range(self) -> tuple[int, int]:
        """The indices of the finest and the coarsest step."""
        return allowed_step_indices(self.scale_indices)

    def check_step(self, step_index: int) -> None:
        """Refuse a step that the tables are not made for.

        Raises:
            StudyError: the step is too fine or too coarse.
        """
        finest, coarsest = self.step_range
        if not finest <= step_index <= coarsest:
            raise StudyError(
                f"step: expected {step_of(finest):.4g} to {step_of(coarsest):.4g} for this model, found "
                f"{step_of(step_index):.4g}."
            )

    def quantise(self, latents: np.ndarray, step_index: int) -> QuantisedLatents:
        """Quantise latents, float32 (N, D), with a step within `step_range`.

        Raises:
            StudyError: the step is out of range.
        """
        self.check_step(step_index)
        points = np.clip(np.nan_to_num((latents - self.center) @ self.whitening), -FARTHEST, FARTHEST)
        weights = bit_weights(
            Classes(self.means, self.rotations, variances_of(self.scale_indices), self.tables.classes),
            self.tables.class_bits, step_of(step_index),
        )  # fmt: skip
        classes = choose_classes(points, weights)
        rows = self.rows(step_index)
        values = np.empty(latents.shape, np.int32)
        for k, members in _members(classes, len(self.means)):
            coordinates = (points[members] - self.means[k]) @ self.rotations[k]
            values[members] = self._round(coordinates / np.float32(step_of(step_index)), rows[k])
        return QuantisedLatents(classes.astype(np.int32), values)

    def _round(self, steps: np.ndarray, rows: np.ndarray) -> np.ndarray:
        magnitudes = np.minimum(np.abs(steps), np.float32(LARGEST_VALUE - 1))
        lower = magnitudes.astype(np.int32)
        fraction = magnitudes - lower
        lower += fraction > self.quantiser.thresholds[rows, np.minimum(lower, MAXIMUM_LIMIT)]
        return np.where(steps < 0, -lower, lower)

    def dequantise(self, quantised: QuantisedLatents, step_index: int) -> np.ndarray:
        """Give latents back, float32 (N, D), from what was quantised with this step."""
        rows = self.rows(step_index)
        points = np.empty(quantised.values.shape, np.float32)
        for k, members in _members(quantised.classes, len(self.means)):
            values = quantised.values[members]
            magnitudes = np.abs(values)
            shifts = self.quantiser.shifts[rows[k], np.minimum(magnitudes, MAXIMUM_LIMIT)]
            steps = np.sign(values) * (magnitudes + shifts)
            points[members] = (steps * np.float32(step_of(step_index))) @ self.rotations[k].T + self.means[k]
        return points @ self.unwhitening + self.center

    def rows(self, step_index: int) -> np.ndarray:
        """The frequency table of each latent in each class: uint8 (K, D)."""
        return rows_of(self.scale_indices, step_index)

    def information_bits(self, quantised: QuantisedLatents, step_index: int) -> np.ndarray:
        """Information content of each image under the tables, in bits.

        Without the digits of escapes, and without what a file has besides.

        Returns:
            float64 (N,).
        """
        rows = self.rows(step_index)[quantised.classes]
        outside = np.abs(quantised.values) > MAXIMUM_LIMIT
        columns = np.where(outside, 2 * MAXIMUM_LIMIT + 1, quantised.values + MAXIMUM_LIMIT)
        bits = self.tables.row_bits[rows, columns].sum(1)
        return bits + self.tables.class_bits[quantised.classes]

    def least_bits(self, step_index: int) -> float:
        """The least information content that an image can have, in bits."""
        cheapest = self.tables.row_bits.min(1)[self.rows(step_index)].sum(1)
        return float((cheapest + self.tables.class_bits).min())

    def encode(self, quantised: QuantisedLatents, step_index: int) -> bytes:
        """Code quantised latents with the tables."""
        return encode_symbols(self.tables, self.rows(step_index), quantised.classes, quantised.values)

    def decode(self, payload: bytes, count: int, step_index: int) -> QuantisedLatents:
        """Decode what `encode` made: exactly the same integers.

        Raises:
            DamagedPayloadError: the bytes are not the payload of so many images.
        """
        return QuantisedLatents(*decode_symbols(self.tables, self.rows(step_index), payload, count))


def _members(classes: np.ndarray, n_classes: int) -> list[tuple[int, np.ndarray]]:
    """The images of each class that has any."""
    order = np.argsort(classes, kind="stable")
    stops = np.cumsum(np.bincount(classes, minlength=n_classes))
    return [(k, part) for k, part in enumerate(np.split(order, stops[:-1])) if len(part)]
