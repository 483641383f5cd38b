"""Score one baseline against every condition."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Fit the baseline to the clean training images, score it, write the scores."""
    from aestudy.distortions.variants import VariantReader
    from aestudy.files.archives import read_archive
    from aestudy.scoring.baselines import fit_baseline
    from aestudy.scoring.classifier import make_judge, read_classifier
    from aestudy.scoring.scores import write_scores
    from aestudy.scoring.scoring import score_method

    wildcards, params = snakemake.wildcards, snakemake.params
    specs = json.loads(params.specs)
    train = read_archive(snakemake.input.train, "images")["images"]
    test = read_archive(snakemake.input.clean, "images", "labels")
    clean = test["images"]
    scores = score_method(
        fit_baseline(wildcards.method, train, code_size=params.code_size),
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
        judge=make_judge(read_classifier(snakemake.input.classifier), test["labels"]),
        method=wildcards.method,
        dataset=wildcards.dataset,
    )
    write_scores(snakemake.output.scores, scores)


fix_environment()
with job(snakemake):
    main()
