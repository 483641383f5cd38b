"""Draw original, distorted and decoded test images."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read test images and decoded examples of every condition, draw some of them, write the figure."""
    from aestudy.distortions.variants import VariantReader
    from aestudy.figures.reconstructions import collect_rows, draw_reconstructions
    from aestudy.figures.style import save
    from aestudy.files.archives import read_archive
    from aestudy.scoring.scores import read_scores

    clean = read_archive(snakemake.input.clean, "images", "labels")
    reader = VariantReader(
        snakemake.input.variants,
        specs=json.loads(snakemake.params.specs),
        dataset=snakemake.wildcards.dataset,
        split="test",
        study_seed=snakemake.params.study_seed,
        clean=clean["images"],
    )
    identity = read_scores(snakemake.input.identity)
    models = [read_scores(path) for path in snakemake.input.scores]
    headers, rows = collect_rows(clean["images"], clean["labels"], reader, models, identity)
    figure = draw_reconstructions(headers, identity.tested_on, rows)
    save(figure, snakemake.output.svg, snakemake.output.png)


fix_environment()
with job(snakemake):
    main()
