"""Fit the codec of one trained autoencoder to the images that it was trained on."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the model and its training images, fit, write the codec."""
    import json

    from aestudy.codec.files import write_codec
    from aestudy.codec.fitting import fit_codec_to_model
    from aestudy.distortions.variants import read_variant

    spec, dataset, seed = json.loads(job.params.spec), job.wildcards.dataset, job.params.study_seed
    images = read_variant(job.input.variant, spec=spec, dataset=dataset, split="train", study_seed=seed)
    write_codec(job.output.codec, fit_codec_to_model(job.input.parameters, images))


fix_environment()
run_job(main, globals().get("snakemake"))
