"""The test images of a data set under every condition, and how a method is scored on them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aestudy.datasets import content_digest
from aestudy.distortions.variants import Spec, VariantReader
from aestudy.files.archives import read_archive
from aestudy.scoring.classifier import make_judge, read_classifier
from aestudy.scoring.score_cache import ScoreCache
from aestudy.scoring.scores import Scores
from aestudy.scoring.scoring import Method, PreparedImages, ScoredMethod, score_methods


class TestedImages:
    """The test images of one data set, clean and distorted, with what every method is scored by.

    Args:
        clean_path: the clean test images with their labels.
        variant_paths: the distorted ones, in the order of `specs`.
        classifier_path: the classifier that reads outputs.
        specs: the resolved distortions.
        dataset: name of the data set.
        study_seed: the `seed` of the config.
        examples: how many outputs are kept as pictures.

    Raises:
        StudyError: a file is missing or damaged.
    """

    def __init__(
        self, clean_path: str | Path, variant_paths: Iterable[str | Path], classifier_path: str | Path, *,
        specs: list[Spec], dataset: str, study_seed: int, examples: int,
    ) -> None:  # fmt: skip
        arrays = read_archive(clean_path, "images", "labels")
        self._clean, self._labels = PreparedImages(arrays["images"]), arrays["labels"]
        self._specs, self._dataset, self._study_seed = specs, dataset, study_seed
        self._examples = examples
        self._read = self._reader(variant_paths, "test", self._clean.images)
        self._judge = make_judge(read_classifier(classifier_path), self._labels)
        self.names = [spec["name"] for spec in specs]

    def open_variants(self, paths: Iterable[str | Path], split: str, clean_path: str | Path) -> VariantReader:
        """Open the variants of another split, under the same conditions.

        Args:
            paths: their files, in the order of the conditions.
            split: its name.
            clean_path: its clean images.
        """
        return self._reader(paths, split, read_archive(clean_path, "images")["images"])

    def method(
        self, reconstruct: Method | Mapping[str, Method], *, cells: ScoreCache | None = None, **names: Any
    ) -> ScoredMethod:
        """Name a method that is to be scored.

        Args:
            reconstruct: as `ScoredMethod` takes it.
            cells: what earlier runs scored.
            **names: `method`; of a model also `objective`, `trained_on` and `seed`.
        """
        return ScoredMethod(reconstruct=reconstruct, cells=cells, names={"dataset": self._dataset, **names})

    def score(self, methods: Sequence[ScoredMethod]) -> list[Scores]:
        """Score methods under every condition."""
        return score_methods(
            methods, self._clean, self.names, self._read, examples=self._examples, judge=self._judge
        )

    def deciding(self) -> tuple[str, str, int]:
        """Name what decides a score besides the method and the images that it is given."""
        return self._clean.digest, content_digest(self._labels), self._examples

    def _reader(self, paths: Iterable[str | Path], split: str, clean: Any) -> VariantReader:
        return VariantReader(
            paths, specs=self._specs, dataset=self._dataset, split=split, study_seed=self._study_seed,
            clean=clean,
        )  # fmt: skip


def images_of_job(job: Any) -> TestedImages:
    """Read the test images that a job scores on.

    Args:
        job: has `input.clean`, `input.variants`, `input.classifier`, `wildcards.dataset` and in `params` the
            `study_seed`, `examples` and, as JSON, `specs`.
    """
    given, params = job.input, job.params
    return TestedImages(
        given.clean, given.variants, given.classifier, specs=json.loads(params.specs),
        dataset=job.wildcards.dataset, study_seed=params.study_seed, examples=params.examples,
    )  # fmt: skip
