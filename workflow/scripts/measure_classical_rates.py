"""Measure rate and distortion of one classical codec, per image and on a mosaic of all test images."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the clean test images, measure, write the points."""
    from aestudy.files.archives import read_archive
    from aestudy.rates.points import classical_points, write_points

    images = read_archive(job.input.clean, "images")["images"]
    write_points(job.output.rates, list(classical_points(job.wildcards.method, images)))


fix_environment()
run_job(main, globals().get("snakemake"))
