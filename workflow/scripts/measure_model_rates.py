"""Measure rate and distortion of one trained autoencoder with its codec, at several steps."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the model, its codec and the clean test images, measure, write the points."""
    from aestudy.codec.compression import Compressor
    from aestudy.files.archives import read_archive
    from aestudy.rates.points import model_name, model_points, write_points

    wildcards = job.wildcards
    images = read_archive(job.input.clean, "images")["images"]
    method = model_name(wildcards.objective, wildcards.trained_on, wildcards.seed)
    compressor = Compressor.load(job.input.parameters, job.input.codec)
    write_points(job.output.rates, list(model_points(method, compressor, images)))


fix_environment()
run_job(main, globals().get("snakemake"))
