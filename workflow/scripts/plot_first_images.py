"""Draw the notebook's own plots: the metrics of each of the first test images."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the scores of one model per condition, draw the first images' values, write the figure."""
    from aestudy.figures.first_images import collect_values, draw_first_images
    from aestudy.figures.style import save
    from aestudy.scoring.scores import read_scores

    names, values = collect_values([read_scores(path) for path in snakemake.input.scores])
    figure = draw_first_images(values, names, snakemake.wildcards.objective)
    save(figure, snakemake.output.svg, snakemake.output.png)


fix_environment()
with job(snakemake):
    main()
