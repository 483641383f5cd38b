"""Run the script of a rule without a run of Snakemake, so that a person can look into it with a debugger."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.cli import parse_config
from snakemake.common import async_run
from snakemake.exceptions import WorkflowError
from snakemake.io import strip_wildcard_constraints
from snakemake.iocontainers import Snakemake
from snakemake.settings.enums import Quietness
from snakemake.settings.types import ConfigSettings, OutputSettings, ResourceSettings

from aestudy import settings
from aestudy.errors import StudyError
from aestudy_run.lock import RunLock
from aestudy_run.records import forget
from aestudy_run.study_run import MEMORY

HELP = """\
This is the script of the rule {rule}, which stands in workflow/rules/{rule}.smk. Snakemake runs it.
Run by hand it makes the files of one job anew, from the inputs that lie there, and a debugger can look on:

  python {script} FILE
  python -m pdb {script} FILE      # "b main" and "c" stop where the work begins

The next run of Snakemake finds these files up to date."""


def job_by_hand(main: Callable[[Any], None]) -> Snakemake:
    """Make what Snakemake would give a script, from the arguments of its command line.

    Args:
        main: the function of the script that does the work.

    Returns:
        The job, ready to run; the folder belongs to this process until it ends.

    Raises:
        SystemExit: with a message, where there is no such job or it cannot run.
    """
    script = Path(main.__code__.co_filename)
    text = HELP.format(rule=script.stem, script=os.path.relpath(script))
    parser = argparse.ArgumentParser(
        description=f"{main.__globals__['__doc__']}\n\n{text}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="a file that the rule makes")
    parser.add_argument("--configfile", nargs="+", default=[], help="as for Snakemake", metavar="YAML")
    parser.add_argument("--config", nargs="+", default=[], help="as for Snakemake", metavar="KEY=VALUE")
    given = parser.parse_args()
    file = given.file and os.path.relpath(given.file)
    options = [f"--{name}={value}" for name in ("configfile", "config") for value in getattr(given, name)]
    try:
        lock = RunLock(MEMORY / "run.lock")
        found = find_job(script.resolve(), file, given.configfile, given.config)
        _refuse_missing(found, shlex.join(filter(None, ["snakemake", "--cores", "all", file, *options])))
        lock.take()
    except (StudyError, WorkflowError, ValueError) as error:
        parser.exit(1, f"Error: {error}\n")
    for path in found.output:
        forget(path)  # so that nothing is kept
    for path in (*found.output, *found.log):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    print(f"Making {', '.join(found.output) or script.stem}; the log is {found.log[0]}", file=sys.stderr)
    return found


def find_job(
    script: Path, file: str | None, configfiles: Sequence[str] = (), config: Sequence[str] = ()
) -> Snakemake:
    """Find the job of a script that makes a file.

    Args:
        script: the file of the script in the folder of all scripts.
        file: a file that the job makes; none for a rule that makes none.
        configfiles: as the option of Snakemake.
        config: `KEY=VALUE`, as the option of Snakemake.

    Raises:
        StudyError: the script's rule makes no such file.
        WorkflowError: the config is wrong.
    """
    checkout = script.parents[2]
    quiet = OutputSettings(quiet={Quietness.ALL}, enable_file_logging=False)
    settings.check_readable(configfiles)
    chosen = ConfigSettings(config=parse_config(config), configfiles=list(map(Path, configfiles)))
    with SnakemakeApi(quiet) as api:
        planned = api.workflow(ResourceSettings(cores=1), chosen, snakefile=checkout / "Snakefile")
        planned.dag()
        workflow = planned._workflow
        own = [rule for rule in workflow.rules if Path(rule.script or "").stem == script.stem]
        rule = next((rule for rule in own if file and rule.is_producer(file)), own[0])
        if bool(rule.output) != bool(file) or (file and not rule.is_producer(file)):
            makers = [other.name for other in workflow.rules if file and other.is_producer(file)]
            raise _refusal(rule, file, makers)
        workflow._prepare_dag(forceall=False, ignore_incomplete=True, lock_warn_only=False, nolock=True)
        job = async_run(workflow.dag.new_job(rule, targetfile=file))
        given, made, log = (files._plainstrings() for files in (job.input, job.output, job.log))
        return Snakemake(
            given, made, job.params, job.wildcards, job.threads, job.resources, log,
            workflow.globals["config"], rule.name, None, str(script.parent),
        )  # fmt: skip


def _refusal(rule: Any, file: str | None, makers: Sequence[str]) -> StudyError:
    if not rule.output:
        return StudyError(f"the rule {rule.name} makes no file, so name none; found {file}.")
    if makers:
        return StudyError(f"{file}: the rule {makers[0]} makes it; run workflow/scripts/{makers[0]}.py.")
    limits = rule.workflow.wildcard_constraints | rule.wildcard_constraints
    allowed = [
        f"{name} one of {limits.get(name, 'any')}".replace("\\", "") for name in sorted(rule.wildcard_names)
    ]
    patterns = " or ".join(strip_wildcard_constraints(str(output)) for output in rule.output)
    return StudyError(
        f"expected a file that the rule {rule.name} makes with this config, {patterns} with "
        f"{', '.join(allowed)}; found {file or 'none'}."
    )


def _refuse_missing(found: Snakemake, command: str) -> None:
    missing = [path for path in found.input if not Path(path).exists()]
    if missing:
        more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise StudyError(
            f"{missing[0]}: the rule {found.rule} reads this file, which is missing{more}. Run: {command}"
        )
