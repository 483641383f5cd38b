"""What the rules of the stage `explain` need to know of a study."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aestudy import settings
from aestudy.explanations.table import (
    BASELINES,
    EXPLANATIONS,
    MODELS,
    RECIPE,
    SCORES,
    TRAINING_IMAGES,
    explanations_of,
)

if TYPE_CHECKING:
    from aestudy_run.plan import Plan

VARIANTS = "results/{dataset}/variants"
FILES = {
    MODELS: "results/{dataset}/models/{model}/params.npz",
    SCORES: "results/{dataset}/scores/{model}.npz",
}


class Explaining:
    """What each explanation reads and is given.

    Args:
        study: the settings.
        plan: the plan of the same study.
    """

    def __init__(self, study: settings.Settings, plan: "Plan"):
        self._study, self._plan = study, plan
        self.names = explanations_of(study)
        # Further strengths of a kind would count it several times over.
        self._tested_on = plan.shown_on
        self._used = [name for name in plan.used if name in {*plan.trained_on, *plan.shown_on}]

    @property
    def inputs(self) -> dict[str, Any]:
        """Name what a job reads; what it has no use for is an empty list."""
        return {
            "test": "resources/{dataset}/test.npz",
            "train": self._of_training(lambda: ["resources/{dataset}/train.npz"]),
            "variants": [f"{VARIANTS}/{name}/test.npz" for name in self._used],
            "train_variants": self._of_training(
                lambda: [f"{VARIANTS}/{name}/train.npz" for name in self._plan.trained_on]
            ),
            "baselines": self._of_baselines,
            **{use: self._of_models(use) for use in FILES},
        }

    @property
    def params(self) -> dict[str, Any]:
        """Say what a job is given."""
        plan = self._plan
        return {
            **plan.statistics, "specs": settings.canonical(plan.specs_of(self._used)),
            "trained_on": plan.trained_on, "tested_on": self._tested_on, "seeds": plan.seeds,
            "objectives": lambda wildcards: self._objectives(wildcards),
            "recipe": self._recipe,
            "code": self._measuring_code,
        }  # fmt: skip

    def drawing_code(self, wildcards: Any) -> str:
        """Digest the code that draws one explanation."""
        return self._plan.code("plot_explanation", wildcards.explanation)

    def _measuring_code(self, wildcards: Any) -> str:
        """Digest the code of one explanation, with the functions of the kinds that may be drawn anew."""
        kinds = {kind for name in self._used for kind in settings.kinds_of(self._study.conditions[name])}
        return self._plan.code("explain", ",".join([wildcards.explanation, *sorted(kinds)]))

    def _objectives(self, wildcards: Any) -> list[str]:
        return EXPLANATIONS[wildcards.explanation].objectives(self._study)

    def _uses(self, wildcards: Any, use: str) -> bool:
        return use in EXPLANATIONS[wildcards.explanation].uses

    def _of_training(self, files: Callable[[], list[str]]) -> Callable[[Any], list[str]]:
        return lambda wildcards: files() if self._uses(wildcards, TRAINING_IMAGES) else []

    def _recipe(self, wildcards: Any) -> str:
        """Write down how models are trained, for what trains, so that nothing else depends on it."""
        return settings.canonical(self._plan.resolved["training"]) if self._uses(wildcards, RECIPE) else ""

    def _of_baselines(self, wildcards: Any) -> list[str]:
        names = self._plan.paired_baselines if self._uses(wildcards, BASELINES) else []
        return [f"results/{{dataset}}/scores/baselines/{name}.npz" for name in names]

    def _of_models(self, use: str) -> Callable[[Any], list[str]]:
        def files(wildcards: Any) -> list[str]:
            chosen = self._objectives(wildcards) if self._uses(wildcards, use) else []
            models = [name for name in self._plan.models if name.partition("/")[0] in chosen]
            return [FILES[use].replace("{model}", name) for name in models]

        return files
