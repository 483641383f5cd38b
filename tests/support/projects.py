"""The real workflow in a copy of the project: copies, runs, sets of jobs, comparisons of results."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support.machine import ROOT, project_files

SMOKE = ("--configfile", "studies/smoke.yaml")
SECONDS = 1800
"""No run of a test takes longer; a hang shall fail, not wait for ever."""

Job = tuple[str, str]
"""The rule and its wildcards in alphabetical order, as `("train_model", "smoke denoise 0 clean")`."""


@dataclass(frozen=True)
class Run:
    """What a run of Snakemake left: its exit status, its output, and the jobs that it ran or would run."""

    status: int
    output: str
    jobs: frozenset[Job]
    announced: int


class Project:
    """A copy of the project in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder

    @classmethod
    def of_checkout(cls, folder: Path) -> "Project":
        """Copy what belongs to the project from this checkout."""
        for name in project_files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        return cls(folder)

    def without_results(self, folder: Path) -> "Project":
        """Copy what belongs to the project, as a fresh clone is: all files are new."""
        made = shutil.ignore_patterns(".snakemake", "results", "resources", "logs", "__pycache__")
        shutil.copytree(self.folder, folder, ignore=made, copy_function=shutil.copyfile)
        return Project(folder)

    def clone(self, folder: Path) -> "Project":
        """Copy everything, results and Snakemake's memory included, with its modification times."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.folder / "src")}

    def start(self, *arguments: str, cores: int = 2) -> subprocess.Popen:
        """Start Snakemake in a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments, cores=cores), cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def command(self, *arguments: str, cores: int = 2) -> list[str]:
        return [sys.executable, "-m", "snakemake", "--cores", str(cores), *arguments, *SMOKE]

    def snakemake(self, *arguments: str, cores: int = 2) -> subprocess.CompletedProcess:
        """Run Snakemake as a person does."""
        return subprocess.run(
            self.command(*arguments, cores=cores), cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that must stand in a file exactly once."""
        path = self.folder / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{name}: {old!r} stands there {text.count(old)} times"
        path.write_text(text.replace(old, new), "utf-8")

    def append(self, name: str, text: str) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def results(self) -> dict[str, bytes]:
        """Read every result file: path -> content."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for top in ("resources", "results")
            for path in sorted((self.folder / top).rglob("*"))
            if path.is_file()
            and not any(part.startswith(".") for part in path.relative_to(self.folder).parts)
        }


class Server:
    """Snakemake, imported once, for the runs of which a test wants the set of jobs."""

    def __init__(self) -> None:
        program = Path(__file__).with_name("snakemake_server.py")
        self._process = subprocess.Popen(
            [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip

    def run(self, project: Project, *arguments: str, cores: int = 2, configfile: str = SMOKE[1]) -> Run:
        """Run Snakemake on the smoke study, or another one."""
        words = ["--cores", str(cores), *arguments, "--configfile", configfile]
        request = [str(project.folder), words]
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        status, output, jobs = json.loads(self._process.stdout.readline())
        names = [(rule, " ".join(wildcards[key] for key in sorted(wildcards))) for rule, wildcards in jobs]
        return Run(
            status,
            output,
            frozenset(names) - {("all", ""), ("variants", ""), ("clean_stale", "")},
            len(names),
        )

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()


def shared_baseline(folder: Path) -> Project:
    """Run the smoke study once, in a folder that all test processes of a session share.

    The folder's name has a space in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        project = Project(folder / "smoke study")
        if not (folder / "done").exists():
            Project.of_checkout(project.folder)
            finished = project.snakemake(cores=2)
            assert finished.returncode == 0, finished.stdout
            (folder / "done").touch()
    return project


def first_difference(expected: dict[str, bytes], found: dict[str, bytes]) -> str | None:
    """Say which file differs and where; None if all are equal."""
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            return f"{name}: missing"
        if name not in expected:
            return f"{name}: not expected"
        one, other = expected[name], found[name]
        if one != other:
            place = next(
                (i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None
            )
            if place is None:
                return f"{name}: {len(one)} and {len(other)} bytes"
            around = slice(max(0, place - 30), place + 30)
            return f"{name}: differs at byte {place}: {one[around]!r} and {other[around]!r}"
    return None
