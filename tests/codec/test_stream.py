import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aestudy.codec.quantization import QuantisedLatents
from aestudy.codec.stream import LEAST_BYTES, MAGIC, Stream, pack, read_stream, unpack
from aestudy.errors import StudyError
from support.codec_models import LATENTS, SHAPE, blobs, cheap_compressor, small_compressor

COMPRESSOR = small_compressor()
CODEC = COMPRESSOR.codec
IMAGES = blobs(7, seed=1)
RAW = COMPRESSOR.encode(IMAGES, CODEC.default_step_index)
FUZZ = settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def with_checksum(content):
    return content + zlib.crc32(content).to_bytes(4, "little")


def test_the_format_byte_by_byte():
    raw = pack(Stream("0123456789ab" + "f" * 52, (28, 300), 5, -3, b"\x07\x08"))
    content = bytes.fromhex("ae5354 01 0123456789ab 1c ac02 05 05 0708")
    assert raw == with_checksum(content)
    assert unpack(raw, where="f") == Stream("0123456789ab", (28, 300), 5, -3, b"\x07\x08")


@pytest.mark.parametrize("number", [1, 127, 128, 16383, 16384, 2**20])
def test_numbers_of_any_length_come_back(number):
    for step_index in (number, -number):
        stream = Stream("00" * 6, (number, 1), 3, step_index, b"")
        assert unpack(pack(stream), where="f") == stream


def test_the_header_of_one_image_is_short():
    raw = COMPRESSOR.encode(IMAGES[:1], CODEC.default_step_index)
    assert len(raw) - len(unpack(raw, where="f").payload) <= LEAST_BYTES + 1


def test_images_come_back_as_the_network_decodes_them():
    decoded = COMPRESSOR.decode(RAW)
    latents = CODEC.quantise(COMPRESSOR.latents(IMAGES), CODEC.default_step_index)
    expected = COMPRESSOR.network.decode(CODEC.dequantise(latents, CODEC.default_step_index))
    np.testing.assert_array_equal(decoded, np.rint(expected * 255).astype(np.uint8))
    assert COMPRESSOR.encode(IMAGES, CODEC.default_step_index) == RAW


@pytest.mark.parametrize("shape", [(24, 20), (13, 37), (5, 5)])
def test_images_of_any_size_go_through_tiles(shape):
    images = blobs(3, shape=shape)
    raw = COMPRESSOR.encode(images, CODEC.default_step_index, tile=True)
    assert COMPRESSOR.decode(raw).shape == images.shape
    with pytest.raises(StudyError, match=rf"12 x 10 pixels, found {shape[0]} x {shape[1]}"):
        COMPRESSOR.encode(images, CODEC.default_step_index)


def test_every_flipped_bit_is_refused():
    for place in range(8 * len(RAW)):
        damaged = bytearray(RAW)
        damaged[place // 8] ^= 1 << place % 8
        with pytest.raises(StudyError):
            COMPRESSOR.decode(bytes(damaged))


def test_every_truncation_and_every_addition_is_refused():
    for length in range(len(RAW)):
        with pytest.raises(StudyError, match=r"truncated|empty|expected a file"):
            COMPRESSOR.decode(RAW[:length])
    for added in (b"\0", b"\1", RAW):
        with pytest.raises(StudyError, match="truncated or damaged"):
            COMPRESSOR.decode(RAW + added)


def test_another_version_is_refused():
    content = bytearray(RAW[:-4])
    content[len(MAGIC)] = 2
    with pytest.raises(StudyError, match="expected version 1 of the format, found 2"):
        COMPRESSOR.decode(with_checksum(bytes(content)))


def test_another_model_is_refused():
    with pytest.raises(StudyError, match="encoded with another model"):
        small_compressor(seed=5).decode(RAW)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 2**40}, "pixels allowed"),
        ({"count": 2**25, "image_shape": (12, 10)}, "cannot hold"),
        ({"count": 0}, "no such file exists"),
        ({"image_shape": (0, 10)}, "no such file exists"),
        ({"image_shape": (2**21, 10)}, "no such file exists"),
        ({"image_shape": (2**14, 2**14)}, "cannot hold"),
        ({"step_index": 10**6}, "cannot hold"),
        ({"step_index": -(10**6)}, "cannot hold"),
        ({"payload": b"\0"}, "damaged"),
    ],
)
def test_a_header_that_cannot_be_true_is_refused_at_once(change, message):
    fields = vars(unpack(RAW, where="f")) | change
    with pytest.raises(StudyError, match=message):
        COMPRESSOR.decode(pack(Stream(**fields)))


def test_a_number_has_one_spelling():
    content = bytes.fromhex("ae5354 01 0123456789ab 9c00 0a 05 05 07")
    with pytest.raises(StudyError, match="number in its header"):
        unpack(with_checksum(content), where="f")
    for endless in ("ff" * 20, "ff" * 5):
        with pytest.raises(StudyError, match="number in its header"):
            unpack(with_checksum(bytes.fromhex("ae5354 01 0123456789ab" + endless)), where="f")


def test_files_that_are_not_there_are_named(tmp_path):
    with pytest.raises(StudyError, match="no such file"):
        read_stream(tmp_path / "absent")
    with pytest.raises(StudyError, match="found something else"):
        read_stream(tmp_path)


def decodes_or_refuses(raw):
    try:
        images = COMPRESSOR.decode(raw)
    except StudyError:
        return None
    assert images.dtype == np.uint8
    assert images.ndim == 3
    return images


@given(st.binary(max_size=80))
@FUZZ
def test_fuzz_random_bytes(raw):
    assert decodes_or_refuses(raw) is None


@given(st.binary(max_size=60))
@FUZZ
def test_fuzz_random_bytes_behind_a_true_beginning(content):
    """The magic, the version, the digest and the checksum are right, all else is random."""
    decodes_or_refuses(with_checksum(RAW[:10] + content))


@given(
    st.lists(st.tuples(st.integers(0, len(RAW) - 5), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, 6),
    st.binary(max_size=6),
)
@FUZZ
def test_fuzz_damage_with_a_true_checksum(changes, cut, added):
    """An attacker who repairs the checksum gets a message or images, never a crash or a flood of memory."""
    content = bytearray(RAW[:-4])
    for place, value in changes:
        content[place] = value
    decodes_or_refuses(with_checksum(bytes(content[: len(content) - cut]) + added))


@given(st.lists(st.tuples(st.integers(0, len(RAW) - 1), st.integers(0, 255)), min_size=1, max_size=5))
@FUZZ
def test_fuzz_damage_is_always_noticed(changes):
    damaged = bytearray(RAW)
    for place, value in changes:
        damaged[place] = value
    if bytes(damaged) != RAW:
        assert decodes_or_refuses(bytes(damaged)) is None


@given(st.integers(1, 12), st.integers(0, 10**6), st.integers(-300, 300))
@settings(max_examples=200, deadline=None)
def test_fuzz_noise_images_come_back(count, seed, move):
    step_index = int(np.clip(CODEC.default_step_index + move, *CODEC.step_range))
    images = np.random.default_rng(seed).integers(0, 256, (count, *SHAPE), np.uint8)
    decoded = COMPRESSOR.decode(COMPRESSOR.encode(images, step_index))
    assert decoded.shape == images.shape


DECODE_JUNK = """
import resource, sys
import numpy as np
from aestudy.codec.stream import Stream, pack
from aestudy.errors import StudyError
from support.codec_models import SHAPE, cheap_compressor

compressor = cheap_compressor()
step_index = compressor.codec.default_step_index
payload = np.random.default_rng(1).integers(1, 255, 100_000, np.uint8).tobytes()
count = int(8 * len(payload) / compressor.codec.least_bits(step_index))
raw = pack(Stream(compressor.codec.sha256, SHAPE, count, step_index, payload))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    compressor.decode(raw)
except StudyError as error:
    print(error)
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_junk_with_a_right_checksum_takes_no_more_memory_than_it_holds():
    """It announces 37 million images, for which memory was taken before one of them was known to be there."""
    finished = subprocess.run(
        [sys.executable, "-c", DECODE_JUNK],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    message, numbers = finished.stdout.splitlines()
    count, megabytes = map(int, numbers.split())
    assert "damaged (it has more symbols than its bytes can hold)" in message
    assert count > 30_000_000
    assert megabytes < 200


def round_trip(values):
    codec = cheap_compressor().codec
    payload = codec.encode(
        QuantisedLatents(np.zeros(len(values), np.int32), values), codec.default_step_index
    )
    decoded = codec.decode(payload, len(values), codec.default_step_index)
    np.testing.assert_array_equal(decoded.values, values)
    return payload


def test_many_equal_images_take_next_to_nothing_and_come_back():
    values = np.zeros((300_000, LATENTS), np.int32)
    assert len(round_trip(values)) < 1000
    values[::1000, 2] = 3
    values[150_001] = 70_000
    round_trip(values)


def test_what_no_decoder_would_take_for_sound_is_not_written():
    """The least value of the last table is free of cost for as long as nothing else was coded."""
    codec = cheap_compressor().codec
    rows = codec.rows(codec.default_step_index)[0]
    last = np.flatnonzero(rows == rows.max())
    values = np.zeros((50_000, LATENTS), np.int32)
    values[:, last] = -int(codec.tables.limits[rows.max()])
    round_trip(values[: 50_000 // len(last)])
    with pytest.raises(StudyError, match="the same extreme values"):
        round_trip(np.repeat(values, 4, axis=0))
