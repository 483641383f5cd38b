"""Fit the codec of one trained autoencoder to the images that it was trained on."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the model and its training images, fit, write the codec."""
    from aestudy.codec.files import write_codec
    from aestudy.codec.fitting import fit_codec_to_model
    from aestudy.distortions.variants import read_variant

    images = read_variant(
        snakemake.input.variant,
        spec=json.loads(snakemake.params.spec),
        dataset=snakemake.wildcards.dataset,
        split="train",
        study_seed=snakemake.params.study_seed,
    )
    write_codec(snakemake.output.codec, fit_codec_to_model(snakemake.input.parameters, images))


fix_environment()
with job(snakemake):
    main()
