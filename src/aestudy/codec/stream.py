"""The format of a compressed file (docs/codec.md has it byte by byte).

Magic, version, digest of the codec, height, width, count, step, payload, checksum. Numbers are of variable
length (LEB128: seven bits per byte, lowest first, the high bit set on all but the last byte).
"""

import zlib
from dataclasses import dataclass
from pathlib import Path

from aestudy.errors import StudyError
from aestudy.files.reading import read_bytes

MAGIC = b"\xaeST"
VERSION = 1
DIGEST_BYTES = 6
CHECKSUM_BYTES = 4
LEAST_BYTES = len(MAGIC) + 1 + DIGEST_BYTES + 4 + CHECKSUM_BYTES
MAXIMUM_FILE_BYTES = 4 * 1024**3
MAXIMUM_SIDE = 2**20
MAXIMUM_PIXELS = 2**33
"""Pixels of all images of one file together: a file that announces more is refused."""


@dataclass(frozen=True)
class Stream:
    """The parts of a compressed file.

    Attributes:
        codec_sha256: the first `DIGEST_BYTES` bytes of the codec's digest, in hexadecimal.
        image_shape: height and width of the images in pixels.
        count: number of images.
        step_index: the step, as an index of `steps`.
        payload: the coded symbols.
    """

    codec_sha256: str
    image_shape: tuple[int, int]
    count: int
    step_index: int
    payload: bytes


def pack(stream: Stream) -> bytes:
    """Turn a stream into the bytes of a file."""
    zigzag = 2 * stream.step_index if stream.step_index >= 0 else -2 * stream.step_index - 1
    header = MAGIC + bytes([VERSION]) + bytes.fromhex(stream.codec_sha256)[:DIGEST_BYTES]
    for number in (*stream.image_shape, stream.count, zigzag):
        header += _pack_number(number)
    content = header + stream.payload
    return content + zlib.crc32(content).to_bytes(CHECKSUM_BYTES, "little")


def unpack(raw: bytes, *, where: str) -> Stream:
    """Take the bytes of a file, whose name is `where`, apart. Nothing in them is trusted.

    Raises:
        StudyError: the file is foreign, of another version, truncated, or damaged.
    """
    if raw[: len(MAGIC)] != MAGIC:
        raise StudyError(
            f"{where}: expected a file that `aestudy encode` wrote (first bytes {MAGIC.hex(' ')}), found "
            f"{raw[: len(MAGIC)].hex(' ') or 'an empty file'}."
        )
    if len(raw) < LEAST_BYTES:
        raise StudyError(
            f"{where}: truncated; expected at least {LEAST_BYTES} bytes, found {len(raw)}. "
            "Get the file again."
        )
    if raw[len(MAGIC)] != VERSION:
        raise StudyError(
            f"{where}: expected version {VERSION} of the format, found {raw[len(MAGIC)]}. Decode it with the "
            "version of aestudy that wrote it."
        )
    content, checksum = raw[:-CHECKSUM_BYTES], raw[-CHECKSUM_BYTES:]
    if zlib.crc32(content).to_bytes(CHECKSUM_BYTES, "little") != checksum:
        raise StudyError(
            f"{where}: truncated or damaged (the checksum of its {len(raw)} bytes is wrong). "
            "Get the file again."
        )
    place = len(MAGIC) + 1
    digest = content[place : place + DIGEST_BYTES].hex()
    place += DIGEST_BYTES
    numbers = []
    for _ in range(4):
        number, place = _unpack_number(content, place, where)
        numbers.append(number)
    height, width, count, zigzag = numbers
    if not (0 < height <= MAXIMUM_SIDE and 0 < width <= MAXIMUM_SIDE and count > 0):
        raise StudyError(
            f"{where}: announces {count} images of {height} x {width} pixels; no such file exists."
        )
    if height * width * count > MAXIMUM_PIXELS:
        raise StudyError(
            f"{where}: announces {count:,} images of {height} x {width} pixels, more than the "
            f"{MAXIMUM_PIXELS:,} pixels allowed."
        )
    step_index = zigzag // 2 if zigzag % 2 == 0 else -(zigzag // 2) - 1
    return Stream(digest, (height, width), count, step_index, content[place:])


def read_stream(path: str | Path) -> Stream:
    """Read a compressed file.

    Raises:
        StudyError: it is missing, or as `unpack`.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise StudyError(f"{path}: expected a file that `aestudy encode` wrote, found something else.")
    return unpack(read_bytes(path, maximum_bytes=MAXIMUM_FILE_BYTES), where=str(path))


def _pack_number(number: int) -> bytes:
    packed = bytearray()
    while number >= 0x80:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def _unpack_number(content: bytes, place: int, where: str) -> tuple[int, int]:
    number = 0
    for shift in range(0, 63, 7):
        if place >= len(content):
            break
        byte = content[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            # One number has one spelling, so that no two files mean the same.
            if byte == 0 and shift:
                break
            return number, place
    raise StudyError(f"{where}: a number in its header is damaged. Get the file again.")
