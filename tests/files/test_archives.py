"""Array files: what is written comes back, and what others wrote can do no harm."""

import io
import struct
import time
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aestudy.errors import StudyError
from aestudy.files.archives import read_archive, read_provenance, write_archive
from aestudy.files.atomic import atomic_write

ARRAYS = {
    "images": np.arange(60, dtype=np.uint8).reshape(3, 4, 5),
    "scalar": np.array(2.5),
    "empty": np.zeros((0, 3), np.float32),
    "words": np.array(["clean", "white"]),
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
}


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "file.npz"
    write_archive(path, ARRAYS, {"made": "here"})
    return path


def test_arrays_come_back(archive):
    found = read_archive(archive)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype
    assert read_provenance(archive) == {"made": "here"}


def test_the_same_arrays_give_the_same_bytes_at_another_time(archive, tmp_path):
    time.sleep(2.1)  # the resolution of times in zip files is 2 s
    other = tmp_path / "other.npz"
    write_archive(other, ARRAYS, {"made": "here"})
    assert other.read_bytes() == archive.read_bytes()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(archive):
    before = archive.read_bytes()

    def write_half():
        with atomic_write(archive) as file:
            file.write(b"half")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_half()
    assert archive.read_bytes() == before
    assert [path.name for path in archive.parent.iterdir()] == ["file.npz"]


def test_a_missing_file_and_a_missing_entry_are_named(archive, tmp_path):
    with pytest.raises(StudyError, match=r"nowhere\.npz: no such file"):
        read_archive(tmp_path / "nowhere.npz")
    with pytest.raises(StudyError, match=r"file\.npz: expected the entries labels; labels not found among"):
        read_archive(archive, "labels")


def test_pickled_objects_are_refused(tmp_path):
    path = tmp_path / "pickled.npz"
    np.savez(path, images=np.array([{"a": 1}], dtype=object))
    with pytest.raises(StudyError, match=r"pickled\.npz: .*holds pickled objects"):
        read_archive(path)


def _member(header, data=b""):
    text = repr(header).encode("latin1") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def _zip(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def test_a_header_that_promises_more_than_the_file_holds_allocates_nothing(tmp_path):
    path = tmp_path / "bomb.npz"
    _zip(path, images=_member({"descr": "|u1", "fortran_order": False, "shape": (10**12,)}, b"abc"))
    with pytest.raises(StudyError, match="does not have the size"):
        read_archive(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.npz"
    size = 50_000_000
    header = {"descr": "|u1", "fortran_order": False, "shape": (size,)}
    _zip(path, images=_member(header, bytes(size)))
    assert path.stat().st_size < 100_000
    with pytest.raises(StudyError, match="claims to hold 50,"):
        read_archive(path, maximum_bytes=1_000_000)


@pytest.mark.parametrize("shape", [(-1,), (2, -3), (1.5,), "x", (10**30, 10**30)])
def test_impossible_shapes_are_refused(tmp_path, shape):
    path = tmp_path / "odd.npz"
    _zip(path, images=_member({"descr": "|u1", "fortran_order": False, "shape": shape}))
    with pytest.raises(StudyError, match=r"odd\.npz"):
        read_archive(path)


BYTES = io.BytesIO()
np.savez(BYTES, images=ARRAYS["images"], words=ARRAYS["words"], provenance=np.array("{}"))
COMPRESSED = io.BytesIO()
np.savez_compressed(COMPRESSED, images=ARRAYS["images"], words=ARRAYS["words"], provenance=np.array("{}"))


@given(
    content=st.sampled_from([BYTES.getvalue(), COMPRESSED.getvalue()]),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    kept=st.floats(0, 1),
    shorten=st.booleans(),
)
@settings(max_examples=4000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_is_an_error_or_does_no_harm(tmp_path, content, changes, kept, shorten):
    damaged = bytearray(content)
    for place, value in changes:
        damaged[int(place * len(damaged))] = value
    if shorten:
        damaged = damaged[: int(kept * len(damaged))]
    path = tmp_path / "damaged.npz"
    path.write_bytes(damaged)
    try:
        arrays = read_archive(path)
        read_provenance(path)
    except StudyError as error:
        message = str(error)
        assert str(path) in message
    else:
        np.testing.assert_array_equal(arrays["images"], ARRAYS["images"])
