"""Give an objective the models, codecs and scores of another one that means the same."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read each file, write it under the name of the objective."""
    from aestudy.scoring.sharing import share
    from aestudy_run.parts import to_make

    for _, given, made in to_make(job):
        share(given, made, job.wildcards.objective)


fix_environment()
run_job(main)
