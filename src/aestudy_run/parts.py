"""The parts of a job: a job for a condition makes the results of several seeds, each from its own inputs.

A rule with parts says so in its param `parts`: `of`, the seeds, and `inputs`, the names of the inputs that
have one file per seed, as all its outputs have. What a job makes for one seed does not depend on which other
seeds it has, so `parts` is no reason to make anything again.
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

PARTS = "parts"
"""The name of the param."""

logger = logging.getLogger("aestudy")


class Part(NamedTuple):
    """What belongs together in a job.

    Attributes:
        inputs: the files that it is made from.
        outputs: the files that are made.
    """

    inputs: list[str]
    outputs: list[str]


def parts_of(inputs: Any, outputs: Any, params: Mapping[str, Any]) -> list[Part]:
    """Take a job apart.

    Args:
        inputs: its inputs, a named list of Snakemake.
        outputs: its outputs, likewise.
        params: its params.

    Returns:
        One part per seed, in the order of the rule; of a job without the param `parts` all as one part.
    """
    everything = [str(path) for path in inputs]
    if PARTS not in params:
        return [Part(everything, [str(path) for path in outputs])]
    names = params[PARTS]["inputs"]
    place_of = {str(path): place for name in names for place, path in enumerate(inputs[name])}
    parts = [Part([], []) for _ in params[PARTS]["of"]]
    for path in everything:
        for part in [parts[place_of[path]]] if path in place_of else parts:
            part.inputs.append(path)
    for _, paths in outputs.items():
        for part, path in zip(parts, paths, strict=True):
            part.outputs.append(str(path))
    return parts


def to_make(job: Any) -> Iterator[tuple[Any, dict[str, str], dict[str, str]]]:
    """Give the parts of a running job that are not up to date, one after another.

    Args:
        job: what Snakemake gives a script, and the outputs that are `kept`.

    Yields:
        The seed, the name of each input that has one file per seed -> its file, and likewise of the outputs.
    """
    parts = job.params[PARTS]
    for place, seed in enumerate(parts["of"]):
        given = {name: str(job.input[name][place]) for name in parts["inputs"]}
        made = {name: str(paths[place]) for name, paths in job.output.items()}
        if job.kept.issuperset(made.values()):
            logger.info("seed %s is kept: nothing that it is made from has changed", seed)
        else:
            yield seed, given, made
