"""Put the rate-distortion points of all methods into tables and one figure."""

import json
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read all points, write the tables, draw the curves."""
    from aestudy.figures.rate_distortion import draw_rate_distortion
    from aestudy.figures.style import save
    from aestudy.rates.points import read_methods, write_points
    from aestudy.rates.tables import BITS_COLUMNS, DELTA_COLUMNS, bits_at_qualities, delta_rates, write_rows

    given, output = snakemake.input, snakemake.output
    paths = [*given.models, *given.pca, *given.classical]
    points = read_methods(paths)
    families = json.loads(snakemake.params.families)
    write_points(output.points, points)
    write_rows(output.delta_rates, DELTA_COLUMNS, delta_rates(points, families))
    write_rows(output.bits, BITS_COLUMNS, bits_at_qualities(points, families))
    save(draw_rate_distortion(points, families), output.svg, output.png)


fix_environment()
with job(snakemake):
    main()
