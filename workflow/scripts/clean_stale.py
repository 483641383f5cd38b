"""Name the results that the present config no longer asks for; delete them on request."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Say what is stale, and delete it if the command line says so."""
    from aestudy_run.stale_files import clean_stale

    print(clean_stale(snakemake.params.stale, snakemake.params.delete))


fix_environment()
with job(snakemake):
    main()
