"""Give an objective the models of another one that means the same, with their codecs and scores."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aestudy.networks.architecture import read_parameters, write_parameters
from aestudy.scoring.scores import read_scores, write_scores


def share(given: Mapping[str, str | Path], made: Mapping[str, str | Path], objective: str) -> None:
    """Write the files of one model under the name of another objective.

    Args:
        given: the files `parameters`, `history`, `codec`, `scores` and `codec_scores` of the model.
        made: the files to make, under the same names.
        objective: the objective that they get.

    Raises:
        StudyError: a file is missing or damaged.
    """
    architecture, parameters, provenance = read_parameters(given["parameters"])
    write_parameters(made["parameters"], architecture, parameters, {**provenance, "objective": objective})
    for name in ("history", "codec"):
        shutil.copyfile(given[name], made[name])
    for name in ("scores", "codec_scores"):
        write_scores(made[name], replace(read_scores(given[name]), objective=objective))
