"""Code symbols with integer frequency tables: asymmetric numeral systems (Duda 2013) from `constriction`.

`constriction` turns probabilities into frequencies with floats. It is given `frequency - 1` of each symbol,
whole numbers whose sum is exactly the weight that it shares out, so that its scale is exactly 1, every sum is
exact in float64 (all below 2**24), and what it codes with are our integers on every machine.
tests/test_codec.py holds it against a coder written out in Python integers.

The order of a stream is: the classes of all images; the symbols of all latents, by table (row), within one
table by image and latent; then, for the symbols that are escapes, their lengths, signs and digits.
"""

from collections.abc import Iterator

import constriction
import numpy as np

from aestudy.codec.tables import FrequencyTables

_ans = constriction.stream.stack
_model = constriction.stream.model

ESCAPE_LENGTHS = 31
LARGEST_VALUE = 2**30
"""Quantised values are clipped to ± this; far beyond everything that a latent can mean."""

_PIECE_BITS = 15


class DamagedPayloadError(ValueError):
    """The bytes are not what this coder writes for that many images."""


def _categorical(table: np.ndarray) -> _model.Model:
    return _model.Categorical((table - np.uint32(1)).astype(np.float64), perfect=False)


def _grouped(rows: np.ndarray) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """Sort latents by row.

    Returns:
        The stable order, and (row, start, stop) of each row that occurs.
    """
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
    """
    rows = scale_rows[classes].ravel()
    order, groups = _grouped(rows)
    sorted_values = values.ravel()[order]
    escaped: list[np.ndarray] = []
    parts = _class_part(tables, classes.astype(np.int32))
    for row, start, stop in groups:
        limit = int(tables.limits[row])
        group = sorted_values[start:stop]
        outside = np.abs(group) > limit
        symbols = np.where(outside, 2 * limit + 1, group + limit).astype(np.int32)
        parts.append((symbols, _categorical(tables.row_tables[row])))
        if outside.any():
            far = group[outside]
            escaped.append(np.sign(far) * (np.abs(far) - limit))
    if escaped:
        parts.extend(_escape_parts(np.concatenate(escaped)))
    coder = _ans.AnsCoder()
    for symbols, model in reversed(parts):
        coder.encode_reverse(symbols, model)
    return coder.get_compressed().astype("<u4").tobytes().rstrip(b"\0")


def _class_part(tables: FrequencyTables, classes: np.ndarray) -> list[tuple[np.ndarray, _model.Model]]:
    return [(classes, _categorical(tables.classes))] if len(tables.classes) > 1 else []


def _escape_parts(excess: np.ndarray) -> Iterator[tuple[np.ndarray, _model.Model]]:
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
    classes = np.zeros(count, np.int32)
    if len(tables.classes) > 1:
        classes = coder.decode(_categorical(tables.classes), count)
    rows = scale_rows[classes].ravel()
    order, groups = _grouped(rows)
    sorted_values = np.empty(len(rows), np.int32)
    escapes: list[tuple[np.ndarray, int]] = []
    for row, start, stop in groups:
        limit = int(tables.limits[row])
        symbols = coder.decode(_categorical(tables.row_tables[row]), stop - start)
        sorted_values[start:stop] = symbols - limit
        places = np.flatnonzero(symbols == 2 * limit + 1) + start
        if len(places):
            escapes.append((places, limit))
    if escapes:
        _decode_escapes(coder, escapes, sorted_values)
    if not coder.is_empty():
        raise DamagedPayloadError("bytes are left over behind the last symbol")
    values = np.empty_like(sorted_values)
    values[order] = sorted_values
    return classes, values.reshape(count, scale_rows.shape[1])


def _decode_escapes(coder: _ans.AnsCoder, escapes: list[tuple[np.ndarray, int]], values: np.ndarray) -> None:
    places = np.concatenate([group for group, _ in escapes])
    limits = np.concatenate([np.full(len(group), limit) for group, limit in escapes])
    lengths = coder.decode(_model.Uniform(ESCAPE_LENGTHS), len(places))
    negative = coder.decode(_model.Uniform(2), len(places))
    magnitudes = np.left_shift(np.int64(1), lengths.astype(np.int64))
    for length in np.unique(lengths[lengths > 0]):
        chosen = lengths == length
        for shift, bits in _pieces(int(length)):
            digits = coder.decode(_model.Uniform(1 << bits), int(chosen.sum())).astype(np.int64)
            magnitudes[chosen] += digits << shift
    magnitudes += limits
    if magnitudes.max() > LARGEST_VALUE:
        raise DamagedPayloadError("a value is larger than any that is coded")
    values[places] = np.where(negative == 1, -magnitudes, magnitudes)
