"""The plan of a study for the rules: names in file paths, params of jobs, and what these may use."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from snakemake.exceptions import WorkflowError

from aestudy import settings
from aestudy.distortions import groups, severities
from aestudy.errors import StudyError
from aestudy.rates import classical_codecs, points
from aestudy.scoring import baselines, denoisers, method_names
from aestudy.tables import labels
from aestudy_run.code_digests.study import RATE, StudyCode

PAPER_TABLES = (
    "summary",
    "matrix_psnr_db_clean",
    "matrix_ssim_clean",
    "matrix_accuracy_label",
    "comparisons",
)
"""The tables that are also written as Markdown and LaTeX."""

Amount = Callable[[Any, int], int]
"""What a rule asks for: wildcards and the number of the attempt -> MB or minutes."""


class Plan:
    """What the rules need to know of a study.

    A job's params decide whether it runs again, so each gives no more than what the job depends on.

    Args:
        study: the settings.
        code: the digests of the scripts.
        seeds_together: whether a job trains the models of all seeds as one program.
    """

    def __init__(self, study: settings.Settings, code: StudyCode, *, seeds_together: bool = False):
        self._study = study
        self._code = code
        self._seeds_together = seeds_together
        self.resolved = settings.describe(study)
        self.datasets, self.objectives = list(study.datasets), list(study.objectives)
        self.trained_on, self.tested_on = list(study.trained_on), list(study.tested_on)
        self.seeds = list(study.seeds)
        self.fitted_baselines, self.baselines = list(baselines.BASELINES), list(method_names.METHODS)
        self.denoisers, self.classical_codecs = list(denoisers.DENOISERS), list(classical_codecs.CODECS)
        self.matrices = [*method_names.VALUE_KEYS, method_names.ACCURACY_KEY, *method_names.RATE_KEYS]
        self.drawn_matrices = [*method_names.VALUE_KEYS, method_names.RATE_KEYS[0]]
        self.paper_tables = list(PAPER_TABLES)
        self.titles = labels.describe_goals(self.resolved)
        used = {*study.trained_on, *study.tested_on}
        self.used = [name for name in study.conditions if name in used]
        self.pca_components = [study.model.code_size, 4 * study.model.code_size]
        self.seed_of_a_job = "all_seeds" if seeds_together else "{seed}"

    # Which files a study has

    @property
    def models(self) -> list[str]:
        """Name all models as their files are named, `objective/trained_on/seed`."""
        return [
            f"{objective}/{trained_on}/{seed}"
            for objective in self.objectives
            for trained_on in self.trained_on
            for seed in self.seeds
        ]

    @property
    def constraints(self) -> dict[str, str]:
        """Say which values each wildcard has: name -> regular expression."""
        names: dict[str, Iterable[str | int]] = {
            "dataset": self.datasets, "distortion": self._study.conditions, "trained_on": self.trained_on,
            "objective": self.objectives, "seed": self.seeds, "split": ("train", "test"),
        }  # fmt: skip
        return {wildcard: settings.either(values) for wildcard, values in names.items()}

    @property
    def models_of_first_seed(self) -> list[str]:
        """Name one model of each objective and condition, as in `models`."""
        return [f"{objective}/{name}" for objective in self.objectives for name in self.of_first_seed]

    @property
    def of_first_seed(self) -> list[str]:
        """Name one model of each condition as the files of an objective are named, `trained_on/seed`."""
        return [f"{trained_on}/{self.seeds[0]}" for trained_on in self.trained_on]

    @property
    def figures(self) -> list[str]:
        """Name the figures of the report, below the folder of all figures.

        Only some studies have those of a distortion in several strengths and of measured rates.
        """
        severity = ["severity.svg"] if severities.find_families(self._specs(self.tested_on)) else []
        rates = ["rate_distortion.svg"] if self._study.evaluation.rate_distortion else []
        return [
            "distortions.png",
            *(f"reconstructions/{objective}.png" for objective in self.objectives),
            "losses.svg",
            *(f"matrices/{metric}/{reference}.svg" for metric, reference in self.drawn_matrices),
            *(f"first_images/{objective}.svg" for objective in self.objectives),
            *severity,
            *rates,
        ]

    def of_each_seed(self, path: str) -> list[str]:
        """Name the files that a training job writes: of one seed, or of all seeds that it trains together."""
        if not self._seeds_together:
            return [path]
        return [path.replace("{seed}", str(seed)) for seed in self.seeds]

    # What jobs are given

    @property
    def names(self) -> dict[str, list[Any]]:
        """Name what the scores of a study are of."""
        return {
            "objectives": self.objectives, "trained_on": self.trained_on, "tested_on": self.tested_on,
            "seeds": self.seeds,
        }  # fmt: skip

    @property
    def statistics(self) -> dict[str, Any]:
        """Say how intervals are computed."""
        return {**self.resolved["statistics"], "study_seed": self._study.seed}

    @property
    def scored(self) -> dict[str, Any]:
        """Say what every method is scored on."""
        return {
            "specs": self.tested_specs, "study_seed": self._study.seed,
            "examples": self._study.evaluation.examples,
        }  # fmt: skip

    @property
    def reported(self) -> dict[str, Any]:
        """Say what the report shows.

        The study is a function, so that Snakemake looks for no wildcards in the names of own files.
        """
        return {
            "study": lambda wildcards: settings.canonical(self.resolved),
            "figures": self.figures,
            "notebook_comparison": self._study.evaluation.compare_with_notebook,
            "code": self.code("render_report"),
        }

    @property
    def training(self) -> dict[str, Any]:
        """Say how models are trained, and from which of the goal and the images."""
        model = self.resolved["model"]
        return {
            "spec": self.training_spec, "study_seed": self._study.seed,
            "target": self._of_goal("target"), "rate_weight": self._of_goal("rate_weight"),
            "code_size": self._of_goal("code_size"),
            **{key: model[key] for key in ("kind", "hidden", "activation", "code_activation")},
            **self.resolved["training"], "code": self.training_code,
        }  # fmt: skip

    @property
    def tested_specs(self) -> str:
        """Write down everything that determines the images that models are tested on."""
        return settings.canonical(self._specs(self.tested_on))

    @property
    def grouped(self) -> str:
        """Write down what comparisons need to know of the conditions."""
        return settings.canonical(groups.describe_conditions(self._specs(self.used)))

    @property
    def mixtures(self) -> list[str]:
        """Name the conditions that mix others."""
        return [spec["name"] for spec in self._specs(self.used) if spec["kind"] == "mixture"]

    @property
    def rate_families(self) -> str:
        """Write down which models differ only in what a bit was worth: they make one curve together."""
        goals = {name: self._study.goals[name] for name in self.objectives}
        return settings.canonical(
            {
                points.model_name(family, trained_on, seed): [
                    points.model_name(name, trained_on, seed) for name in members
                ]
                for family, members in settings.rate_families(goals).items()
                for trained_on in self.trained_on
                for seed in self.seeds
            }
        )

    def distortion_spec(self, wildcards: Any) -> str:
        """Write down everything that determines a condition's images."""
        return settings.canonical(self._study.conditions[wildcards.distortion])

    def training_spec(self, wildcards: Any) -> str:
        """Write down everything that determines the images that a model is trained on."""
        return settings.canonical(self._study.conditions[wildcards.trained_on])

    # Which code jobs use

    def code(self, script: str, choices: str = "") -> str:
        """Digest the code that a rule's script reaches, without what only surrounds a job.

        Raises:
            WorkflowError: the code cannot be followed.
        """
        try:
            return self._code.describe(script, choices)
        except StudyError as error:
            raise WorkflowError(str(error)) from None

    def source_code(self, wildcards: Any) -> str:
        """Digest the code that reads one kind of data set, not the other kinds."""
        return self.code("fetch_dataset", self._study.sources[wildcards.dataset].kind)

    def distortion_code(self, wildcards: Any) -> str:
        """Digest the code of one condition: the functions of its kinds, not of the others."""
        kinds = settings.kinds_of(self._study.conditions[wildcards.distortion])
        return self.code("distort_images", ",".join(kinds))

    def training_code(self, wildcards: Any) -> str:
        """Digest the code of a training, with that of the rate only where bits have a price."""
        priced = self._study.goals[wildcards.objective].rate_weight > 0
        return self.code("train_model", RATE if priced else "")

    def training_minutes(self, wildcards: Any) -> int:
        """Allow a training 6 s per 60,000 images and epoch, some 5 times of what it takes."""
        images = self._study.sources[wildcards.dataset].options.get("train_images") or 60_000
        return math.ceil(15 + 0.1 * self._study.training.epochs * images / 60_000)

    def _of_goal(self, key: str) -> Callable[[Any], Any]:
        """Look up what one goal says, so that a model depends on its own goal only."""
        return lambda wildcards: getattr(self._study.goals[wildcards.objective], key)

    def _specs(self, names: Sequence[str]) -> list[settings.Spec]:
        return [self._study.conditions[name] for name in names]


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
