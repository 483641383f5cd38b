"""What a run does before and around its jobs: its config, its checks, its lock, its last words."""

import contextlib
import functools
import gc
import os
import shlex
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from aestudy import settings
from aestudy.devices.environment import what_is_set_aside
from aestudy.errors import StudyError
from aestudy_run import closing, cluster_orphans, records, run_folders, staleness
from aestudy_run.fetching import Fetching
from aestudy_run.jobs import OBJECTS_BETWEEN_COLLECTIONS
from aestudy_run.lock import RunLock
from aestudy_run.stale_files import find_stale

MEMORY = Path(".snakemake")
FINGERPRINTS = MEMORY / "fingerprints.json"

USUAL_LIMIT = (100, 1)
"""Jobs and seconds of `--max-jobs-per-timespan`, unless somebody sets it."""

SHARED_CONFIG = (
    "\nThe study shares its config with the workflow that includes it. To keep them apart, use it as a "
    "`module` with a `config:` of its own (docs/other_workflows.md)."
)


class StudyRun:
    """One run of the study, by itself or inside another workflow.

    Args:
        checkout: the folder of this very study, which another workflow may include or use as a module.
        inside: whether the run is one of another workflow.
        shares_config: whether a workflow that includes the study shares its config with it; one that uses it
            as a module does not.
        in_storage: whether the files are in an object storage.
        placed: puts a path of the study where the `prefix` of a module wants it.
    """

    def __init__(
        self, *, checkout: Path, inside: bool, shares_config: bool, in_storage: bool,
        placed: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._inside = inside
        self._shares_config = shares_config
        self._in_storage = in_storage
        self.checkout = checkout
        self._rules = checkout / "workflow" / "rules"
        self._placed = placed
        self._lock = RunLock(MEMORY / "run.lock")
        self.defaults = [checkout / "config.yaml"]
        own = Path("config.yaml")
        if not inside and own.exists() and not own.samefile(self.defaults[0]):
            self.defaults.append(own.resolve())

    def placed(self, path: str | Path) -> Path:
        """Put a path of the study where the run has it."""
        return Path(self._placed(str(path)))

    def rule_files(self) -> list[str]:
        """List the files of all rules as the Snakefile includes them; a rule needs no line there."""
        names = sorted(path.name for path in self._rules.glob("*.smk"))
        return [f"workflow/rules/{name}" for name in names if name != "common.smk"]

    def config_files(self, files: Sequence[Any]) -> Sequence[Any]:
        """Choose the files that the config of the study comes from, of all files of the run."""
        return files if self._shares_config else self.defaults

    def merge_config(
        self, config: Mapping[str, Any], command_line: Mapping[str, Any], *, replaced: bool
    ) -> dict[str, Any]:
        """Put the config of the run on top of the default values.

        Below them are a `config.yaml` in the folder of the run and, at the bottom, that of the checkout.

        Args:
            config: what the command line or the workflow around the study gives.
            command_line: what `--config` gives; its key `delete` belongs to the rule clean_stale.
            replaced: whether the given config replaces the default values.

        Raises:
            StudyError: a file cannot be read.
        """
        base: dict[str, Any] = {}
        if not replaced:
            settings.check_readable(self.defaults)
            for file in self.defaults:
                base = settings.merge(base, load_configfile(file))
        given = {key: value for key, value in config.items() if key != "delete" or key not in command_line}
        return settings.merge(base, given)

    @contextlib.contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn a refusal of the study into one of Snakemake, which says it without a traceback."""
        try:
            yield
        except StudyError as error:
            hint = SHARED_CONFIG if self._inside and self._shares_config else ""
            raise WorkflowError(f"{error}{hint}") from None

    def fetching(self, study: settings.Settings) -> Fetching:
        """Look at the sources of the images."""
        return Fetching(study, self.placed, in_storage=self._in_storage, fingerprints=FINGERPRINTS)

    def check(
        self, study: settings.Settings, config: Mapping[str, Any], files: Sequence[Any],
        folders: Iterable[Path],
    ) -> None:  # fmt: skip
        """Look whether the run can start: at files that it needs, at folders that it writes into.

        Args:
            study: the settings.
            config: the config that they were made of.
            files: the files that it comes from.
            folders: where a person may have meant a relative path to start.

        Raises:
            StudyError: something is missing or stands in the way.
        """
        names = self.fetching(study).to_fetch()
        settings.check_files(study, names, config, files=self.config_files(files), elsewhere=folders)
        for notice in settings.describe_small_batches(study, names):
            print(f"Notice: {notice}", file=sys.stderr)
        run_folders.check_folders(*map(self.placed, records.FOLDERS), self.placed("logs"), MEMORY)

    def decide_by_content(self, workflow: Any, datasets: Iterable[str]) -> None:
        """Compare the results with their records, and have these decide which jobs run.

        Args:
            workflow: Snakemake's.
            datasets: the data sets of the study.

        Raises:
            StudyError: a result is damaged or was edited.
        """
        read = functools.cache(records.read_record)
        if not self._in_storage:
            # Another workflow has results of its own, which are nobody's business here.
            names = datasets if self._inside else [""]
            unrecorded = records.check_results(
                FINGERPRINTS,
                read,
                mend_dates=not workflow.dryrun,
                folders=[self.placed(f"{top}/{name}") for top in records.FOLDERS for name in names],
            )
            if unrecorded:
                logger.warning(records.describe_unrecorded(unrecorded))
        staleness.decide_by_content(workflow, read, self._rules)

    def start(self, *, cluster: bool, forced: Iterable[str] = ()) -> None:
        """Take the folder for this run, and remove what killed ones left there.

        Args:
            cluster: whether jobs run elsewhere.
            forced: the results that a person wants made again although they are up to date.

        Raises:
            WorkflowError: another run has the folder, or it cannot be written into.
        """
        folders = self.placed("results"), self.placed("resources")
        try:
            run_folders.check_writable(*folders)
            self._lock.take()
            cluster_orphans.end_orphans(Path(), required=cluster)
        except StudyError as error:
            raise WorkflowError(str(error)) from None
        run_folders.remove_temporary_files(*folders)
        for path in forced:
            records.forget(path)
        if ignored := what_is_set_aside(os.environ):
            logger.warning(f"Set aside by every job, because it could change results: {', '.join(ignored)}.")

    def end(self, datasets: Iterable[str], finished: Collection[str]) -> None:
        """Say where the reports are.

        Args:
            datasets: the data sets of the study.
            finished: the files that the run made.
        """
        folders = [self.placed(f"results/{name}") for name in datasets]
        folders = [folder for folder in folders if str(folder / "report.html") in finished]
        if folders:
            logger.info(closing.describe_results(folders), extra={closing.CLOSING: True})

    def stale_files(self, datasets: Iterable[str], rules: Iterable[Any]) -> list[str]:
        """List the results of data sets that no rule would make.

        Args:
            datasets: the data sets of the study.
            rules: Snakemake's, those of the present config.
        """
        producers = [rule for rule in rules if rule.output]
        folders = [self.placed(f"{top}/{name}") for top in ("resources", "results") for name in datasets]
        return find_stale(folders, lambda path: any(rule.is_producer(path) for rule in producers))


def run_of(workflow: Any) -> StudyRun:
    """Describe the run that reads `common.smk`.

    Args:
        workflow: Snakemake's.
    """
    checkout = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]
    return StudyRun(
        checkout=checkout,
        inside=Path(workflow.basedir).resolve() != checkout.resolve(),
        shares_config=workflow.modifier.is_main_snakefile(),
        in_storage=bool(workflow.storage_settings.default_storage_provider),
        placed=workflow.modifier.path_modifier.replace_prefix,
    )


def prepare_process() -> None:
    """Make this process fit for a graph of many jobs.

    The graph lives until the end. Python would search it for garbage again and again, a tenth of the time of
    a run that finds nothing to do. Snakemake 9.27 puts the interpreter into the commands of jobs without
    quoting it.
    """
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    if " " in sys.executable and not sys.executable.startswith("'"):
        sys.executable = shlex.quote(sys.executable)


def spare_timers(workflow: Any) -> None:
    """Let the scheduler of a local run wait for jobs, not for a clock.

    Whenever it has looked at the ready jobs, Snakemake 9.27 starts a timer of a second that makes it look
    again, which starts another one. Each finished job adds such a chain: after 60 jobs it looks 60 times a
    second, a third of a core. What the timers are for, its limit of jobs per second, is there for clusters.

    Args:
        workflow: Snakemake's.
    """
    limit = workflow.scheduler.job_rate_limiter
    if not workflow.non_local_exec and limit and (limit.max_jobs, limit.timespan) == USUAL_LIMIT:
        workflow.scheduler.job_rate_limiter = None


def refuse_replaced_prefixes(replaced: bool) -> None:
    """Refuse a module whose results are not below `results` and `resources`, where their records are.

    Args:
        replaced: whether the module has a `replace_prefix`.

    Raises:
        StudyError: it has.
    """
    if replaced:
        raise StudyError(
            "the module of the study: expected `prefix:`, found `replace_prefix:`, which the records of its "
            "results cannot follow. Use `prefix:` (docs/other_workflows.md)."
        )


def forced_results(dag: Any) -> list[str]:
    """Name the outputs of the jobs that `--force`, `--forcerun` or `--forceall` ask for."""
    return [str(path) for job in dag.needrun_jobs() if dag.reason(job).forced for path in job.output]


def outputs_of(rule: Any) -> list[str]:
    """Name a rule's outputs as the rule does, before a module's prefix or an object storage changes them."""
    paths = rule.rule.ruleinfo.output.kwpaths.values()
    return [str(path) for given in paths for path in ([given] if isinstance(given, str) else given)]
