"""Draw training and validation losses."""

import itertools
from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the history of every model, draw the losses, write the figure."""
    from aestudy.figures.losses import History, draw_losses, read_history
    from aestudy.figures.style import save

    params = snakemake.params
    histories: dict[str, dict[str, list[History]]] = {}
    models = itertools.product(params.objectives, params.trained_on, params.seeds)
    for (objective, trained_on, _), path in zip(models, snakemake.input.histories, strict=True):
        histories.setdefault(objective, {}).setdefault(trained_on, []).append(read_history(path))
    save(draw_losses(histories, params.loss, params.titles), snakemake.output.svg, snakemake.output.png)


fix_environment()
with job(snakemake):
    main()
