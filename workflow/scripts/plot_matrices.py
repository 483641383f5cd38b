"""Draw the trained-on x tested-on heat maps of one metric and reference."""

from typing import TYPE_CHECKING

from aestudy.jobs import confine_blas, job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the summary, draw the matrices of all objectives, write the figure."""
    from aestudy.figures.matrices import draw_matrices
    from aestudy.figures.style import save
    from aestudy.figures.summary import read_summary

    wildcards, params = snakemake.wildcards, snakemake.params
    data = read_summary(snakemake.input.summary).matrix(
        wildcards.metric,
        wildcards.reference,
        objectives=params.objectives,
        trained_on=params.trained_on,
        tested_on=params.tested_on,
    )
    save(draw_matrices(data), snakemake.output.svg, snakemake.output.png)


confine_blas(snakemake.threads)
with job(snakemake.log[0]):
    main()
