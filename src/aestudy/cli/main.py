"""The command line of the package: `aestudy COMMAND`."""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from aestudy import __version__
from aestudy.cli.arguments import add_commands
from aestudy.devices.environment import fix_environment
from aestudy.errors import StudyError


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(prog="aestudy", description=__doc__)
    parser.add_argument("--version", action="version", version=f"aestudy {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    summary = commands.add_parser(
        "summary",
        help="print the main numbers of a finished study",
        description="Print the main numbers of each data set that has tables, and where its report is.",
    )
    summary.add_argument(
        "results",
        nargs="*",
        type=Path,
        metavar="FOLDER",
        help="results of one data set (default: each folder below results/)",
    )
    summary.set_defaults(run=_run_summary)
    costs = commands.add_parser(
        "costs",
        help="add up what the jobs of a study cost",
        description="Add up run time, processor time and memory of the jobs by rule, from their logs.",
    )
    costs.add_argument(
        "logs", nargs="?", type=Path, default=Path("logs"), metavar="FOLDER",
        help="the logs of a study (default: logs/)",
    )  # fmt: skip
    costs.set_defaults(run=_run_costs)
    kinds = commands.add_parser(
        "kinds",
        help="list what a config may name",
        description="List data sets, distortions, activations and all else that a config may name.",
    )
    kinds.set_defaults(run=_run_kinds)
    add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the words behind `aestudy`; those of the process if None.

    Returns:
        The exit status: 0, 1 after a mistake that the person can mend, or 130 when the person stopped it.
    """
    if arguments is None:  # a process of its own: the same images give the same file on any number of cores
        fix_environment()
    options = build_parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except StudyError as error:
        print(f"aestudy: error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # who reads, such as `head`, has read enough
        _discard_output()
        return 1
    except OSError as error:
        _discard_output()
        where = error.filename or "the output"
        print(f"aestudy: error: {where}: {error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("aestudy: stopped; nothing was written", file=sys.stderr)
        return 130
    return 0


def _discard_output() -> None:
    """Keep Python from writing once more, at its end, what could not be written."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run_summary(options: argparse.Namespace) -> None:
    from aestudy.cli.summary import folders_with_tables, summarize

    folders = options.results or folders_with_tables(Path("results"))
    if not folders:
        raise StudyError(
            "results: expected the tables of a finished study, found none. Run `snakemake --cores all` "
            "first, or name the folder of a data set."
        )
    print("\n\n".join(summarize(folder) for folder in folders))


def _run_costs(options: argparse.Namespace) -> None:
    from aestudy.cli.costs import describe_costs, read_costs

    print(describe_costs(read_costs(options.logs)))


def _run_kinds(options: argparse.Namespace) -> None:
    from aestudy.cli.kinds import write_kinds

    print(write_kinds())
