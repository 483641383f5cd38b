"""Measure rate and distortion of one trained autoencoder with its codec, at several steps."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the model, its codec and the clean test images, measure, write the points."""
    from aestudy.codec.compression import Compressor
    from aestudy.files.archives import read_archive
    from aestudy.rates.points import model_name, model_points, write_points

    wildcards = snakemake.wildcards
    images = read_archive(snakemake.input.clean, "images")["images"]
    method = model_name(wildcards.objective, wildcards.trained_on, wildcards.seed)
    compressor = Compressor.load(snakemake.input.parameters)
    write_points(snakemake.output.rates, list(model_points(method, compressor, images)))


fix_environment()
with job(snakemake):
    main()
