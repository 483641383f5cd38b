"""A logger plugin of Snakemake: at a terminal, a few lines that stay up to date in place of scrolling output.

Snakemake finds the plugin by its name; `logger: aestudy` in the profiles turns it on. Where the output is not
a terminal, it writes Snakemake's plain lines, with long lists of files cut short. At the end it says, at a
terminal or not, where the report is; or which jobs failed, how their logs end, and how to run one of them
again; or, after Ctrl-C, that the run was stopped, in one sentence. The whole plain output is in
`.snakemake/log` either way.
"""

import contextlib
import io
import logging
import os
import shutil
import signal
import sys
import threading
from argparse import Namespace
from types import FrameType, TracebackType
from typing import Any, TextIO

from snakemake.logging import ColorizingTextHandler, DefaultFormatter
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from aestudy.errors import StudyError
from aestudy_run.closing import CLOSING, link_reports
from aestudy_run.failures import (
    Failure,
    Failures,
    command_without_targets,
    describe_failures,
    target_of,
    write_command,
)
from aestudy_run.plain_lines import shorten, shorten_error
from aestudy_run.progress import RunProgress

SECONDS_BETWEEN_UPDATES = 1.0
ERRORS = (LogEvent.JOB_ERROR, LogEvent.GROUP_ERROR, LogEvent.ERROR)
STOPPING = "Terminating processes on user request"
"""How Snakemake says that it was asked to stop."""
NOISE = ("Select jobs to execute", "Assuming unrestricted shared filesystem", "host:")
CLEAR_BELOW = "\x1b[J"


class ShortFormatter(DefaultFormatter):
    """Writes as Snakemake does, with long lists of files cut short."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one message."""
        text = super().format(record) or ""
        if record.levelno == logging.INFO and getattr(record, "event", None) != LogEvent.SHELLCMD:
            return shorten(text)
        return shorten_error(text) if record.levelno > logging.INFO else text


class LogHandler(LogHandlerBase):
    """Shows jobs done, time left and the running jobs; errors and warnings appear above and stay.

    In the end come the jobs that failed.
    """

    def __post_init__(self) -> None:
        """Find out whether a person looks on, and whether there is a config to read."""
        dryrun = self.common_settings.dryrun
        self._stream = sys.stdout if dryrun else sys.stderr
        self._live = self._stream.isatty() and os.environ.get("TERM") != "dumb" and not dryrun
        self._plain = ColorizingTextHandler(nocolor=self.common_settings.nocolor, stream=self._stream)
        self._plain.setFormatter(
            ShortFormatter(self.common_settings.quiet, self.common_settings.show_failed_logs)
        )
        self._stopped = False
        self._closing = ""
        self._progress = RunProgress()
        self._failures = Failures()
        self._messages: dict[int, str] = {}
        self._drawn: list[str] = []
        self._ended = threading.Event()
        _refuse_unreadable_configs(sys.argv[1:])
        self._listen_for_interrupts()
        if self._live:
            self._draw("Reading the study ..." * (not self.common_settings.quiet))
            threading.Thread(target=self._keep_up_to_date, daemon=True).start()

    @property
    def writes_to_stream(self) -> bool:
        """Whether Snakemake leaves its output to this handler."""
        return True

    writes_to_file = property(lambda self: False, doc="It writes no file.")
    has_filter = property(lambda self: False, doc="Snakemake's own filter applies.")
    has_formatter = property(lambda self: False, doc="Errors look as Snakemake writes them.")
    needs_rulegraph = property(lambda self: False, doc="It needs no graph.")

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of what happened and show it."""
        try:
            self._stopped = self._stopped or str(record.msg).startswith(STOPPING)
            if self._stopped:
                return  # what the jobs say while they are ended is nobody's mistake
            self._note_failures(record)
            text = self._follow(record)
            if hasattr(record, CLOSING):
                self._closing = record.getMessage()
            elif self._live:
                self._draw(text)
            else:
                self._plain.emit(record)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Leave the last state on the terminal, and say what came of the run."""
        if not self._ended.is_set():
            self._ended.set()
            self._forget_interrupts()
            with self.lock:
                if self._live:
                    self._draw()
                    self._drawn = []
                self._report_failures()
                self._write_last_words()
        super().close()

    def _listen_for_interrupts(self) -> None:
        """Take note of Ctrl-C before Snakemake does."""
        before = self._before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or not callable(before):
            self._before = None
            return

        def note(number: int, frame: FrameType | None) -> None:
            self._stopped = True
            before(number, frame)

        signal.signal(signal.SIGINT, note)
        sys.excepthook = _pass_over_interrupts

    def _forget_interrupts(self) -> None:
        if self._before and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._before)

    def _write_last_words(self) -> None:
        text = self._closing
        if self._stopped:
            done, total = self._progress.done, self._progress.total
            jobs = f"with {done} of {total} jobs done" if total else "before any job began"
            text = f"Stopped {jobs}; the same command goes on from here."
        elif text and self._live:
            text = link_reports(text)
        if text:
            self._stream.write(f"{text}\n")
            self._stream.flush()

    def _note_failures(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO:
            self._messages[record.jobid] = " ".join((record.rule_msg or "").split())
        elif event == LogEvent.JOB_FINISHED:
            self._failures.forget(record.job_id)
        elif event == LogEvent.JOB_ERROR:
            self._note_failure(record.__dict__, "")
        elif event == LogEvent.GROUP_ERROR:
            for information in record.job_error_info:
                self._note_failure(information, str(getattr(record, "external_jobid", "") or ""))

    def _note_failure(self, information: dict[str, Any], external_id: str) -> None:
        job = information["jobid"]
        own_id = (information.get("aux") or {}).get("external_jobid")
        outputs, logs = (tuple(map(str, information.get(key) or ())) for key in ("output", "log"))
        failure = Failure(
            information["rule_name"], self._messages.get(job, ""), outputs, logs, str(own_id or external_id)
        )
        self._failures.add(job, failure)

    def _report_failures(self) -> None:
        failures = self._failures.remaining()
        if not failures or self.common_settings.dryrun:
            return
        options, storage_prefix = _options_of_run(sys.argv[1:])
        text = describe_failures(
            failures, lambda output: write_command(options, target_of(output, storage_prefix))
        )
        self._stream.write(f"\n{text}\n")
        self._stream.flush()

    def _follow(self, record: logging.LogRecord) -> str:
        """Update the state; give the text that stays on the terminal."""
        event, progress = getattr(record, "event", None), self._progress
        if event == LogEvent.RUN_INFO:
            progress.plan(record.stats)
        elif event == LogEvent.JOB_INFO:
            progress.start(record.jobid, record.rule_name, record.rule_msg or "")
        elif event == LogEvent.JOB_FINISHED:
            progress.finish(record.job_id)
        elif event in ERRORS or record.levelno >= logging.WARNING:
            if event == LogEvent.JOB_ERROR:
                progress.fail(record.jobid)
            return self.format(record).strip("\n")
        elif event is None and not progress.total:
            text = record.getMessage()
            return "" if text.startswith(NOISE) else text
        return ""

    def _draw(self, text: str = "") -> None:
        width = _columns_of(self._stream) - 1
        lines = self._progress.lines(width) if self._progress.total else []
        if lines == self._drawn and not text:
            return
        up = f"\x1b[{len(self._drawn)}A" if self._drawn else ""
        shown = "".join(f"{line}\n" for line in [*([text] if text else []), *lines])
        self._stream.write(f"\r{up}{CLEAR_BELOW}{shown}")
        self._stream.flush()
        self._drawn = lines

    def _keep_up_to_date(self) -> None:
        while not self._ended.wait(SECONDS_BETWEEN_UPDATES):
            with self.lock, contextlib.suppress(OSError, ValueError):
                if self._progress.total and not self._ended.is_set():
                    self._draw()


def _refuse_unreadable_configs(arguments: list[str]) -> None:
    """Say what is wrong with a config file before Snakemake reads it, which would end in a traceback."""
    if not any(word.startswith("--configf") for word in arguments):
        return
    from aestudy.settings import check_readable

    try:
        check_readable(_parse(arguments).configfile or [])
    except StudyError as error:
        raise SystemExit(f"Error: {error}") from None


def _pass_over_interrupts(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)


def _columns_of(stream: TextIO) -> int:
    """Ask the terminal itself: the standard output, which others ask, may be a file."""
    with contextlib.suppress(OSError, ValueError):
        if columns := os.get_terminal_size(stream.fileno()).columns:
            return columns
    return shutil.get_terminal_size().columns


def _options_of_run(arguments: list[str]) -> tuple[list[str], str | None]:
    """Take the targets out of a command line, as Snakemake understands it, and find the storage's prefix."""
    parsed = _parse(arguments)
    return command_without_targets(arguments, parsed.targets or []), parsed.default_storage_prefix


def _parse(arguments: list[str]) -> Namespace:
    """Read a command line as Snakemake does; what is none of Snakemake has no options."""
    from snakemake.cli import parse_args

    # It reads profiles once more and says so, and refuses what is no command line of Snakemake.
    with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit, Exception):
        return parse_args(arguments)[1]
    return Namespace(targets=[], configfile=[], default_storage_prefix=None)
