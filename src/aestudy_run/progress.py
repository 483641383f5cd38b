"""What a person at a terminal sees of a running study: jobs done, time left, and what is worked on."""

import time
from collections import Counter
from collections.abc import Callable, Mapping

BAR_CELLS = 24
SHORTEST_BAR = 48
"""Columns of a terminal below which there is room for numbers only."""

MOST_JOBS_SHOWN = 4


class RunProgress:
    """Follows the jobs of one run.

    The time left is what the jobs to come would take one after another, each as long as the finished ones of
    its rule did on average (or of all rules, for a rule without any), divided by how many ran side by side on
    average.

    Args:
        clock: gives seconds that never run backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._start = clock()
        self._remaining: Counter[str] = Counter()
        self._running: dict[int, tuple[str, str, float]] = {}
        self._durations: dict[str, list[float]] = {}
        self._failed: set[int] = set()
        self.done = 0
        self.total = 0

    def plan(self, counts: Mapping[str, int]) -> None:
        """Take note of how many jobs each rule has, without the entry `total`."""
        self._remaining = Counter({rule: count for rule, count in counts.items() if rule != "total"})
        self.total = sum(self._remaining.values())

    def start(self, job: int, rule: str, message: str) -> None:
        """Take note that a job runs.

        Args:
            job: its number.
            rule: its rule.
            message: what it does, for a person.
        """
        self._running[job] = (rule, message, self._clock())
        self._failed.discard(job)

    def finish(self, job: int) -> None:
        """Take note that a job is done; one that was never started counts for nothing."""
        if job not in self._running:
            return
        rule, _, started = self._running.pop(job)
        self._durations.setdefault(rule, []).append(self._clock() - started)
        self._remaining[rule] -= 1
        self.done += 1

    def fail(self, job: int) -> None:
        """Take note that a job runs no more, without a result."""
        if self._running.pop(job, None):
            self._failed.add(job)

    def seconds_left(self) -> float | None:
        """Estimate the rest of the run; None before the first job is done."""
        durations = {rule: sum(found) / len(found) for rule, found in self._durations.items()}
        if not durations:
            return None
        spent = [seconds for found in self._durations.values() for seconds in found]
        usual = sum(spent) / len(spent)
        now = self._clock()
        work = sum(max(0, count) * durations.get(rule, usual) for rule, count in self._remaining.items())
        # What running jobs have behind them is no longer to be done.
        for rule, _, started in self._running.values():
            work -= min(now - started, durations.get(rule, usual))
        behind = sum(spent) + sum(now - started for _, _, started in self._running.values())
        side_by_side = max(1.0, behind / max(now - self._start, 1e-9))
        return max(0.0, work / side_by_side)

    def lines(self, width: int) -> list[str]:
        """Write the present state, no line longer than the terminal is wide.

        Args:
            width: columns of the terminal.
        """
        share = self.done / self.total if self.total else 0.0
        left = self.seconds_left()
        parts = [f"{self.done} of {self.total} jobs", f"{100 * share:.0f} %"]
        if self._running:
            parts.append(f"{len(self._running)} under way")
        if self._failed:
            parts.append(f"{len(self._failed)} failed")
        if self.done < self.total:
            parts.append(_describe_rest(left))
        text = ", ".join(parts)
        if width >= SHORTEST_BAR + len(text) - BAR_CELLS:
            filled = round(BAR_CELLS * share)
            text = f"[{'#' * filled}{'.' * (BAR_CELLS - filled)}] {text}"
        now = self._clock()
        running = [
            (message or rule, format_seconds(now - started))
            for rule, message, started in self._running.values()
        ]
        lines = [_cut(text, width)]
        for message, seconds in running[:MOST_JOBS_SHOWN]:
            lines.append(f"  {_cut(message, width - len(seconds) - 4)}, {seconds}")
        if len(running) > MOST_JOBS_SHOWN:
            lines.append(_cut(f"  and {len(running) - MOST_JOBS_SHOWN} more", width))
        return lines


def format_seconds(seconds: float) -> str:
    """Write a duration as `12 s`, `3 min 05 s` or `2 h 07 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _describe_rest(left: float | None) -> str:
    if left is None:
        return "time left unknown"
    return f"about {format_seconds(left)} left" if left >= 1 else "nearly done"


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split()) if not text.startswith("  ") else text
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"
