"""Digests of the code of this study's rules: planned by the rules, compared by the jobs.

A rule's param `code` is `DIGEST SCRIPT [CHOICES]`: what was planned with, the script, and what of the code
the job uses, such as the kinds of its distortions. With it a job computes its own digest again.
"""

from pathlib import Path

import aestudy
from aestudy.datasets.sources import loader_symbol
from aestudy.errors import StudyError
from aestudy.explanations.table import measure_symbol
from aestudy_run.code_digests.code import CodeDigests
from aestudy_run.code_digests.selection import Selection

PACKAGE = Path(aestudy.__file__).parent
MEMORY = Path(".snakemake", "code_digests.json")
"""Where digests are remembered from run to run."""

KINDS = ("aestudy.distortions.registry", "KINDS")
SOURCES = ("aestudy.datasets.sources", "SOURCES")

EXPLANATIONS = ("aestudy.explanations.table", "EXPLANATIONS")

AROUND_JOBS = "aestudy_run"
"""The package of what stands around the work of every job and changes no result."""

TABLES = {KINDS: "function", SOURCES: "loader"}
"""Tables that many ask for names and orders, and the attribute by which the functions in them are used."""

RATE = "rate"
"""The choice of a training in which bits have a price."""

PRICED = ("aestudy.training.losses", "RateAndPixels")
"""What only such a training uses."""


class StudyCode:
    """The digests of the scripts of one checkout.

    Args:
        script_folder: the folder of the workflow's scripts.
        memory: a file for the digests of the last run; None to read all code again.
        keep_memory: whether the file may be written.
        package: the folder of the package, if not the one that runs.
    """

    def __init__(
        self, script_folder: Path, memory: Path | None = MEMORY, *, keep_memory: bool = True,
        package: Path | None = None,
    ):  # fmt: skip
        lock_file = script_folder.parents[1] / "envs" / "requirements.lock"
        self._digests = CodeDigests(
            [package or PACKAGE], script_folder, lock_file, memory, TABLES,
            outside=[AROUND_JOBS], keep_memory=keep_memory,
        )  # fmt: skip

    def describe(self, script: str, choices: str = "") -> str:
        """Write the param `code` of a rule.

        Args:
            script: the name of its script without `.py`.
            choices: what of the code it uses, separated by commas: for `distort_images` the kinds of
                distortions, for `fetch_dataset` the kind of source, for `explain` the explanation and the
                kinds of distortions, for `plot_explanation` the explanation, for `train_model` `rate` where
                bits have a price, and the kinds of distortions where it draws noise itself.

        Raises:
            StudyError: the code cannot be followed.
        """
        digest = self._digests.script(script, select(script, choices))
        return " ".join(filter(None, [digest, script, choices]))


def select(script: str, choices: str) -> Selection:
    """Say what counts for a script, by the choices of `StudyCode.describe`."""
    if script == "distort_images":
        return Selection(entries=[(KINDS, kind) for kind in choices.split(",")])
    if script == "fetch_dataset":
        # The search for original files can only find what the checksums allow, and the other is a message.
        search = [
            ("aestudy.datasets.places", "find_original"),
            ("aestudy.datasets.originals", "explain_wrong_content"),
        ]
        return Selection(
            without=[SOURCES, *search],
            also=[loader_symbol(choices)],
            answered=[("aestudy.datasets.sources", "find_loader")],
        )
    if script == "train_model":
        chosen = list(filter(None, choices.split(",")))
        kinds = [choice for choice in chosen if choice != RATE]
        without = [] if RATE in chosen else [PRICED]
        without += [] if kinds else [("aestudy.distortions.variants", "distort_split")]
        return Selection(entries=[(KINDS, kind) for kind in kinds], without=without)
    if script == "explain":
        explanation, *kinds = choices.split(",")
        return Selection(
            without=[EXPLANATIONS, PRICED],
            also=[measure_symbol(explanation)],
            entries=[(KINDS, kind) for kind in kinds],
            answered=[("aestudy.explanations.table", "find_measure")],
        )
    if script == "plot_explanation":
        return Selection(entries=[(EXPLANATIONS, choices)])
    return Selection()


def check_planned(code: str, script_folder: str | Path) -> None:
    """Compare the code that a job imports with the code that the run was planned with.

    Call it when a job starts and again before it records its outputs. It reads all source files, which takes
    some milliseconds, and parses them only where one has changed since the rules were read. It writes no
    file.

    Args:
        code: the rule's param `code`.
        script_folder: `snakemake.scriptdir`.

    Raises:
        StudyError: they differ, or the code cannot be followed.
    """
    _, script, choices = (*code.split(" "), "")[:3]
    found = StudyCode(Path(script_folder), keep_memory=False).describe(script, choices)
    if found != code:
        raise StudyError(
            f"the code that this job imports is not the code that the run was planned with (rule {script}): "
            "a source file was edited while the run was at work. Run again; what was made before stays."
        )
