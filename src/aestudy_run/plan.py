"""The plan of a study for the rules: names in file paths, params of jobs, and what these may use."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from snakemake.exceptions import WorkflowError

from aestudy import settings
from aestudy.distortions import groups, severities
from aestudy.errors import StudyError
from aestudy.figures import table
from aestudy.rates import classical_codecs, points
from aestudy.scoring import baselines, denoisers, method_names, paired_baselines
from aestudy.tables import labels
from aestudy_run.code_digests.study import StudyCode
from aestudy_run.explaining import Explaining
from aestudy_run.rule_entries import of_each
from aestudy_run.training import Training

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
        shown_on: the tested conditions of figures that have a row or column for each.
        seeds_of_jobs: the seeds of each job of a condition.
        shared: (objective, condition) -> the objective whose models it shares.
    """

    def __init__(self, study: settings.Settings, code: StudyCode):
        self._study = study
        self._code = code
        self.resolved = settings.describe(study)
        self.datasets, self.objectives = list(study.datasets), list(study.objectives)
        self.trained_on, self.tested_on = list(study.trained_on), list(study.tested_on)
        self.shown_on = severities.main_conditions(study.conditions, study.trained_on, study.tested_on)
        self.seeds = list(study.seeds)
        self.fitted_baselines, self.baselines = list(baselines.BASELINES), list(method_names.METHODS)
        self.paired_baselines = list(paired_baselines.PAIRED_BASELINES)
        self.denoisers, self.classical_codecs = list(denoisers.DENOISERS), list(classical_codecs.CODECS)
        self.matrices = [*method_names.VALUE_KEYS, method_names.ACCURACY_KEY, *method_names.RATE_KEYS]
        self.drawn_matrices = [*method_names.VALUE_KEYS, method_names.RATE_KEYS[0]]
        self.paper_tables = list(PAPER_TABLES)
        self.titles = labels.describe_goals(self.resolved)
        used = {*study.trained_on, *study.tested_on}
        self.used = [name for name in study.conditions if name in used]
        self.explaining, self.training = Explaining(study, self), Training(study, self)
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
    def quality_tables(self) -> list[str]:
        """Name the table of bits at fixed qualities, if the study has it."""
        return ["bits_at_quality"] if self._study.evaluation.rate_distortion else []

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
        chosen = self._study.statistics
        return {
            "resamples": chosen.resamples, "confidence": chosen.confidence, "study_seed": self._study.seed
        }  # fmt: skip

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
    def tested_specs(self) -> str:
        """Write down everything that determines the images that models are tested on."""
        return settings.canonical(self.specs_of(self.tested_on))

    @property
    def shown_specs(self) -> str:
        """Write down everything that determines the images that figures show."""
        return settings.canonical(self.specs_of(self.shown_on))

    @property
    def grouped(self) -> str:
        """Write down what comparisons need to know of the conditions."""
        return settings.canonical(groups.describe_conditions(self.specs_of(self.used)))

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

    def specs_of(self, names: Sequence[str]) -> list[settings.Spec]:
        """Give everything that determines the images of conditions."""
        return [self._study.conditions[name] for name in names]
