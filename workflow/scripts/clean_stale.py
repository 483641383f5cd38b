"""Name the results that the present config no longer asks for; delete them on request."""

from typing import TYPE_CHECKING

from aestudy.jobs import confine_blas, job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Say what is stale, and delete it if the command line says so."""
    from aestudy.stale_files import clean_stale

    print(clean_stale(snakemake.params.stale, snakemake.params.delete))


confine_blas(snakemake.threads)
with job(snakemake.log[0], snakemake.input, snakemake.output, dict(snakemake.params.items())):
    main()
