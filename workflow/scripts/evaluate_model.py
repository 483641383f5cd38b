"""Score one trained autoencoder against every condition."""

import json
from typing import TYPE_CHECKING

from aestudy.jobs import confine_blas, job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the model and the test images, score, write the scores."""
    from aestudy.archives import read_archive
    from aestudy.inference import load_network
    from aestudy.scores import AUTOENCODER, score_method, write_scores
    from aestudy.variants import VariantReader

    wildcards, params = snakemake.wildcards, snakemake.params
    specs = json.loads(params.specs)
    clean = read_archive(snakemake.input.clean, "images")["images"]
    scores = score_method(
        load_network(snakemake.input.parameters).reconstruct,
        clean,
        [spec["name"] for spec in specs],
        VariantReader(
            snakemake.input.variants,
            specs=specs,
            dataset=wildcards.dataset,
            split="test",
            study_seed=params.study_seed,
            clean=clean,
        ),
        examples=params.examples,
        method=AUTOENCODER,
        dataset=wildcards.dataset,
        objective=wildcards.objective,
        trained_on=wildcards.trained_on,
        seed=int(wildcards.seed),
    )
    write_scores(snakemake.output.scores, scores)


confine_blas(snakemake.threads)
with job(snakemake.log[0], snakemake.input, snakemake.output):
    main()
