"""Fit the codecs of trained autoencoders to the images that they were trained on."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the models and their training images, fit, write the codecs."""
    import json

    from aestudy.codec.files import write_codec
    from aestudy.codec.fitting import fit_codec_to_model
    from aestudy.distortions.variants import read_variant
    from aestudy_run.parts import to_make

    spec, dataset, seed = json.loads(job.params.spec), job.wildcards.dataset, job.params.study_seed
    images = read_variant(job.input.variant, spec=spec, dataset=dataset, split="train", study_seed=seed)
    for _, given, made in to_make(job):
        write_codec(made["codec"], fit_codec_to_model(given["parameters"], images))


fix_environment()
run_job(main, globals().get("snakemake"))
