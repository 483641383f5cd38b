"""Name the results that the present config no longer asks for; delete them on request."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Say what is stale, and delete it if the command line says so."""
    from aestudy_run.stale_files import clean_stale

    print(clean_stale(job.params.stale, job.params.delete))


fix_environment()
run_job(main, globals().get("snakemake"))
