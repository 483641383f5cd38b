"""The files that an explanation reads, opened when they are asked for, and the rows that it writes."""

import functools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from aestudy.distortions.names import CLEAN, MIXTURES, NOISES
from aestudy.distortions.registry import KINDS
from aestudy.distortions.variants import Spec, VariantReader
from aestudy.explanations.responses import mean_response
from aestudy.explanations.table import preferred
from aestudy.files.archives import read_archive
from aestudy.files.study_tables import ExplanationRow
from aestudy.images import to_float
from aestudy.metrics.pixelwise import psnr_db
from aestudy.networks.architecture import read_parameters
from aestudy.networks.network import Network
from aestudy.scoring.paired_baselines import Pairs
from aestudy.scoring.scores import Scores, read_scores
from aestudy.statistics.bootstrap import Estimate, HierarchicalBootstrap

HELD_OUT = 0.1
"""Share of the training images that choose what is fitted to the others."""

Key = TypeVar("Key")
Paths = Mapping[str, str | Path]
Decode = Callable[[np.ndarray], np.ndarray]


class ExplainedStudy:
    """What an explanation knows of a study.

    Args:
        explanation: its name.
        dataset: name of the data set.
        files: path of each file by its name: `train` and `test` for clean images, `{split}/{condition}` for
            variants, `models/{objective}/{trained_on}/{seed}`, and `scores/...` likewise.
        params: `specs` (the conditions, as JSON), `trained_on`, `tested_on`, `objectives`, `seeds`,
            `study_seed`, `resamples`, `confidence`; of what trains, the `recipe`, as JSON.
    """

    def __init__(self, explanation: str, dataset: str, files: Paths, params: Mapping[str, Any]):
        self.explanation, self.dataset = explanation, dataset
        self._files, self._params = files, params
        self.specs: dict[str, Spec] = {spec["name"]: spec for spec in json.loads(params["specs"])}
        self.trained_on: list[str] = list(params["trained_on"])
        self.tested_on: list[str] = list(params["tested_on"])
        self.objectives: list[str] = list(params["objectives"])
        self.seeds: list[int] = list(params["seeds"])
        self.study_seed: int = params["study_seed"]
        self.objective = preferred(self.objectives)

    # What it is made of

    @functools.cached_property
    def clean(self) -> np.ndarray:
        """The clean test images, uint8 (N, H, W)."""
        return self.clean_images("test")

    @functools.cached_property
    def originals(self) -> np.ndarray:
        """The same as float32 in [0, 1]."""
        return to_float(self.clean)

    @property
    def distortions(self) -> list[str]:
        """The tested conditions that change images."""
        return [name for name in self.tested_on if name != CLEAN]

    def is_noise(self, condition: str) -> bool:
        """Say whether a condition belongs to the noises."""
        return self.group(condition) == NOISES

    def is_distortion(self, condition: str) -> bool:
        """Say whether averages over distortions have this condition: it changes images and is no mixture."""
        return self.group(condition) not in (CLEAN, MIXTURES)

    def group(self, condition: str) -> str:
        """Name the group of a condition."""
        return KINDS[self.specs[condition]["kind"]].group

    @property
    def recipe(self) -> dict[str, Any]:
        """The section `training` of the config, for what trains."""
        return json.loads(self._params["recipe"])

    @functools.lru_cache(maxsize=4)  # noqa: B019 - a study lives as long as its job
    def clean_images(self, split: str) -> np.ndarray:
        """Read the clean images of a split, uint8 (N, H, W)."""
        return read_archive(self._files[split], "images")["images"]

    def variant(self, condition: str, split: str = "test") -> np.ndarray:
        """Read the distorted images of a split, uint8 (N, H, W)."""
        return self._variants(split)(condition)

    @functools.lru_cache(maxsize=4)  # noqa: B019 - as above
    def _variants(self, split: str) -> VariantReader:
        names = [name for name in self.specs if f"{split}/{name}" in self._files]
        return VariantReader(
            [self._files[f"{split}/{name}"] for name in names], specs=[self.specs[name] for name in names],
            dataset=self.dataset, split=split, study_seed=self.study_seed, clean=self.clean_images(split),
        )  # fmt: skip

    def network(self, trained_on: str, seed: int, objective: str = "") -> Network:
        """Read a trained network, of the preferred objective where none is named."""
        path = self._files[f"models/{objective or self.objective}/{trained_on}/{seed}"]
        architecture, parameters, _ = read_parameters(path)
        return Network(architecture, parameters)

    def scores(self, trained_on: str, seed: int, objective: str = "") -> Scores:
        """Read the scores of a model."""
        return read_scores(self._files[f"scores/{objective or self.objective}/{trained_on}/{seed}"])

    def baseline(self, method: str) -> Scores:
        """Read the scores of a baseline."""
        return read_scores(self._files[f"baselines/{method}"])

    def pairs(self, condition: str) -> Pairs:
        """Give the training images under a condition and their originals, a tenth of them held out."""
        given, clean = self.variant(condition, "train"), self.clean_images("train")
        return Pairs.split(given, clean, HELD_OUT, study_seed=self.study_seed, dataset=self.dataset)

    def mean_response(self, condition: str) -> np.ndarray:
        """Estimate φ of the clean test images under a condition, float32 (N, H, W)."""
        return mean_response(
            self.clean, self.specs[condition], study_seed=self.study_seed, dataset=self.dataset
        )

    # What comes out

    def psnr(self, decode: Decode, images: np.ndarray) -> np.ndarray:
        """Compute the PSNR in dB of what a network makes of images, float64 (N,)."""
        return self.psnr_of(decode(images))

    def psnr_of(self, output: np.ndarray) -> np.ndarray:
        """Compute the PSNR in dB of outputs of all test images, float64 (N,)."""
        return psnr_db(self.originals, output)

    @functools.cached_property
    def bootstrap(self) -> HierarchicalBootstrap:
        """The draws of seeds and images behind all intervals."""
        return HierarchicalBootstrap(
            len(self.clean), resamples=self._params["resamples"], confidence=self._params["confidence"],
            study_seed=self.study_seed, dataset=self.dataset,
        )  # fmt: skip

    def rows(
        self, names: Sequence[Mapping[str, str]], values: np.ndarray, weights: np.ndarray,
        centers: np.ndarray | None = None,
    ) -> list[ExplanationRow]:  # fmt: skip
        """Estimate sums of cell means and write one row for each.

        Args:
            names: of each row `quantity`, `unit` and what else differs.
            values: float (S, C, N), as `HierarchicalBootstrap.combine` takes them.
            weights: float (R, C).
            centers: float (R,), of functions of the cell means whose gradients the weights are.
        """
        found: Estimate = self.bootstrap.combine(values, weights, centers)
        return [
            self.row(mean=mean, ci_low=low, ci_high=high, p_value=p_value, **name)
            for name, mean, low, high, p_value in zip(names, *(part.tolist() for part in found), strict=True)
        ]

    def row(self, **fields: Any) -> ExplanationRow:
        """Write a row; the data set, the explanation, the objective and the counts are known."""
        known: dict[str, Any] = {
            "objective": self.objective,
            "n_seeds": len(self.seeds),
            "n_images": len(self.clean),
        }
        return ExplanationRow(dataset=self.dataset, explanation=self.explanation, **(known | fields))


def with_averages(cells: Iterable[Key], averages: Mapping[Any, Iterable[bool]]) -> dict[Key, np.ndarray]:
    """Give each cell, and each average of more than one cell, its weights of all cells.

    Args:
        cells: the C names, in the order of the weights.
        averages: name of an average -> of each cell whether it belongs to it.

    Returns:
        Name -> float64 (C,), the cells first.
    """
    names = list(cells)
    shares = dict(zip(names, np.eye(len(names)), strict=True))
    for name, members in averages.items():
        chosen = np.array(list(members))
        if chosen.sum() > 1:
            shares[name] = chosen / chosen.sum()
    return shares


def psnr_on(scores: Scores, condition: str) -> np.ndarray:
    """Look up the PSNR of each image under a condition against its original, float64 (N,)."""
    return scores.values["psnr_db", "clean"][scores.tested_on.index(condition)].astype(np.float64)


def study_of_job(job: Any) -> ExplainedStudy:
    """Open the files of a job: it has `input`, `params` and the wildcards `dataset` and `explanation`.

    The inputs `models` and `scores` are ordered by objective, condition and seed; `variants` and
    `train_variants` as the specs and as the conditions that models are trained on.
    """
    params, files = job.params, {"test": job.input.test}
    specs = [spec["name"] for spec in json.loads(params.specs)]
    files |= {f"test/{name}": path for name, path in zip(specs, job.input.variants, strict=True)}
    files |= {f"baselines/{Path(path).stem}": path for path in job.input.baselines}
    if job.input.train:
        files["train"] = job.input.train[0]
        pairs = zip(params.trained_on, job.input.train_variants, strict=True)
        files |= {f"train/{name}": path for name, path in pairs}
    models = [
        f"{objective}/{trained_on}/{seed}"
        for objective in params.objectives
        for trained_on in params.trained_on
        for seed in params.seeds
    ]
    for kind in ("models", "scores"):
        if paths := job.input[kind]:
            files |= {f"{kind}/{name}": path for name, path in zip(models, paths, strict=True)}
    return ExplainedStudy(job.wildcards.explanation, job.wildcards.dataset, files, dict(params.items()))
