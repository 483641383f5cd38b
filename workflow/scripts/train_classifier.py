"""Train the classifier that reads decoded images."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the clean training images and their labels, train, write the classifier."""
    from aestudy.scoring.classifier import train_from_file

    train_from_file(
        snakemake.input.clean,
        snakemake.output.classifier,
        study_seed=snakemake.params.study_seed,
        dataset=snakemake.wildcards.dataset,
    )


fix_environment()
with job(snakemake):
    main()
