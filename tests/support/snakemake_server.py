"""Runs Snakemake's command line many times without importing it as often, and says which jobs came up.

Importing takes most of the time of a dry run. This program imports Snakemake once; for each line of its
input, a JSON list of a folder and arguments, it forks, runs the command line there as `python -m snakemake`
would, and answers with one line: the exit status, the output and the jobs.
"""

import contextlib
import json
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

import snakemake.cli
from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

SECONDS = 1800
"""A run that takes longer hangs and is ended."""


class JobRecorder(logging.Filter):
    """Writes down each job that Snakemake announces and lets every message pass."""

    def __init__(self, path):
        super().__init__()
        self._path = path

    def filter(self, record):
        if getattr(record, "event", None) == LogEvent.JOB_INFO:
            with self._path.open("a") as file:
                file.write(json.dumps([record.rule_name, dict(record.wildcards or {})]) + "\n")
        return True


def run(folder, arguments, output, jobs):
    signal.alarm(SECONDS)
    os.chdir(folder)
    sys.path.insert(0, str(Path(folder, "src")))
    os.environ["PYTHONPATH"] = str(Path(folder, "src"))
    logger.addFilter(JobRecorder(jobs))
    with output.open("w", buffering=1) as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.argv = ["snakemake", *arguments]
    snakemake.cli.main()


def serve():
    for line in sys.stdin:
        folder, arguments = json.loads(line)
        with tempfile.TemporaryDirectory() as scratch:
            output, jobs = Path(scratch, "output"), Path(scratch, "jobs")
            output.touch()
            jobs.touch()
            child = os.fork()
            if not child:
                status = 1
                with contextlib.suppress(SystemExit):
                    try:
                        run(folder, arguments, output, jobs)
                    except SystemExit as leave:
                        status = leave.code or 0
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            answer = [
                status,
                output.read_text(),
                [json.loads(text) for text in jobs.read_text().splitlines()],
            ]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
