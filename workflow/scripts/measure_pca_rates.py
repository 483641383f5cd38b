"""Measure rate and distortion of principal components with the quantiser and coder of the autoencoders."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Find the components and fit their codec on the clean training images, measure, write the points."""
    from aestudy.codec.compression import Compressor
    from aestudy.codec.fitting import fit_codec
    from aestudy.files.archives import read_archive
    from aestudy.networks.linear import fit_linear_network
    from aestudy.rates.points import model_points, write_points

    train = read_archive(snakemake.input.train, "images")["images"]
    images = read_archive(snakemake.input.clean, "images")["images"]
    network = fit_linear_network(train, int(snakemake.wildcards.components))
    compressor = Compressor(network, fit_codec(network, train))
    # Small images have fewer components than the file's name asks for.
    method = f"pca {network.architecture.code_size}"
    write_points(snakemake.output.rates, list(model_points(method, compressor, images)))


fix_environment()
with job(snakemake):
    main()
