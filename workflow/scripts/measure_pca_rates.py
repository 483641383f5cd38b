"""Measure rate and distortion of principal components with the quantiser and coder of the autoencoders."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Find components and fit their codec on clean training images, measure, write the points."""
    from aestudy.codec.compression import Compressor
    from aestudy.codec.fitting import fit_codec
    from aestudy.files.archives import read_archive
    from aestudy.networks.linear import fit_linear_network
    from aestudy.rates.points import model_points, write_points

    train, test = (read_archive(path, "images")["images"] for path in (job.input.train, job.input.clean))
    network = fit_linear_network(train, int(job.wildcards.components))
    compressor = Compressor(network, fit_codec(network, train))
    # Small images have fewer components than the file's name asks for.
    method = f"pca {network.architecture.code_size}"
    write_points(job.output.rates, list(model_points(method, compressor, test)))


fix_environment()
run_job(main, globals().get("snakemake"))
