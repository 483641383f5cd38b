"""Measure rate and distortion of trained autoencoders with their codecs, at several steps."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read models, codecs and the clean test images, measure, write the points."""
    from aestudy.codec.compression import Compressor
    from aestudy.files.archives import read_archive
    from aestudy.rates.points import model_name, model_points, write_points
    from aestudy_run.parts import to_make

    wildcards = job.wildcards
    images = read_archive(job.input.clean, "images")["images"]
    for seed, given, made in to_make(job):
        method = model_name(wildcards.objective, wildcards.trained_on, seed)
        compressor = Compressor.load(given["parameters"], given["codec"])
        write_points(made["rates"], list(model_points(method, compressor, images)))


fix_environment()
run_job(main, globals().get("snakemake"))
