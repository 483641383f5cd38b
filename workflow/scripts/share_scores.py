"""Give an objective the scores of another one that means the same."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the files of each seed, write them under the name of the objective."""
    from aestudy.scoring.sharing import share_scores
    from aestudy_run.parts import to_make

    for _, given, made in to_make(job):
        share_scores(given, made, job.wildcards.objective)


fix_environment()
run_job(main, globals().get("snakemake"))
