"""Draw the distortions themselves."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the test images of every condition, draw some of them, write the figure."""
    from aestudy.distortions.variants import VariantReader
    from aestudy.figures.distortions import draw_distortions, pick
    from aestudy.figures.style import save
    from aestudy.files.archives import read_archive
    from aestudy.scoring.scores import read_scores
    from aestudy.tables.labels import describe_level, describe_parameters

    specs = json.loads(snakemake.params.specs)
    names = [spec["name"] for spec in specs]
    clean = read_archive(snakemake.input.clean, "images", "labels")
    reader = VariantReader(
        snakemake.input.variants,
        specs=specs,
        dataset=snakemake.wildcards.dataset,
        split="test",
        study_seed=snakemake.params.study_seed,
        clean=clean["images"],
    )
    identity = read_scores(snakemake.input.identity)
    figure = draw_distortions(
        pick(clean["images"], clean["labels"], names, reader),
        names,
        [describe_parameters(spec) for spec in specs],
        [describe_level(values) for values in identity.values["psnr_db", "clean"]],
    )
    save(figure, snakemake.output.svg, snakemake.output.png)


fix_environment()
with job(snakemake):
    main()
