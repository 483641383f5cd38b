"""Draw the trained-on x tested-on heat maps of every metric and reference."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the summary, draw the matrices of all objectives, write the figures.

    One job for all of them, because importing matplotlib takes longer than drawing a figure.
    """
    from aestudy.figures.matrices import draw_matrices
    from aestudy.figures.style import save
    from aestudy.tables.summary import read_summary

    params, output = snakemake.params, snakemake.output
    summary = read_summary(snakemake.input.summary)
    for (metric, reference), svg, png in zip(params.matrices, output.svg, output.png, strict=True):
        data = summary.matrix(
            metric,
            reference,
            objectives=params.objectives,
            trained_on=params.trained_on,
            tested_on=params.tested_on,
        )
        save(draw_matrices(data, params.titles), svg, png)


fix_environment()
with job(snakemake):
    main()
