"""Write the main tables of one data set as Markdown and LaTeX."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the CSV tables, write both forms beside them."""
    from aestudy.tables.paper import write_paper_tables

    write_paper_tables(snakemake.input.tables)


fix_environment()
with job(snakemake):
    main()
