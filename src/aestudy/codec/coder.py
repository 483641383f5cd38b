"""Code symbols with integer frequency tables: asymmetric numeral systems (Duda 2013) from `constriction`.

`constriction` turns probabilities into frequencies with floats. It is given `frequency - 1` of each symbol,
whole numbers whose sum is exactly the weight that it shares out, so that its scale is exactly 1, every sum is
exact in float64 (all below 2**24), and what it codes with are our integers on every machine.
tests/codec/test_codec.py holds it against a coder written out in Python integers.

The order of a stream is: the classes of all images; the symbols of all latents, by table (row), within one
table by image and latent; then, for the symbols that are escapes, their lengths, signs and digits.
"""

from collections.abc import Iterator
from typing import Any

import constriction
import numpy as np

from aestudy.codec.tables import PRECISION_BITS, FrequencyTables
from aestudy.errors import StudyError

_ans = constriction.stream.stack
_model = constriction.stream.model

ESCAPE_LENGTHS = 31
LARGEST_VALUE = 2**30
"""Quantised values are clipped to ± this; far beyond everything that a latent can mean."""

_PIECE_BITS = 15
_CHUNK = 2**16
_FREE_BITS = 2**16 * PRECISION_BITS


class DamagedPayloadError(ValueError):
    """The bytes are not what this coder writes for that many images."""


def _categorical(table: np.ndarray) -> Any:
    return _model.Categorical((table - np.uint32(1)).astype(np.float64), perfect=False)


def _grouped(rows: np.ndarray) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """Sort latents by row: the stable order, and (row, start, stop) of each row that occurs."""
    order = np.argsort(rows, kind="stable")
    counts = np.bincount(rows)
    stops = np.cumsum(counts)
    return order, [
        (row, int(stop - count), int(stop))
        for row, (count, stop) in enumerate(zip(counts, stops, strict=True))
        if count
    ]


def encode_symbols(
    tables: FrequencyTables, scale_rows: np.ndarray, classes: np.ndarray, values: np.ndarray
) -> bytes:
    """Code the quantised latents of some images.

    Args:
        tables: the frequency tables.
        scale_rows: uint8 (K, D), the row of each latent in each class.
        classes: integers (N,) in [0, K).
        values: int32 (N, D), each within ± `LARGEST_VALUE`.

    Returns:
        The payload. Its last byte is not zero.

    Raises:
        StudyError: so many values at the end are the least of their tables that they would take no bits.
    """
    rows = scale_rows[classes].ravel()
    order, groups = _grouped(rows)
    sorted_values = values.ravel()[order]
    escaped: list[np.ndarray] = []
    parts = _class_part(tables, classes.astype(np.int32))
    information = [(tables.classes, classes)] if parts else []
    for row, start, stop in groups:
        limit = int(tables.limits[row])
        group = sorted_values[start:stop]
        outside = np.abs(group) > limit
        symbols = np.where(outside, 2 * limit + 1, group + limit).astype(np.int32)
        parts.append((symbols, _categorical(tables.row_tables[row])))
        information.append((tables.row_tables[row], symbols))
        if outside.any():
            far = group[outside]
            escaped.append(np.sign(far) * (np.abs(far) - limit))
    if escaped:
        parts.extend(_escape_parts(np.concatenate(escaped)))
    coder = _ans.AnsCoder()
    for symbols, model in reversed(parts):
        coder.encode_reverse(symbols, model)
    payload = coder.get_compressed().astype("<u4").tobytes().rstrip(b"\0")
    budget = _Budget(len(payload))
    try:
        for table, symbols in information:
            budget.spend(table, symbols)
    except DamagedPayloadError:
        raise StudyError(
            "the images: expected at most 65,536 with the same extreme values, found more, which no decoder "
            "would take for sound. Encode fewer at a time, or with another step."
        ) from None
    return payload


def _class_part(tables: FrequencyTables, classes: np.ndarray) -> list[tuple[np.ndarray, Any]]:
    return [(classes, _categorical(tables.classes))] if len(tables.classes) > 1 else []


def _escape_parts(excess: np.ndarray) -> Iterator[tuple[np.ndarray, Any]]:
    """Code values other than 0: the number of binary digits, the sign, the digits behind the first."""
    magnitudes = np.abs(excess)
    lengths = _lengths(magnitudes)
    yield lengths, _model.Uniform(ESCAPE_LENGTHS)
    yield (excess < 0).astype(np.int32), _model.Uniform(2)
    for length in np.unique(lengths[lengths > 0]):
        digits = magnitudes[lengths == length] - (1 << int(length))
        for shift, bits in _pieces(int(length)):
            yield ((digits >> shift) & ((1 << bits) - 1)).astype(np.int32), _model.Uniform(1 << bits)


def _lengths(magnitudes: np.ndarray) -> np.ndarray:
    """Floor of the binary logarithm of integers from 1 to 2**30, exact because float64 holds them."""
    return (np.frexp(magnitudes.astype(np.float64))[1] - 1).astype(np.int32)


def _pieces(length: int) -> Iterator[tuple[int, int]]:
    for shift in range(0, length, _PIECE_BITS):
        yield shift, min(_PIECE_BITS, length - shift)


def decode_symbols(
    tables: FrequencyTables, scale_rows: np.ndarray, payload: bytes, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Decode what `encode_symbols` coded.

    Memory for the values is taken when all symbols are known to be in the payload; until then, a symbol takes
    two bytes, and decoding stops where there are more of them than the payload can hold.

    Args:
        tables: the frequency tables.
        scale_rows: uint8 (K, D), the row of each latent in each class.
        payload: the bytes.
        count: number of images N.

    Returns:
        Classes, int32 (N,), and values, int32 (N, D).

    Raises:
        DamagedPayloadError: the bytes are not the payload of so many images.
    """
    if payload.endswith(b"\0"):
        raise DamagedPayloadError("the payload ends with a zero byte, which no payload does")
    words = np.frombuffer(payload + bytes(-len(payload) % 4), "<u4").astype(np.uint32)
    coder = _ans.AnsCoder(words)
    budget = _Budget(len(payload))
    classes, class_counts = np.zeros(count, np.int32), np.array([count])
    if len(tables.classes) > 1:
        classes = _decode_table(coder, tables.classes, count, budget).astype(np.int32)
        class_counts = np.bincount(classes, minlength=len(tables.classes))
    symbols: dict[int, np.ndarray] = {}
    for row in np.unique(scale_rows).tolist():
        in_row = int(class_counts @ (scale_rows == row).sum(1))
        symbols[row] = _decode_table(coder, tables.row_tables[row], in_row, budget)
    row_values = _decode_escapes(coder, symbols, tables.limits)
    if not coder.is_empty():
        raise DamagedPayloadError("bytes are left over behind the last symbol")
    return classes, _spread(row_values, scale_rows, classes)


class _Budget:
    """A limit on the information in a payload's symbols, so that few bytes of junk cannot give many symbols.

    A payload takes as many bits as its symbols have information, with two exceptions. The coder, whose state
    has at least 32 bits, may gain 1/256 of the information by rounding. And while the state is still 0, a
    symbol that is the first of its table takes no bits. `encode_symbols` refuses to gain more by the second
    than `_FREE_BITS`.
    """

    def __init__(self, n_bytes: int):
        self._left = 8 * n_bytes * (1 + 1 / 128) + _FREE_BITS

    def spend(self, table: np.ndarray, symbols: np.ndarray) -> None:
        """Count the bits of symbols, and refuse more than the payload can hold."""
        self._left -= float((PRECISION_BITS - np.log2(table))[symbols].sum())
        if self._left < 0:
            raise DamagedPayloadError("it has more symbols than its bytes can hold")


def _decode_table(coder: Any, table: np.ndarray, count: int, budget: _Budget) -> np.ndarray:
    """Decode symbols of one table, of the smallest type that holds them."""
    model, dtype = _categorical(table), np.min_scalar_type(len(table) - 1)
    parts = [np.empty(0, dtype)]
    for start in range(0, count, _CHUNK):
        symbols = coder.decode(model, min(_CHUNK, count - start))
        budget.spend(table, symbols)
        parts.append(symbols.astype(dtype))
    return np.concatenate(parts)


def _spread(row_values: dict[int, np.ndarray], scale_rows: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Bring values from the order of a stream, by row, into that of images and latents: int32 (N, D)."""
    values = np.empty((len(classes), scale_rows.shape[1]), np.int32)
    done = dict.fromkeys(row_values, 0)
    for start in range(0, len(classes), _CHUNK):
        block = values[start : start + _CHUNK]
        rows = scale_rows[classes[start : start + _CHUNK]]
        for row, all_values in row_values.items():
            chosen = rows == row
            stop = done[row] + int(chosen.sum())
            block[chosen] = all_values[done[row] : stop]
            done[row] = stop
    return values


def _decode_escapes(coder: Any, symbols: dict[int, np.ndarray], limits: np.ndarray) -> dict[int, np.ndarray]:
    """Turn the symbols of each row into values; what the escapes stand for follows behind all rows."""
    values, places = {}, {}
    for row, found in symbols.items():
        limit = int(limits[row])
        values[row] = found.astype(np.int32) - limit
        places[row] = np.flatnonzero(found == 2 * limit + 1)
    counts = {row: len(found) for row, found in places.items()}
    total = sum(counts.values())
    if not total:
        return values
    lengths = coder.decode(_model.Uniform(ESCAPE_LENGTHS), total)
    negative = coder.decode(_model.Uniform(2), total)
    magnitudes = np.left_shift(np.int64(1), lengths.astype(np.int64))
    for length in np.unique(lengths[lengths > 0]):
        chosen = lengths == length
        for shift, bits in _pieces(int(length)):
            digits = coder.decode(_model.Uniform(1 << bits), int(chosen.sum())).astype(np.int64)
            magnitudes[chosen] += digits << shift
    magnitudes += np.repeat([int(limits[row]) for row in counts], list(counts.values()))
    if magnitudes.max() > LARGEST_VALUE:
        raise DamagedPayloadError("a value is larger than any that is coded")
    far = np.where(negative == 1, -magnitudes, magnitudes)
    for row, part in zip(counts, np.split(far, np.cumsum(list(counts.values()))[:-1]), strict=True):
        values[row][places[row]] = part
    return values
