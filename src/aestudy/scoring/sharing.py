"""Give an objective the models and scores of another one that means the same, under its own name."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aestudy.networks.architecture import read_parameters, write_parameters
from aestudy.scoring.scores import read_scores, write_scores

Files = Mapping[str, str | Path]


def share_model(given: Files, made: Files, objective: str) -> None:
    """Share one model and its codec.

    Args:
        given: its `parameters`, `history` and `codec`.
        made: the files to make, under the same names.
        objective: the objective that they get.

    Raises:
        StudyError: a file is missing or damaged.
    """
    architecture, parameters, provenance = read_parameters(given["parameters"])
    write_parameters(made["parameters"], architecture, parameters, {**provenance, "objective": objective})
    for name in ("history", "codec"):
        shutil.copyfile(given[name], made[name])


def share_scores(given: Files, made: Files, objective: str) -> None:
    """Share the scores of one model, without and with its codec, as `share_model`."""
    for name, path in made.items():
        write_scores(path, replace(read_scores(given[name]), objective=objective))
