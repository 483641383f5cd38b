"""What rules write into their entries: paths, the parts of a job, memory and run time."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

MODEL = "{dataset}/{objective}/{trained_on}"
"""What the models of all seeds have in common in their paths."""

MODELS = "results/{dataset}/models/{objective}/{trained_on}/{seed}"
RATES = "results/{dataset}/rates/models/{objective}/{trained_on}/{seed}"
SCORES = "results/{dataset}/scores/{objective}/{trained_on}/{seed}"
CODEC_SCORES = "results/{dataset}/scores/codec/{objective}/{trained_on}/{seed}"

Amount = Callable[[Any, int], int]
"""What a rule asks for: wildcards and the number of the attempt -> MB or minutes."""


def of_each(path: str, seeds: Iterable[int]) -> list[str]:
    """Name the files of several seeds, of which a path has the wildcard `seed`."""
    return [path.replace("{seed}", str(seed)) for seed in seeds]


def parts(seeds: Sequence[int], *inputs: str) -> dict[str, list[Any]]:
    """Write the param that takes a job apart by seed (`aestudy_run.parts`).

    Args:
        seeds: the seeds of the job.
        *inputs: the names of its inputs that have one file per seed.
    """
    return {"of": list(seeds), "inputs": list(inputs)}


def growing(megabytes: int, minutes: int | Callable[[Any], int]) -> dict[str, Amount]:
    """Ask for memory and run time that grow with each attempt of a job.

    The amounts in the rules are those measured on the full MNIST, doubled, and for Snakemake itself, which
    runs inside every job of a cluster, 400 MB. They change no result and rerun nothing.

    Args:
        megabytes: of the first attempt.
        minutes: of the first attempt, or a function of the wildcards.

    Returns:
        The resources `mem_mb` and `runtime` of a rule.
    """
    estimate = minutes if callable(minutes) else lambda wildcards: minutes
    return {
        "mem_mb": lambda wildcards, attempt: megabytes * attempt,
        "runtime": lambda wildcards, attempt: estimate(wildcards) * attempt,
    }


def tables(**names: str) -> dict[str, str]:
    """Name the files of tables as a rule's inputs.

    Args:
        **names: name of the input -> name of the table.
    """
    return {name: f"results/{{dataset}}/tables/{table}.csv" for name, table in names.items()}
