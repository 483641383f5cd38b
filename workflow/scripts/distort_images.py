"""Make one distorted variant of one split of a data set."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the clean images, distort them, write the variant."""
    from aestudy.distortions.variants import make_variant

    wildcards, params = snakemake.wildcards, snakemake.params
    make_variant(
        snakemake.input.clean,
        snakemake.output.variant,
        spec=json.loads(params.spec),
        dataset=wildcards.dataset,
        split=wildcards.split,
        study_seed=params.study_seed,
    )


fix_environment()
with job(snakemake):
    main()
