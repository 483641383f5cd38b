"""Read the idx format of the original MNIST files (http://yann.lecun.com/exdb/mnist/, "File formats").

A file is four bytes 0, 0, type, number of dimensions; one big-endian 32-bit size per dimension; the values.
It may be compressed with gzip. Nothing in it is trusted.
"""

import gzip
import io
import math
import zlib

import numpy as np

from aestudy.errors import StudyError

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 0x08
_TYPES = {
    0x08: "unsigned byte", 0x09: "signed byte", 0x0B: "short", 0x0C: "int", 0x0D: "float", 0x0E: "double",
}  # fmt: skip


def is_gzip(raw: bytes) -> bool:
    """Tell by its first bytes whether a file is compressed with gzip."""
    return raw.startswith(_GZIP_MAGIC)


def decompress(raw: bytes, *, where: str, maximum_bytes: int) -> bytes:
    """Decompress a gzip file, but never to more than a number of bytes; leave any other file as it is.

    Raises:
        StudyError: the file, whose name is `where`, is truncated or damaged, or its content is too large.
    """
    content = raw
    if is_gzip(raw):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
                content = file.read(maximum_bytes + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise StudyError(
                f"{where}: expected a gzip file, found a truncated or damaged one ({error}). "
                "Get the file again."
            ) from None
    if len(content) > maximum_bytes:
        raise StudyError(f"{where}: expected at most {maximum_bytes:,} bytes of content, found more.")
    return content


def parse_idx(content: bytes, *, where: str, dimensions: int) -> np.ndarray:
    """Turn the content of an idx file into an array.

    Args:
        content: the file, not compressed.
        where: its name, for the message.
        dimensions: 3 for images, 1 for labels.

    Returns:
        uint8 array (read-only) with that many dimensions.

    Raises:
        StudyError: the magic number, the type, the number of dimensions or the length is not right.
    """
    header = 4 + 4 * dimensions
    if len(content) < 4 or content[:2] != b"\0\0":
        raise StudyError(
            f"{where}: expected an idx file (two zero bytes first), found the bytes "
            f"{content[:4].hex(' ') or 'of an empty file'}."
        )
    if content[2] != _UNSIGNED_BYTE:
        raise StudyError(
            f"{where}: expected values of type 0x08 (unsigned byte), found 0x{content[2]:02x} "
            f"({_TYPES.get(content[2], 'unknown')})."
        )
    if content[3] != dimensions:
        raise StudyError(
            f"{where}: expected an idx file of {dimensions} dimensions "
            f"({'images' if dimensions == 3 else 'labels'}), found {content[3]}."
        )
    if len(content) < header:
        raise StudyError(f"{where}: truncated; its header has {header} bytes, the file {len(content)}.")
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", dimensions, offset=4))
    expected = math.prod(shape)
    found = len(content) - header
    if found != expected:
        fault = "truncated" if found < expected else "has bytes behind its end"
        raise StudyError(
            f"{where}: {fault}; its header announces {' x '.join(map(str, shape))} = {expected:,} values, "
            f"the file has {found:,}."
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
