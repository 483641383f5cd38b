"""What the jobs that train models need to know of a study."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from aestudy import settings
from aestudy.distortions.registry import is_random
from aestudy_run.code_digests.study import RATE

if TYPE_CHECKING:
    from aestudy_run.plan import Plan


class Training:
    """What trainings are given.

    Args:
        study: the settings.
        plan: the plan of the same study.
    """

    def __init__(self, study: settings.Settings, plan: "Plan"):
        self._study, self._plan = study, plan

    @property
    def params(self) -> dict[str, Any]:
        """Say how models are trained, and from which of the goal and the images."""
        model = self._plan.resolved["model"]
        return {
            "spec": self.spec, "study_seed": self._study.seed,
            "target": self._of_goal("target"), "rate_weight": self._of_goal("rate_weight"),
            "code_size": self._of_goal("code_size"),
            **{key: model[key] for key in ("kind", "hidden", "activation", "code_activation")},
            **self._plan.resolved["training"], "noise_draws": self.noise_draws, "code": self.code,
        }  # fmt: skip

    def spec(self, wildcards: Any) -> str:
        """Write down everything that determines the images that a model is trained on."""
        return settings.canonical(self._study.conditions[wildcards.trained_on])

    def noise_draws(self, wildcards: Any) -> int | str:
        """Say how many draws of noise a training sees: one where its condition has no randomness."""
        spec = self._study.conditions[wildcards.trained_on]
        return self._study.training.noise_draws if is_random(spec) else 1

    def code(self, wildcards: Any) -> str:
        """Digest the code of a training, with that of the rate and of its noise only where it uses them."""
        priced = self._study.goals[wildcards.objective].rate_weight > 0
        draws = self.noise_draws(wildcards) != 1
        kinds = settings.kinds_of(self._study.conditions[wildcards.trained_on]) if draws else []
        return self._plan.code("train_model", ",".join([*([RATE] if priced else []), *kinds]))

    def minutes(self, seeds: Sequence[int]) -> Callable[[Any], int]:
        """Allow a training 6 s per 60,000 images, epoch and seed, some 5 times of what it takes."""

        def of_job(wildcards: Any) -> int:
            images = self._study.sources[wildcards.dataset].options.get("train_images") or 60_000
            return math.ceil(15 + 0.1 * self._study.training.epochs * len(seeds) * images / 60_000)

        return of_job

    def _of_goal(self, key: str) -> Callable[[Any], Any]:
        """Look up what one goal says, so that a model depends on its own goal only."""
        return lambda wildcards: getattr(self._study.goals[wildcards.objective], key)
