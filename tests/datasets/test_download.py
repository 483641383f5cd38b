import dataclasses
import hashlib
import logging
import random
import re
import subprocess
import sys

import pooch
import pytest

from aestudy.datasets import places
from aestudy.datasets.download import DownloadError, Patience, download
from aestudy.errors import StudyError
from support import misbehaving_server as behave

BODY = random.Random(1).randbytes(300_000)
WRONG = random.Random(2).randbytes(300_000)
SHA256 = hashlib.sha256(BODY).hexdigest()
PATIENCE = Patience(connect_seconds=2, read_seconds=10, attempts=3, progress_seconds=0)


@pytest.fixture
def pauses(monkeypatch):
    """Do not wait between attempts; the seconds that would have passed."""
    seconds = []
    monkeypatch.setattr(pooch.core.time, "sleep", seconds.append)
    return seconds


@pytest.fixture
def server(monkeypatch, pauses):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with behave.running() as server:
        yield server


@pytest.fixture
def target(tmp_path):
    return tmp_path / "cache" / "file.gz"


def plan(server, folder, *steps):
    """Name a mirror whose `file.gz` is answered for like this."""
    return server.plan(f"/{folder}/file.gz", *steps).removesuffix("file.gz")


def run(target, *mirrors, maximum_bytes=1_000_000, patience=PATIENCE):
    download(mirrors, target, sha256=SHA256, maximum_bytes=maximum_bytes, patience=patience)
    assert target.read_bytes() == BODY
    assert_nothing_half_written(target)


def assert_nothing_half_written(target):
    assert {path.name for path in target.parent.iterdir()} <= {"file.gz", ".file.gz.lock"}


def test_a_good_server_gives_the_file_at_once_and_the_log_shows_progress(server, target, caplog):
    with caplog.at_level(logging.INFO, "aestudy"):
        run(target, plan(server, "a", behave.serve(BODY)))
    assert server.requests == ["/a/file.gz"]
    progress = [line for line in caplog.messages if re.fullmatch(r"file.gz: .* of 0.3 MB", line)]
    assert progress[-1] == "file.gz: 0.3 of 0.3 MB"
    assert caplog.messages[-1] == "file.gz: complete and verified"
    assert target.stat().st_mode & 0o777 == 0o644


def test_progress_lines_are_throttled(server, target, caplog):
    with caplog.at_level(logging.INFO, "aestudy"):
        run(target, plan(server, "a", behave.serve(BODY)), patience=Patience(progress_seconds=60))
    assert not any(" of 0.3 MB" in line for line in caplog.messages)


def test_a_file_that_is_there_is_not_downloaded(server, target):
    target.parent.mkdir()
    target.write_bytes(BODY)
    run(target, plan(server, "a", behave.serve(BODY)))
    assert server.requests == []


def test_a_mirror_without_the_file_is_followed_by_the_next(server, target):
    run(target, f"{server.url}/missing/", plan(server, "a", behave.serve(BODY)))
    assert server.requests[-1] == "/a/file.gz"


def test_500_is_tried_again_on_the_same_mirror(server, target, pauses):
    run(target, plan(server, "a", behave.status(500), behave.status(503), behave.serve(BODY)))
    assert server.requests == ["/a/file.gz"] * 3
    assert pauses == [1, 2]


def test_a_truncated_transfer_is_tried_again(server, target):
    """Each attempt counts its own bytes, or the limit would end the second one."""
    steps = behave.truncate(BODY, 200_000), behave.truncate(BODY, 200_000), behave.serve(BODY)
    run(target, plan(server, "a", *steps), maximum_bytes=400_000)
    assert len(server.requests) == 3


def test_a_stalled_transfer_times_out_and_is_tried_again(server, target):
    impatient = dataclasses.replace(PATIENCE, read_seconds=1)
    run(target, plan(server, "a", behave.stall(BODY, 131_072), behave.serve(BODY)), patience=impatient)
    assert len(server.requests) == 2


def test_a_mirror_that_always_stalls_is_named_with_the_time(server, target):
    impatient = dataclasses.replace(PATIENCE, read_seconds=0.3)
    with pytest.raises(DownloadError, match=r"a/file.gz: no bytes for 0.3 s \(3 attempts\)"):
        run(target, plan(server, "a", behave.stall(BODY, 131_072)), patience=impatient)
    assert_nothing_half_written(target)


def test_a_server_that_tells_no_length_is_fine(server, target, caplog):
    with caplog.at_level(logging.INFO, "aestudy"):
        run(target, plan(server, "a", behave.no_length(BODY)))
    assert "file.gz: 0.3 MB" in caplog.messages


def test_wrong_content_goes_to_the_next_mirror(server, target, caplog):
    run(target, plan(server, "a", behave.serve(WRONG)), plan(server, "b", behave.serve(BODY)))
    assert server.requests[-1] == "/b/file.gz"
    assert "a/file.gz: wrong content, its SHA-256 is not that of the original" in caplog.text


@pytest.mark.parametrize(
    "step", [behave.serve(BODY), behave.no_length(BODY)], ids=["announced", "on the way"]
)
def test_too_much_content_is_never_kept(server, target, step):
    with pytest.raises(DownloadError, match="more than the 200,000 bytes that it may have"):
        run(target, plan(server, "a", step), maximum_bytes=200_000)
    assert len(server.requests) == 1
    assert not target.exists()
    assert_nothing_half_written(target)


def test_when_no_mirror_works_each_one_and_its_reason_is_named(server, target):
    mirrors = [
        f"{server.url}/missing/",
        plan(server, "broken", behave.status(500)),
        plan(server, "wrong", behave.serve(WRONG)),
        plan(server, "cut", behave.truncate(BODY, 5)),
        "http://127.0.0.1:9/refused/",
    ]
    with pytest.raises(DownloadError) as caught:
        run(target, *mirrors)
    reasons = [
        "HTTP 404 Not Found (3 attempts)", "HTTP 500 Internal Server Error (3 attempts)",
        "wrong content, its SHA-256 is not that of the original (3 attempts)",
        "IncompleteRead(5 bytes read, 299995 more expected) (3 attempts)",
        ": Connection refused (3 attempts)",
    ]  # fmt: skip
    for mirror, reason, failure in zip(mirrors, reasons, caught.value.failures, strict=True):
        assert failure.startswith(f"{mirror}file.gz: ")
        assert reason in failure
    assert not target.exists()
    assert_nothing_half_written(target)


JOB = """
import sys
from pathlib import Path
from aestudy.datasets.download import download
download([sys.argv[1]], Path(sys.argv[2]), sha256=sys.argv[3], maximum_bytes=1_000_000)
"""


def test_two_jobs_that_want_the_same_file_download_it_once(server, target):
    mirror = plan(server, "a", behave.delay(1.0, behave.serve(BODY)))
    command = [sys.executable, "-c", JOB, mirror, str(target), SHA256]
    jobs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [job.communicate()[1] for job in jobs] == [b"", b""]  # pooch itself would write to the terminal
    assert target.read_bytes() == BODY
    assert len(server.requests) == 1


# The search in folders, cache and mirrors


@pytest.fixture
def wanted(monkeypatch, tmp_path, pauses):
    monkeypatch.setenv("AESTUDY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("AESTUDY_MNIST_FOLDER", raising=False)
    return places.WantedFile("mnist", "file", SHA256, 1_000_000, ("file", "other"))


def find(wanted, folder=None):
    def judge(raw, where):
        if raw != BODY:
            raise StudyError(f"wrong content of {len(raw)} bytes")
        return raw

    return places.find_original(wanted, folder, judge)


def test_the_named_folder_comes_before_cache_variable_and_mirrors(
    wanted, server, tmp_path, monkeypatch, caplog
):
    monkeypatch.setitem(places.MIRRORS, "mnist", (f"{server.url}/",))
    server.plan("/file.gz", behave.serve(BODY))
    folders = {
        "config": tmp_path / "mine",
        "cache": tmp_path / "cache" / "mnist",
        "variable": tmp_path / "other",
    }
    monkeypatch.setenv("AESTUDY_MNIST_FOLDER", str(folders["variable"]))
    for folder in folders.values():
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(BODY)
    for folder in folders.values():
        caplog.clear()
        with caplog.at_level(logging.INFO, "aestudy"):
            assert find(wanted, str(folders["config"])) == BODY
        assert str(folder) in caplog.messages[-1]
        (folder / "file").unlink()
    assert server.requests == []
    assert find(wanted, str(folders["config"])) == BODY
    assert len(server.requests) == 1
    assert (folders["cache"] / "file.gz").read_bytes() == BODY
    assert find(wanted) == BODY  # now from the cache
    assert len(server.requests) == 1


def test_a_wrong_file_in_the_cache_is_replaced(wanted, server, tmp_path, monkeypatch):
    monkeypatch.setitem(places.MIRRORS, "mnist", (f"{server.url}/",))
    server.plan("/file.gz", behave.serve(BODY))
    cached = tmp_path / "cache" / "mnist" / "file.gz"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(WRONG)
    assert find(wanted) == BODY
    assert cached.read_bytes() == BODY


@pytest.mark.parametrize("by", ["config", "variable"])
def test_a_wrong_file_in_a_folder_of_the_users_is_refused(wanted, tmp_path, monkeypatch, by):
    (tmp_path / "file.gz").write_bytes(WRONG)
    if by == "variable":
        monkeypatch.setenv("AESTUDY_MNIST_FOLDER", str(tmp_path))
    with pytest.raises(StudyError, match="wrong content"):
        find(wanted, str(tmp_path) if by == "config" else None)


def test_when_nothing_works_one_message_says_what_was_tried_and_what_to_do(
    wanted, server, tmp_path, monkeypatch
):
    mirrors = (f"{server.url}/", f"{server.url}/second/")
    monkeypatch.setitem(places.MIRRORS, "mnist", mirrors)
    server.plan("/second/file.gz", behave.status(503))
    monkeypatch.setenv("AESTUDY_MNIST_FOLDER", str(tmp_path / "nowhere"))
    with pytest.raises(StudyError) as caught:
        find(wanted, str(tmp_path))
    message = str(caught.value)
    for expected in (
        f"folder in the config ({tmp_path}): file.gz is not there; file is not there",
        f"cache ({tmp_path / 'cache' / 'mnist'}): no such folder",
        f"folder in AESTUDY_MNIST_FOLDER ({tmp_path / 'nowhere'}): no such folder",
        f"{server.url}/file.gz: HTTP 404 Not Found",
        f"{server.url}/second/file.gz: HTTP 503 Service Unavailable (3 attempts)",
        f"put these files\n  file.gz\n  other.gz\ninto {tmp_path / 'cache' / 'mnist'}\n",
        "`folder`",
    ):
        assert expected in message


def test_a_cache_that_cannot_be_written_to_is_one_of_the_reasons(wanted, tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(StudyError, match=re.escape(f"download into {tmp_path / 'cache' / 'mnist'}: ")):
        find(wanted)


def test_a_file_that_is_far_too_large_is_not_read(wanted, tmp_path):
    with (tmp_path / "file").open("wb") as file:
        file.truncate(2_000_000)
    with pytest.raises(StudyError, match=r"expected at most 1,000,000 bytes, found 2,000,000"):
        find(wanted, str(tmp_path))
