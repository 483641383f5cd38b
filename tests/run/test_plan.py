"""The plan of a study: which files it has, what its jobs are given, what these ask for."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.exceptions import WorkflowError

from aestudy import settings
from aestudy.errors import StudyError
from aestudy.explanations.table import EXPLANATIONS
from aestudy_run.plan import Plan
from aestudy_run.rule_entries import growing, of_each
from support.study_configs import CHECKOUT, read_yaml, study


class Code:
    """Digests that say what they were asked for."""

    def describe(self, script, choices=""):
        if script == "broken":
            raise StudyError("cannot be followed")
        return f"{script} {choices}".strip()


def plan(*overlays, **options):
    return Plan(settings.load(study(*overlays)), Code(), **options)


SMALL = {
    "trained_on": ["clean"], "tested_on": ["clean", "white"], "objectives": ["denoise", "reconstruct"],
    "seeds": [3, 1],
}  # fmt: skip


def test_models_are_named_as_their_files_objective_by_objective():
    small = plan(SMALL)
    assert small.models == [
        "reconstruct/clean/1",
        "reconstruct/clean/3",
        "denoise/clean/1",
        "denoise/clean/3",
    ]
    assert small.models_of_first_seed == ["reconstruct/clean/1", "denoise/clean/1"]
    assert small.of_first_seed == ["clean/1"]


def test_seeds_are_spread_over_jobs():
    path = "models/{objective}/{seed}/params.npz"
    together, apart = plan(SMALL), plan(SMALL, {"seeds": [5, 4, 2, 7, 9], "seeds_per_job": 2})
    assert together.seeds_of_jobs == [[1, 3]]
    assert together.with_seeds("train_model", [1, 3]) == "train_model"
    assert of_each(path, [1, 3]) == [f"models/{{objective}}/{seed}/params.npz" for seed in (1, 3)]
    assert apart.seeds_of_jobs == [[2, 4], [5, 7], [9]]
    names = [apart.with_seeds("train_model", seeds) for seeds in apart.seeds_of_jobs]
    assert names == ["train_model_seeds2to4", "train_model_seeds5to7", "train_model_seed9"]


SEVERAL = {
    "goals": {"again": {"target": "clean"}, "small": {"target": "clean", "code_size": 4}},
    "objectives": ["reconstruct", "denoise", "again", "small"],
    "trained_on": ["clean", "white"],
}


def test_goals_that_mean_the_same_for_a_condition_share_its_models():
    several = plan(SMALL, SEVERAL)
    assert several.shared == {
        ("denoise", "clean"): "reconstruct",
        ("again", "clean"): "reconstruct",
        ("again", "white"): "denoise",
    }
    names = [f"{objective}/{name}" for objective in several.objectives for name in several.trained_on]
    for pattern, expected in (
        (
            several.trained,
            ["reconstruct/clean", "reconstruct/white", "denoise/white", "small/clean", "small/white"],
        ),
        (several.sharing, ["denoise/clean", "again/clean", "again/white"]),
    ):
        regex = re.compile(f"models/(?P<o>{pattern['objective']})/(?P<t>clean|white)/0/params.npz")
        found = [name for name in names if regex.fullmatch(f"models/{name}/0/params.npz")]
        assert sorted(found) == sorted(expected)
    wildcards = SimpleNamespace(objective="again", trained_on="white")
    assert several.shared_files("{objective}/{trained_on}/{seed}.npz")(wildcards) == [
        "denoise/{trained_on}/1.npz",
        "denoise/{trained_on}/3.npz",
    ]


def test_where_nothing_is_shared_every_model_is_trained():
    alone = plan(SMALL, {"objectives": ["denoise"]})
    assert re.fullmatch(alone.trained["objective"], "denoise")
    assert not re.fullmatch(alone.sharing["objective"], "denoise")


def test_only_some_studies_have_figures_of_strengths_and_rates():
    figures = plan(SMALL, {"evaluation": {"rate_distortion": False}}).figures
    assert {"distortions", "losses", "reconstructions/denoise", "matrices/psnr_db/clean"} <= set(figures)
    assert not {"severity", "rate_distortion"} & set(figures)
    assert "rate_distortion" in plan(SMALL, {"evaluation": {"rate_distortion": True}}).figures
    strengths = {"weak": 0.05, "middle": 0.1, "strong": 0.4}
    several = {
        "distortions": {name: {"kind": "white", "sigma": sigma} for name, sigma in strengths.items()},
        "tested_on": ["clean", *strengths],
    }
    assert "severity" in plan(SMALL, several).figures
    shown = plan(SMALL, several).shown_figures
    assert {"distortions.png", "losses.svg", "reconstructions/denoise.png", "severity.svg"} <= set(shown)


def test_used_conditions_are_in_canonical_order_and_no_others():
    assert plan(SMALL, {"trained_on": ["white"], "tested_on": ["clean"]}).used == ["clean", "white"]


def test_jobs_depend_on_their_own_condition_and_goal_alone():
    small = plan(SMALL, {"training": {"noise_draws": 1}})
    white = SimpleNamespace(distortion="white", trained_on="white", objective="denoise", dataset="mnist5k")
    assert json.loads(small.distortion_spec(white))["name"] == "white"
    assert small.distortion_spec(white) == small.training.spec(white)
    assert small.distortion_code(white) == "distort_images white"
    assert small.source_code(white) == "fetch_dataset mnist5k"
    assert small.training.params["target"](white) == "clean"
    assert small.training.code(white) == "train_model"
    priced = plan(
        SMALL, {"goals": {"cheap": {"target": "clean", "rate_weight": 0.01}}, "objectives": ["cheap"]}
    )
    cheap = SimpleNamespace(objective="cheap", trained_on="clean")
    assert priced.training.code(cheap) == "train_model rate"


@pytest.mark.parametrize("count", [4, "fresh"])
def test_only_conditions_with_randomness_have_several_draws_of_noise(count):
    extra = {
        "filters": {"kind": "chain", "of": ["median3", "mean3"]},
        "either": {"kind": "mixture", "of": ["median3", "mean3"]},
        "noisy": {"kind": "chain", "of": ["median3", "white"]},
    }
    several = plan({"distortions": extra, "training": {"noise_draws": count}})
    given = {}
    for name in several.trained_on:
        wildcards = SimpleNamespace(trained_on=name, objective="denoise")
        code = several.training.params["code"](wildcards).removeprefix("train_model").strip()
        given[name] = several.training.params["noise_draws"](wildcards), code
    kinds = {"poisson": "poisson", "white": "white", "salt_pepper": "salt_pepper", "speckle": "speckle"}
    kinds |= {"either": "mean,median,mixture", "noisy": "chain,median,white"}
    assert given == {name: (count, kinds[name]) if name in kinds else (1, "") for name in several.trained_on}


def test_a_training_depends_on_the_whole_recipe():
    given = set(plan(SMALL).training.params)
    assert set(settings.TrainingSettings.__dataclass_fields__) < given
    assert {"spec", "study_seed", "hidden", "activation", "code_activation", "code_size", "code"} < given


def test_code_that_cannot_be_followed_is_refused_without_a_traceback():
    with pytest.raises(WorkflowError, match="cannot be followed"):
        plan(SMALL).code("broken")


def test_amounts_grow_with_each_attempt():
    asked = growing(1000, 15)
    assert [asked["mem_mb"](None, attempt) for attempt in (1, 2, 3)] == [1000, 2000, 3000]
    assert [asked["runtime"](None, attempt) for attempt in (1, 2)] == [15, 30]
    assert growing(1, lambda wildcards: 7)["runtime"](None, 2) == 14


def test_minutes_of_a_training_grow_with_images_and_epochs():
    mnist = SimpleNamespace(dataset="mnist")
    assert plan({"training": {"epochs": 100}}).training.minutes([0])(mnist) == 25
    assert plan({"training": {"epochs": 100}}).training.minutes([0, 1])(mnist) == 35
    few = {"sources": {"mnist": {"train_images": 6000}}, "training": {"epochs": 100}}
    assert plan(few).training.minutes([0])(mnist) == 16


@pytest.mark.parametrize("path", sorted((CHECKOUT / "studies").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_wildcard_allows_the_names_of_the_study(path: Path):
    made = plan(read_yaml(path))
    for wildcard, names in (("dataset", made.datasets), ("seed", made.seeds), ("distortion", made.used)):
        assert all(re.fullmatch(made.constraints[wildcard], str(name)) for name in names)
    assert re.fullmatch(made.constraints["split"], "train")
    assert not re.fullmatch(made.constraints["dataset"], "")


def test_a_study_has_the_explanations_that_it_has_models_for():
    names = {"clean", "white", "mean3", "median3"}
    assert plan().explaining.names == list(EXPLANATIONS)
    assert plan(SMALL).explaining.names == ["noise_or_tone", "error_budget"]
    only = plan(SMALL | {"tested_on": ["clean", "mean3"]}).explaining.names
    assert only == ["error_budget"]  # filters have no randomness
    assert plan(SMALL | {"trained_on": ["white"]}).explaining.names == ["decoder_swap"]
    one = plan(SMALL | {"trained_on": ["clean"], "tested_on": ["clean"]})
    assert one.explaining.names == []
    assert re.fullmatch(one.constraints["explanation"], "transfer") is None
    four = plan({"trained_on": sorted(names), "tested_on": sorted(names), "objectives": ["denoise"]})
    assert four.explaining.names == [name for name in EXPLANATIONS if name != "decoder_swap"]


def test_an_explanation_is_given_what_it_uses_and_no_more():
    explaining = plan(SMALL | {"trained_on": ["clean", "white"], "seeds": [0]}).explaining
    given = {
        name: {
            key: value(SimpleNamespace(explanation=name))
            for key, value in explaining.inputs.items()
            if callable(value)
        }
        for name in EXPLANATIONS
    }
    models = [f"results/{{dataset}}/models/denoise/{name}/0/params.npz" for name in ("clean", "white")]
    nothing = {"train": [], "train_variants": [], "models": [], "scores": [], "baselines": []}
    assert given["noise_or_tone"] == nothing | {"models": models}
    assert len(given["transfer"]["scores"]) == 2
    assert given["transfer"]["models"] == []
    swap = given["decoder_swap"]
    assert (len(swap["models"]), len(swap["train"]), len(swap["train_variants"])) == (4, 1, 2)
    asked = SimpleNamespace(explanation="decoder_swap")
    assert explaining.params["objectives"](asked) == ["reconstruct", "denoise"]
    assert json.loads(explaining.params["recipe"](asked))["epochs"] > 0
    assert explaining.params["recipe"](SimpleNamespace(explanation="transfer")) == ""
    assert explaining.params["code"](asked).startswith("explain decoder_swap,")
