"""Put the rate-distortion points of all methods into tables and one figure."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read all points, write the tables, draw the curves."""
    from aestudy.figures.rate_distortion import draw_rate_distortion
    from aestudy.figures.style import save
    from aestudy.rates.points import read_methods
    from aestudy.rates.tables import write_tables

    given, output = job.input, job.output
    points = read_methods([*given.models, *given.pca, *given.classical])
    families = write_tables(points, job.params.families, output.points, output.delta_rates, output.bits)
    save(draw_rate_distortion(points, families), output.svg, output.png)


fix_environment()
run_job(main, globals().get("snakemake"))
