import gzip
import struct
import tracemalloc

import numpy as np
import pytest

from aestudy.datasets.idx import decompress, parse_idx
from aestudy.errors import StudyError

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def write_idx(array, type_code=8):
    header = bytes([0, 0, type_code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


@pytest.mark.parametrize("array", [IMAGES, np.array([7, 0, 255], np.uint8)], ids=["images", "labels"])
def test_a_well_formed_file_is_read(array):
    parsed = parse_idx(write_idx(array), where="f", dimensions=array.ndim)
    assert parsed.dtype == np.uint8
    np.testing.assert_array_equal(parsed, array)


GOOD = write_idx(IMAGES)
BAD_FILES = {
    "empty": (b"", "two zero bytes first"),
    "short": (b"\0\0\x08", "two zero bytes first"),
    "magic": (b"\1" + GOOD[1:], "found the bytes 01 00 08 03"),
    "html": (b"<!DOCTYPE html>", "two zero bytes first"),
    "float type": (write_idx(IMAGES, 0x0D), r"unsigned byte\), found 0x0d \(float\)"),
    "unknown type": (write_idx(IMAGES, 0x77), r"found 0x77 \(unknown\)"),
    "labels for images": (write_idx(IMAGES[0, 0]), r"3 dimensions \(images\), found 1"),
    "cut header": (GOOD[:11], "its header has 16 bytes, the file 11"),
    "cut values": (GOOD[:-1], "truncated; .* 2 x 3 x 4 = 24 values, the file has 23"),
    "more values": (GOOD + b"\0", "bytes behind its end; .* 24 values, the file has 25"),
    "huge counts": (GOOD[:4] + b"\xff" * 12 + GOOD[16:], "truncated"),
}


@pytest.mark.parametrize(("content", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_malformed_file_is_refused(content, message):
    with pytest.raises(StudyError, match=f"^here: .*{message}"):
        parse_idx(content, where="here", dimensions=3)


def test_compressed_and_plain_files_give_the_same_content():
    assert decompress(gzip.compress(GOOD), where="f", maximum_bytes=len(GOOD)) == GOOD
    assert decompress(GOOD, where="f", maximum_bytes=len(GOOD)) == GOOD


COMPRESSED = gzip.compress(GOOD)
BAD_GZIP = {
    "truncated": COMPRESSED[:-9],
    "header only": COMPRESSED[:10],
    "bad checksum": COMPRESSED[:-8] + b"abcd" + COMPRESSED[-4:],
    "damaged": COMPRESSED[:12] + b"\xff\xff\xff" + COMPRESSED[15:],
    "trailing": COMPRESSED + b"garbage",
}


@pytest.mark.parametrize("raw", BAD_GZIP.values(), ids=BAD_GZIP)
def test_a_damaged_gzip_file_is_refused(raw):
    with pytest.raises(StudyError, match=r"^here: expected a gzip file, found a truncated or damaged one"):
        decompress(raw, where="here", maximum_bytes=10_000)


def test_a_decompression_bomb_is_refused_without_being_unpacked():
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    tracemalloc.start()
    with pytest.raises(StudyError, match="at most 1,000 bytes of content, found more"):
        decompress(bomb, where="here", maximum_bytes=1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
