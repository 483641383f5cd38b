"""The plan of a study for the rules: names in file paths, params of jobs, and what these may use."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from snakemake.exceptions import WorkflowError

from aestudy import settings
from aestudy.distortions import groups
from aestudy.errors import StudyError
from aestudy.figures import table
from aestudy.rates import classical_codecs, points
from aestudy.scoring import baselines, denoisers, method_names
from aestudy.tables import labels
from aestudy_run.code_digests.study import RATE, StudyCode
from aestudy_run.explaining import Explaining
from aestudy_run.rule_entries import of_each

PAPER_TABLES = (
    "summary",
    "matrix_psnr_db_clean",
    "matrix_ssim_clean",
    "matrix_accuracy_label",
    "comparisons",
)
"""The tables that are also written as Markdown and LaTeX."""


class Plan:
    """What the rules need to know of a study.

    A job's params decide whether it runs again, so each gives no more than what the job depends on.

    Args:
        study: the settings.
        code: the digests of the scripts.

    Attributes:
        seeds_of_jobs: the seeds of each job of a condition.
        shared: (objective, condition) -> the objective whose models it shares.
    """

    def __init__(self, study: settings.Settings, code: StudyCode):
        self._study = study
        self._code = code
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
        self.explaining = Explaining(study, self)
        self.pca_components = [study.model.code_size, 4 * study.model.code_size]
        self.seeds_of_jobs = [
            self.seeds[start : start + study.seeds_per_job]
            for start in range(0, len(self.seeds), study.seeds_per_job)
        ]
        self.shared = settings.shared_models(
            study.goals, self.objectives, {name: study.conditions[name] for name in self.trained_on}
        )

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
            "explanation": self.explaining.names or ("(none)",),
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
    def matrix_names(self) -> list[str]:
        """Name the drawn matrices as their files are named, `metric/reference`."""
        return ["/".join(key) for key in self.drawn_matrices]

    @property
    def figures(self) -> list[str]:
        """Name the figures, below the folder of all figures and without endings."""
        parts = {
            "objective": self.objectives, "matrix": self.matrix_names, "explanation": self.explaining.names,
        }  # fmt: skip
        return table.figures_of_study(self._study, parts)

    @property
    def shown_figures(self) -> list[str]:
        """Name the files of the figures that the report shows."""
        return [table.shown_file(name) for name in self.figures]

    def with_seeds(self, rule: str, seeds: Sequence[int]) -> str:
        """Name the rule of a job for some of the seeds; with one job per condition it has its plain name."""
        if len(self.seeds_of_jobs) == 1:
            return rule
        return f"{rule}_seed{seeds[0]}" if len(seeds) == 1 else f"{rule}_seeds{seeds[0]}to{seeds[-1]}"

    def model_words(self, seeds: Sequence[int]) -> str:
        """Describe the models of a job for its message, which has wildcards."""
        listed = f"{seeds[0]} to {seeds[-1]}" if len(seeds) > 4 else ", ".join(map(str, seeds))
        words = f"{'seeds' if len(seeds) > 1 else 'seed'} {listed}"
        return f"{{wildcards.trained_on}} to {{wildcards.objective}} ({{wildcards.dataset}}, {words})"

    @property
    def trained(self) -> dict[str, str]:
        """Say which objectives and conditions have models of their own: wildcard -> regular expression."""
        return {"objective": f"(?!{self._shared_paths})(?:{settings.either(self.objectives)})"}

    @property
    def sharing(self) -> dict[str, str]:
        """Say which objectives and conditions share the models of another objective, likewise."""
        return {"objective": f"(?={self._shared_paths})(?:{settings.either(self.objectives)})"}

    def shared_files(self, path: str) -> Callable[[Any], list[str]]:
        """Name the files of all seeds that an objective shares with another one on a condition.

        Args:
            path: of one, with the wildcards `objective` and `seed`.
        """

        def files(wildcards: Any) -> list[str]:
            objective = self.shared[wildcards.objective, wildcards.trained_on]
            return of_each(path.replace("{objective}", objective), self.seeds)

        return files

    @property
    def _shared_paths(self) -> str:
        paths = settings.either(f"{objective}/{trained_on}/" for objective, trained_on in self.shared)
        return f"(?:{paths})" if self.shared else "(?!)"

    # What jobs are given

    @property
    def names(self) -> dict[str, list[Any]]:
        """Name what the scores of a study are of."""
        return {**self.axes, "seeds": self.seeds}

    @property
    def axes(self) -> dict[str, list[str]]:
        """Name the matrices' objectives, rows and columns."""
        return {"objectives": self.objectives, "trained_on": self.trained_on, "tested_on": self.tested_on}

    @property
    def statistics(self) -> dict[str, Any]:
        """Say how intervals are computed."""
        return {**self.resolved["statistics"], "study_seed": self._study.seed}

    @property
    def tested_images(self) -> dict[str, Any]:
        """Name what every job reads that scores a method."""
        return {
            "clean": "resources/{dataset}/test.npz",
            "classifier": "results/{dataset}/classifier.npz",
            "variants": [f"results/{{dataset}}/variants/{name}/test.npz" for name in self.tested_on],
        }

    def scored(self, script: str) -> dict[str, Any]:
        """Say what a script scores methods on."""
        return {
            "specs": self.tested_specs, "study_seed": self._study.seed,
            "examples": self._study.evaluation.examples, "code": self.code(script),
        }  # fmt: skip

    @property
    def reported(self) -> dict[str, Any]:
        """Say what the report shows.

        The study is a function, so that Snakemake looks for no wildcards in the names of own files.
        """
        return {
            "study": lambda wildcards: settings.canonical(self.resolved),
            "figures": self.shown_figures,
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

    def training_minutes(self, seeds: Sequence[int]) -> Callable[[Any], int]:
        """Allow a training 6 s per 60,000 images, epoch and seed, some 5 times of what it takes."""

        def minutes(wildcards: Any) -> int:
            images = self._study.sources[wildcards.dataset].options.get("train_images") or 60_000
            return math.ceil(15 + 0.1 * self._study.training.epochs * len(seeds) * images / 60_000)

        return minutes

    def _of_goal(self, key: str) -> Callable[[Any], Any]:
        """Look up what one goal says, so that a model depends on its own goal only."""
        return lambda wildcards: getattr(self._study.goals[wildcards.objective], key)

    def _specs(self, names: Sequence[str]) -> list[settings.Spec]:
        return [self._study.conditions[name] for name in names]
