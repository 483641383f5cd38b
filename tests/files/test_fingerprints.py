"""Fingerprints of files: the content decides, and what did not change is not read again."""

import hashlib
import os
import shutil
import time

import pytest

from aestudy.errors import StudyError
from aestudy.files import fingerprints
from aestudy.files.fingerprints import Fingerprints


def sha256(raw):
    return hashlib.sha256(raw).hexdigest()


@pytest.fixture
def later(monkeypatch):
    """Let files count as left alone although the test has just written them."""
    monkeypatch.setattr(fingerprints, "SECONDS_UNTIL_TRUSTED", 0.0)


@pytest.fixture
def reads(monkeypatch):
    """The names of the files that are read."""
    names = []
    read = Fingerprints._read
    monkeypatch.setattr(Fingerprints, "_read", lambda self, name: names.append(name) or read(self, name))
    return names


def test_unchanged_files_are_read_once(tmp_path, later, reads):
    memory = tmp_path / "state" / "memory.json"
    files = [tmp_path / f"{number}.png" for number in range(5)]
    for number, file in enumerate(files):
        file.write_bytes(b"%d" % number)
    first = Fingerprints(memory)
    digests = [first.digest(file) for file in files]
    assert digests == [sha256(b"%d" % number) for number in range(5)]
    first.write()
    assert len(reads) == 5
    again = Fingerprints(memory)
    assert [again.digest(file) for file in files] == digests
    assert len(reads) == 5
    assert sorted(path.name for path in memory.parent.iterdir()) == ["memory.json"]


def replaced_by_move(path, other):
    other.rename(path)


def copied_with_its_times(path, other):
    shutil.copy2(other, path)


def written_in_place_with_its_times(path, other):
    times = path.stat()
    path.write_bytes(other.read_bytes())
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def linked_elsewhere(path, other):
    path.unlink()
    path.symlink_to(other)


@pytest.mark.parametrize(
    "change",
    [replaced_by_move, copied_with_its_times, written_in_place_with_its_times, linked_elsewhere],
)
@pytest.mark.parametrize("seconds", [0, -1e9, 1e9])
def test_other_content_is_noticed_whatever_its_date(tmp_path, later, change, seconds):
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"one")
    other.write_bytes(b"two")  # of the same size
    moment = time.time()
    os.utime(path, (moment, moment))
    os.utime(other, (moment + seconds, moment + seconds))
    before = Fingerprints(tmp_path / "memory")
    assert before.digest(path) == sha256(b"one")
    before.write()
    change(path, other)
    assert Fingerprints(tmp_path / "memory").digest(path) == sha256(b"two")


def test_a_file_that_has_just_changed_is_not_trusted(tmp_path, reads):
    path = tmp_path / "a"
    path.write_bytes(b"one")
    os.utime(path, (1, 1))  # as a file from an archive
    for _ in range(2):
        known = Fingerprints(tmp_path / "memory")
        known.digest(path)
        known.digest(path)
        known.write()
    assert len(reads) == 4
    assert not (tmp_path / "memory").exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: b"",
        lambda raw: raw[:-5],
        lambda raw: raw.replace(sha256(b"one").encode(), sha256(b"two").encode()),
        lambda raw: b"\xff" + raw,
        lambda raw: b"{}",
        lambda raw: b"[" * 100_000,
    ],
)
def test_a_damaged_memory_is_as_good_as_none(tmp_path, later, spoil):
    path, memory = tmp_path / "a", tmp_path / "memory"
    path.write_bytes(b"one")
    known = Fingerprints(memory)
    known.digest(path)
    known.write()
    memory.write_bytes(spoil(memory.read_bytes()))
    assert Fingerprints(memory).digest(path) == sha256(b"one")


def test_a_memory_that_cannot_be_written_is_no_fault(tmp_path, later):
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "file").touch()
    known = Fingerprints(tmp_path / "file" / "memory")
    assert known.digest(tmp_path / "a") == sha256(b"one")
    known.write()


def test_files_that_are_gone_are_forgotten_and_strange_names_kept(tmp_path, later):
    gone, strange = tmp_path / "gone", tmp_path / os.fsdecode(b"\xff{a}\n")
    for path in (gone, strange):
        path.write_bytes(b"one")
    known = Fingerprints(tmp_path / "memory")
    known.digest(gone)
    known.digest(strange)
    gone.unlink()
    known.write()
    text = (tmp_path / "memory").read_text()
    assert str(gone) not in text
    assert Fingerprints(tmp_path / "memory").digest(strange) == sha256(b"one")
    with pytest.raises(StudyError, match="gone: cannot be read"):
        known.digest(gone)


def test_only_regular_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero", tmp_path):
        with pytest.raises(StudyError, match="expected a regular file"):
            Fingerprints(tmp_path / "memory").digest(path)
