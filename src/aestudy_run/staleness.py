"""Let the content of results decide which jobs run.

Snakemake 9.27 keeps its memory of how a result was made apart from the result. It forgets what a failed job
made, and makes no forgotten file again while everything behind it exists. So a failed run would hide what is
out of date. Here each result has a record of its own (`aestudy_run.records`), and a job runs if the record of
one of its outputs is missing, has other params, or names other content than its inputs have now. Snakemake
adds what lies behind such a job.

Snakemake has no hook for this question. It asks its persistence, so four of its answers are replaced for the
jobs of the study; other jobs, as those of a parent workflow, and results in an object storage keep
Snakemake's answers.
"""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import Any

from snakemake.persistence import ParamsChange, PersistenceBase

from aestudy_run.parts import parts_of
from aestudy_run.reasons import cut, why_stale
from aestudy_run.records import Record


class Stale(ParamsChange):
    """Why a job has to run, in place of Snakemake's list of params."""

    def __init__(self, reasons: Sequence[str]):
        super().__init__(only_old=set(reasons))

    def __str__(self) -> str:
        """Name the reasons where Snakemake names params."""
        return "; ".join(sorted(self.only_old))


def decide_by_content(workflow: Any, read: Callable[[str], Record | None], rules: Path) -> None:
    """Have the records decide about the jobs of the study in this run.

    With an object storage the records are not at hand. Then Snakemake's own memory decides, but a job that it
    does not remember runs.

    Args:
        workflow: Snakemake's workflow in the main process, which plans the run.
        read: gives the record of a file.
        rules: the folder of the study's rules; those of a parent workflow are none of its business.
    """
    workflow.aestudy_records = read
    workflow.aestudy_rules = {*getattr(workflow, "aestudy_rules", ()), rules.resolve()}
    if not hasattr(PersistenceBase, "aestudy_replaced"):
        PersistenceBase.aestudy_replaced = True
        for method in (has_metadata, params_changed, _input_changed, input_checksums):
            setattr(PersistenceBase, method.__name__, method(getattr(PersistenceBase, method.__name__)))


def _records_of(persistence: PersistenceBase, job: Any) -> Callable[[str], Record | None] | None:
    """Give the reader of records if the job is one of the study in a run that decides by them."""
    workflow = persistence.dag.workflow
    read = getattr(workflow, "aestudy_records", None)
    if not read or not job.output:
        return None
    return read if _real_folder(str(job.rule.snakefile)) in workflow.aestudy_rules else None


@cache
def _real_folder(snakefile: str) -> Path:
    return Path(snakefile).resolve().parent


def _stored(job: Any) -> bool:
    return any(file.is_storage for file in job.output)


def has_metadata(original: Callable[..., bool]) -> Callable[..., bool]:
    """Replace the question whether Snakemake remembers a job: whether it does is part of the next answer."""

    @wraps(original)
    def replaced(self: PersistenceBase, job: Any) -> bool:
        return _records_of(self, job) is not None or original(self, job)

    return replaced


def params_changed(original: Callable[..., ParamsChange]) -> Callable[..., ParamsChange]:
    """Replace the question whether params have changed by the one whether a job has to run."""

    @wraps(original)
    def replaced(self: PersistenceBase, job: Any, file: Any = None) -> ParamsChange:
        read = _records_of(self, job)
        if read is None:
            return original(self, job, file)
        outputs = list(job.output) if file is None else [file]
        if _stored(job):
            forgotten = [str(path) for path in outputs if self.metadata(path) is None]
            return (
                Stale([f"no record says how {forgotten[0]} was made"])
                if forgotten
                else original(self, job, file)
            )
        params = dict(job.params.items())
        reasons: dict[str, None] = {}
        asked_for = set(map(str, outputs))
        for part in parts_of(job.input, job.output, params):
            asked = [path for path in part.outputs if path in asked_for]
            reasons |= dict.fromkeys(why_stale(asked, part.inputs, params, read))
        return Stale(cut(list(reasons)))

    return replaced


def _input_changed(original: Callable[..., bool]) -> Callable[..., bool]:
    """Replace the question whether a job reads other files than before, which the records answer."""

    @wraps(original)
    def replaced(self: PersistenceBase, job: Any, file: Any = None) -> bool:
        return (_records_of(self, job) is None or _stored(job)) and original(self, job, file)

    return replaced


def input_checksums(original: Callable[..., set[Any]]) -> Callable[..., set[Any]]:
    """Replace what Snakemake remembers of a file that is newer than what was made from it."""

    @wraps(original)
    def replaced(self: PersistenceBase, job: Any, input_path: Any) -> set[Any]:
        read = _records_of(self, job)
        if read is None or _stored(job):
            return original(self, job, input_path)
        parts = parts_of(job.input, job.output, dict(job.params.items()))
        records = [read(path) for part in parts if str(input_path) in part.inputs for path in part.outputs]
        return {record and f"sha256:{record.inputs.get(str(input_path))}" for record in records}

    return replaced
