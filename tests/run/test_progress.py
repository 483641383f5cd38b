"""What a person sees of a running study, at a terminal and elsewhere."""

import logging
import os
import pty
import re
import sys
import termios

import pytest
from snakemake.settings.types import OutputSettings
from snakemake_interface_logger_plugins.common import LogEvent

from aestudy_run.closing import CLOSING
from aestudy_run.progress import RunProgress, format_seconds

END_OF_OUTPUT = "<end of output>"


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


class TestRunProgress:
    def test_time_left_is_that_of_each_rule_shared_by_what_runs_side_by_side(self, clock):
        progress = RunProgress(clock)
        progress.plan({"train": 5, "plot": 2, "total": 7})
        assert progress.seconds_left() is None
        progress.start(1, "train", "")
        progress.start(2, "train", "")
        clock.now = 10
        progress.finish(1)
        progress.finish(2)
        # Three trainings of 10 s and two plots that nobody knows yet, two at a time.
        assert progress.seconds_left() == pytest.approx(25)
        progress.start(3, "plot", "")
        clock.now = 12
        progress.finish(3)
        assert progress.seconds_left() == pytest.approx((3 * 10 + 2) / (22 / 12))
        assert (progress.done, progress.total) == (3, 7)

    def test_lines_say_what_is_done_and_what_runs(self, clock):
        progress = RunProgress(clock)
        progress.plan({"train": 4, "total": 4})
        progress.start(1, "train", "Training on white")
        clock.now = 65
        progress.finish(1)
        progress.start(2, "train", "Training on mean5 to denoise\n(mnist5k)")
        clock.now = 70
        bar, job = progress.lines(100)
        assert bar == "[######..................] 1 of 4 jobs, 25 %, 1 under way, about 3 min 10 s left"
        assert job == "  Training on mean5 to denoise (mnist5k), 5 s"

    @pytest.mark.parametrize("width", [20, 40, 80])
    def test_no_line_is_wider_than_the_terminal(self, clock, width):
        progress = RunProgress(clock)
        progress.plan({"train": 40})
        for job in range(9):
            progress.start(job, "train", "A long message " * 9)
        lines = progress.lines(width)
        assert all(len(line) <= width for line in lines)
        assert len(lines) == 6
        assert lines[-1] == "  and 5 more"

    def test_failed_and_unknown_jobs_are_not_done(self, clock):
        progress = RunProgress(clock)
        progress.plan({"train": 2})
        progress.start(1, "train", "")
        progress.fail(1)
        progress.finish(1)
        progress.finish(7)
        assert progress.done == 0
        (line,) = progress.lines(80)
        assert "0 of 2 jobs, 0 %, 1 failed" in line
        progress.start(1, "train", "")  # the next attempt
        assert "0 of 2 jobs, 0 %, 1 under way" in progress.lines(80)[0]

    @pytest.mark.parametrize(
        ("seconds", "text"),
        [(0.4, "0 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7620, "2 h 07 min")],
    )
    def test_durations_in_words(self, seconds, text):
        assert format_seconds(seconds) == text


def record(event, message="", level=logging.INFO, **extra):
    one = logging.LogRecord("snakemake", level, "", 0, message, None, None)
    one.__dict__.update(event=event, **extra)
    return one


def handler_on(stream, monkeypatch, **settings):
    from snakemake_logger_plugin_aestudy import LogHandler

    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "argv", ["snakemake", "--cores", "2", "some_target"])
    return LogHandler(OutputSettings(**settings), None)


class TestPlugin:
    def test_snakemake_finds_it(self):
        from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

        assert LoggerPluginRegistry().is_installed("aestudy")

    def test_elsewhere_than_at_a_terminal_it_writes_plain_lines_with_short_lists(self, tmp_path, monkeypatch):
        names = [f"results/file{number}.npz" for number in range(99)]
        job = {"jobid": 5, "rule_name": "train", "rule_msg": "Training on white", "indent": False}
        with (tmp_path / "output").open("w+") as stream:
            handler = handler_on(stream, monkeypatch)
            handler.emit(record(None, "Building DAG of jobs..."))
            handler.emit(record(LogEvent.RUN_INFO, "Job stats:", stats={"train": 1, "total": 1}))
            reason = f"Missing output files: {', '.join(names)}"
            handler.emit(record(LogEvent.JOB_INFO, **job, reason=reason))
            handler.emit(record(None, "An allowed word: " + ", ".join(names), logging.ERROR))
            handler.close()
            stream.seek(0)
            lines = stream.read().splitlines()
        assert lines[:2] == ["Building DAG of jobs...", "Job stats:"]
        assert lines[4:6] == [
            "Job 5: Training on white",
            f"Reason: Missing output files: {', '.join(names[:3])} and 96 more",
        ]
        assert lines[6].endswith("results/file98.npz")

    def test_quiet_runs_stay_quiet(self, tmp_path, monkeypatch):
        from snakemake.settings.enums import Quietness

        with (tmp_path / "output").open("w+") as stream:
            handler = handler_on(stream, monkeypatch, quiet={Quietness.REASON})
            job = {
                "jobid": 5,
                "rule_name": "train",
                "rule_msg": "Training",
                "indent": False,
                "reason": "Because.",
            }
            handler.emit(record(LogEvent.JOB_INFO, **job))
            handler.close()
            stream.seek(0)
            assert "Because" not in stream.read()

    def test_the_report_is_named_last(self, tmp_path, monkeypatch):
        with (tmp_path / "output").open("w+") as stream:
            handler = handler_on(stream, monkeypatch)
            handler.emit(record(None, "x: It helps.\nReport: results/x/report.html", **{CLOSING: True}))
            handler.emit(record(None, "Complete log(s): a"))
            handler.close()
            stream.seek(0)
            assert stream.read() == "Complete log(s): a\nx: It helps.\nReport: results/x/report.html\n"

    def test_what_failed_is_said_elsewhere_too(self, tmp_path, monkeypatch):
        with (tmp_path / "output").open("w+") as stream:
            handler = handler_on(stream, monkeypatch)
            one = {"rule_name": "train", "jobid": 5, "output": ["results/missing.npz"], "log": []}
            more = {"input": [], "conda_env": None, "shellcmd": None, "aux": {}}
            group = {"external_jobid": "12", "job_error_info": [one], "aux_logs": []}
            handler.emit(record(LogEvent.GROUP_ERROR, level=logging.ERROR, **group))
            handler.emit(record(LogEvent.JOB_ERROR, level=logging.ERROR, **one, **more))
            handler.close()
            handler.close()
            stream.seek(0)
            plain, _, failures = stream.read().partition("\n1 job failed:\n")
            assert failures.startswith("  train (rule train, cluster job 12)\n")
            assert "Error in rule train:\n    jobid: 5\n    output: results/missing.npz" in plain

    def test_at_a_terminal_lines_are_replaced_and_errors_stay(self, clock, monkeypatch):
        import snakemake_logger_plugin_aestudy as plugin

        monkeypatch.setattr(plugin, "RunProgress", lambda: RunProgress(clock))
        monkeypatch.setenv("TERM", "xterm")
        reader, writer = pty.openpty()
        monkeypatch.setenv("COLUMNS", "100")
        termios.tcsetwinsize(writer, (24, 100))
        with os.fdopen(writer, "w") as stream:
            handler = handler_on(stream, monkeypatch)
            handler.emit(record(None, "Building DAG of jobs..."))
            handler.emit(record(LogEvent.RUN_INFO, stats={"train": 2, "total": 2}))
            job = {"jobid": 5, "rule_name": "train", "rule_msg": "Training on white"}
            handler.emit(record(LogEvent.JOB_INFO, **job))
            error = {**job, "output": ["results/missing.npz"], "log": [], "aux": {"external_jobid": "4711"}}
            handler.emit(record(LogEvent.JOB_ERROR, "It broke.", logging.ERROR, **error))
            handler.emit(record(LogEvent.JOB_INFO, **{**job, "jobid": 6}))
            handler.emit(record(LogEvent.JOB_FINISHED, job_id=6))
            handler.close()
            print(END_OF_OUTPUT, file=stream, flush=True)
            screen = _screen(_read_until_end(reader))
        os.close(reader)
        assert screen.pop(0) == "Reading the study ..."
        assert screen[:2] == ["Building DAG of jobs...", "It broke."]
        assert re.match(r"\[#{12}\.{12}\] 1 of 2 jobs, 50 %, 1 failed, nearly done$", screen[2])
        assert screen[3:5] == ["1 job failed:", "  Training on white (rule train, cluster job 4711)"]
        assert screen[5] == "    Only this one again: snakemake --cores 2 -- results/missing.npz"


def _read_until_end(terminal):
    """Read all that was written: a terminal hands over what has arrived, which may be a part."""
    output = b""
    while END_OF_OUTPUT.encode() not in output:
        output += os.read(terminal, 65536)
    return output.decode().partition(END_OF_OUTPUT)[0]


def _screen(output):
    """Give the lines that a terminal shows in the end: knows line ends, moving up and clearing below."""
    lines, row = [""], 0
    for part in re.findall(r"\x1b\[\d*[AJ]|\r?\n|\r|[^\x1b\r\n]+", output):
        if part.endswith("A"):
            row -= int(part[2:-1])
        elif part.startswith("\x1b"):
            del lines[row + 1 :]
            lines[row] = ""
        elif part.endswith("\n"):
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part != "\r":
            lines[row] += part
    return [line for line in lines if line]
