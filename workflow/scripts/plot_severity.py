"""Draw PSNR over the strength of each distortion that the study has in several strengths."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the summary, draw the curves, write the figure."""
    from aestudy.distortions.severities import find_families
    from aestudy.figures.severity import draw_severity
    from aestudy.figures.style import save
    from aestudy.tables.summary import read_summary

    params = snakemake.params
    figure = draw_severity(
        read_summary(snakemake.input.summary),
        find_families(json.loads(params.specs)),
        params.objectives,
        params.trained_on,
        params.titles,
    )
    save(figure, snakemake.output.svg, snakemake.output.png)


fix_environment()
with job(snakemake):
    main()
