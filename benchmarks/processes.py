"""Watch the processes of a running study: how much memory each kind of job takes at its peak."""

import re
import threading
from pathlib import Path

PROC = Path("/proc")
SECONDS_BETWEEN_LOOKS = 0.1


class MemoryWatch:
    """Look at a process and all its descendants until told to stop.

    The kernel keeps each process's peak, so what happens between two looks is not lost, except in the last
    moment of a process.

    Args:
        process: identifier of the first process.
    """

    def __init__(self, process: int):
        self.peaks_mb: dict[str, float] = {}
        self._process = process
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "MemoryWatch":  # noqa: D105
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:  # noqa: D105
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(SECONDS_BETWEEN_LOOKS):
            for process in _descendants(self._process):
                look = _peak_of(process)
                if look:
                    name, peak_mb = look
                    self.peaks_mb[name] = max(peak_mb, self.peaks_mb.get(name, 0))


def _descendants(process: int) -> list[int]:
    found, waiting = [], [process]
    while waiting:
        process = waiting.pop()
        found.append(process)
        try:
            for task in (PROC / str(process) / "task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue  # it has ended
    return found


def _peak_of(process: int) -> tuple[str, float] | None:
    """Name a job by its script, and give its peak in MB; everything else counts as `snakemake`."""
    try:
        command = (PROC / str(process) / "cmdline").read_text().replace("\0", " ")
        status = (PROC / str(process) / "status").read_text()
    except OSError:
        return None
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    if not peak or "python" not in command:
        return None
    script = re.search(r"scripts/\S*?(?:tmp\w+\.)?(\w+)\.py", command)
    return script[1] if script else "snakemake", int(peak[1]) / 1024
