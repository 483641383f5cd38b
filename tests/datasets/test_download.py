import concurrent.futures
import dataclasses
import logging
import random
import re

import pytest

from aestudy.datasets import download as download_module
from aestudy.datasets import places
from aestudy.datasets.download import DownloadError, Patience, download
from aestudy.errors import StudyError
from support import misbehaving_server as behave

BODY = random.Random(1).randbytes(300_000)
WRONG = random.Random(2).randbytes(300_000)
PATIENCE = Patience(connect_seconds=2, read_seconds=10, attempts=3, pause_seconds=0.01, progress_seconds=0)


def accept(raw: bytes) -> None:
    if raw != BODY:
        raise StudyError(f"wrong content of {len(raw)} bytes")


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with behave.running() as server:
        yield server


@pytest.fixture
def target(tmp_path):
    return tmp_path / "cache" / "file.gz"


def run(target, *urls, maximum_bytes=1_000_000, patience=PATIENCE):
    download(urls, target, accept=accept, maximum_bytes=maximum_bytes, patience=patience)
    assert target.read_bytes() == BODY
    assert not part_of(target).exists()


def part_of(target):
    return target.with_name("file.gz.part")


def ranges(server):
    return [given for _, given in server.requests]


def test_a_good_server_gives_the_file_at_once_and_the_log_shows_progress(server, target, caplog):
    with caplog.at_level(logging.INFO, "aestudy"):
        run(target, server.plan("/a", behave.serve(BODY)))
    assert ranges(server) == [None]
    progress = [
        line for line in caplog.messages if re.fullmatch(r"file.gz: \d+ %, .* of 0.3 MB, .* MB/s", line)
    ]
    assert progress[-1].startswith("file.gz: 100 %, 0.3 of 0.3 MB")


def test_progress_lines_are_throttled(server, target, caplog):
    with caplog.at_level(logging.INFO, "aestudy"):
        run(target, server.plan("/a", behave.serve(BODY)), patience=Patience(progress_seconds=60))
    assert sum(" MB/s" in line for line in caplog.messages) == 1


def test_404_goes_to_the_next_mirror_without_a_second_attempt(server, target):
    run(target, f"{server.url}/missing", server.plan("/a", behave.serve(BODY)))
    assert [path for path, _ in server.requests] == ["/missing", "/a"]


def test_500_is_tried_again_on_the_same_mirror(server, target):
    run(target, server.plan("/a", behave.status(500), behave.status(503), behave.serve(BODY)))
    assert len(server.requests) == 3


def test_pauses_between_attempts_double(server, target, monkeypatch):
    pauses = []
    monkeypatch.setattr(download_module.time, "sleep", pauses.append)
    with pytest.raises(DownloadError, match=r"HTTP 500 .*\(4 attempts\)"):
        run(target, server.plan("/a", behave.status(500)), patience=Patience(attempts=4, pause_seconds=1.5))
    assert pauses == [1.5, 3.0, 6.0]


def test_a_truncated_transfer_is_resumed_where_it_broke_off(server, target):
    run(target, server.plan("/a", behave.truncate(BODY, 100_000), behave.serve(BODY)))
    assert ranges(server) == [None, "bytes=100000-"]


def test_a_stalled_transfer_times_out_and_is_resumed(server, target, caplog):
    impatient = dataclasses.replace(PATIENCE, read_seconds=1)
    run(target, server.plan("/a", behave.stall(BODY, 131_072), behave.serve(BODY)), patience=impatient)
    assert ranges(server) == [None, "bytes=131072-"]
    assert "no bytes for 1 s" in caplog.text


def test_the_part_file_of_an_earlier_run_is_resumed(server, target):
    target.parent.mkdir()
    part_of(target).write_bytes(BODY[:250_000])
    run(target, server.plan("/a", behave.serve(BODY)))
    assert ranges(server) == ["bytes=250000-"]


def test_a_complete_part_file_is_taken(server, target):
    target.parent.mkdir()
    part_of(target).write_bytes(BODY)
    run(target, server.plan("/a", behave.serve(BODY)))
    assert ranges(server) == [f"bytes={len(BODY)}-"]


@pytest.mark.parametrize(
    "left", [WRONG[:1000], WRONG, BODY + b"more"], ids=["other", "other whole", "too long"]
)
def test_a_part_file_with_wrong_content_is_dropped(server, target, left):
    target.parent.mkdir()
    part_of(target).write_bytes(left)
    run(target, server.plan("/a", behave.serve(BODY)))
    assert ranges(server) == [f"bytes={len(left)}-", None]


def test_a_server_that_ignores_ranges_sends_everything_again(server, target):
    run(target, server.plan("/a", behave.truncate(BODY, 100_000), behave.ignore_range(BODY)))
    assert ranges(server) == [None, "bytes=100000-"]


def test_an_answer_with_another_range_is_not_appended(server, target):
    run(target, server.plan("/a", behave.truncate(BODY, 9), behave.wrong_range(BODY), behave.serve(BODY)))
    assert ranges(server) == [None, "bytes=9-", None]


def test_a_server_that_tells_no_length_is_fine(server, target, caplog):
    with caplog.at_level(logging.INFO, "aestudy"):
        run(target, server.plan("/a", behave.no_length(BODY)))
    assert "file.gz: 0.3 MB, " in caplog.text


def test_wrong_content_goes_to_the_next_mirror(server, target, caplog):
    run(target, server.plan("/a", behave.serve(WRONG)), server.plan("/b", behave.serve(BODY)))
    assert server.requests == [("/a", None), ("/b", None)]
    assert "wrong content of 300000 bytes" in caplog.text


@pytest.mark.parametrize(
    "step", [behave.serve(BODY), behave.no_length(BODY)], ids=["announced", "on the way"]
)
def test_too_much_content_is_never_written(server, target, step):
    with pytest.raises(DownloadError, match="more than the 200,000 bytes that it may have"):
        run(target, server.plan("/a", step), maximum_bytes=200_000)
    assert not target.exists()
    assert not part_of(target).exists()


def test_when_no_mirror_works_each_one_and_its_reason_is_named(server, target):
    urls = [
        f"{server.url}/missing",
        server.plan("/broken", behave.status(500)),
        server.plan("/wrong", behave.serve(WRONG)),
        server.plan("/cut", behave.truncate(BODY, 5)),
        "http://127.0.0.1:9/refused",
    ]
    with pytest.raises(DownloadError) as caught:
        run(target, *urls)
    reasons = [
        "HTTP 404 Not Found", "HTTP 500 Internal Server Error (3 attempts)", "wrong content of 300000 bytes",
        "broke off after 5 of 300,000 bytes (3 attempts)", ": Connection refused (3 attempts)",
    ]  # fmt: skip
    for url, reason, failure in zip(urls, reasons, caught.value.failures, strict=True):
        assert failure.startswith(f"{url}: ")
        assert reason in failure
    assert not target.exists()


def test_two_jobs_that_want_the_same_file_download_it_once(server, target):
    """Threads stand for processes: flock tells open files apart, whoever opened them."""
    url = server.plan("/a", behave.delay(0.2, behave.serve(BODY)))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        jobs = [pool.submit(run, target, url, patience=Patience()) for _ in range(2)]
    for job in jobs:
        job.result()
    assert len(server.requests) == 1


# The search in folders, cache and mirrors


@pytest.fixture
def wanted(monkeypatch, tmp_path):
    monkeypatch.setenv("AESTUDY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("AESTUDY_MNIST_FOLDER", raising=False)
    monkeypatch.setattr(download_module.time, "sleep", lambda _: None)
    return places.WantedFile("mnist", "file", 1_000_000, ("file", "other"))


def find(wanted, folder=None):
    def judge(raw, where):
        accept(raw)
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
