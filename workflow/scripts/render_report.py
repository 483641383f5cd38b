"""Write the report of one data set as one HTML file."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read tables, scores and figures, render the page, write it."""
    from aestudy.report.job import write_report

    dataset, params = snakemake.wildcards.dataset, snakemake.params
    write_report(snakemake.output.report, snakemake.input, dataset=dataset, params=params)


fix_environment()
with job(snakemake):
    main()
