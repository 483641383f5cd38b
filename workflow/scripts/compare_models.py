"""Derive cost, repair, price, transfer and the other quantities from the scores of one data set."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read all scores, compare the models, write the table."""
    from aestudy.distortions.groups import Condition
    from aestudy.scoring.score_files import StudyNames
    from aestudy.statistics.comparisons import compare, write_comparisons

    params = snakemake.params
    rows = compare(
        [*snakemake.input.models, *snakemake.input.baselines],
        StudyNames(
            dataset=snakemake.wildcards.dataset,
            objectives=params.objectives,
            trained_on=params.trained_on,
            tested_on=params.tested_on,
            seeds=params.seeds,
        ),
        [Condition(**fields) for fields in json.loads(params.conditions)],
        resamples=params.resamples,
        confidence=params.confidence,
        study_seed=params.study_seed,
    )
    write_comparisons(snakemake.output.comparisons, rows)


fix_environment()
with job(snakemake):
    main()
