"""Measure rate and distortion of one classical codec, per image and on a mosaic of all test images."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the clean test images, measure, write the points."""
    from aestudy.files.archives import read_archive
    from aestudy.rates.points import classical_points, write_points

    images = read_archive(snakemake.input.clean, "images")["images"]
    write_points(snakemake.output.rates, list(classical_points(snakemake.wildcards.method, images)))


fix_environment()
with job(snakemake):
    main()
