"""The catalog of goals: members of sweeps, order, names in figures, and the report's copy of the config."""

import random

import pytest

from aestudy import settings
from aestudy.report.sources import resolved_config
from aestudy.settings import Goal, rate_families
from aestudy.tables.labels import describe_goal, describe_goals
from support.study_configs import study

OVERLAY = {
    "goals": {
        "compress": {"target": "input", "rate_weight": [0.2, 0.05]},
        "narrow": {"target": "input", "code_size": [64, 8]},
        "both": {"target": "clean", "code_size": [8, 4], "rate_weight": [1]},
        "alone": {"target": "clean", "rate_weight": 0.5},
        "again": {"target": "input"},
    },
    "objectives": ["compress", "narrow-code_size8", "denoise", "both", "alone", "again"],
}


def load(*overlays):
    return settings.load(study(*overlays))


def test_the_default_goals_are_plain():
    loaded = load()
    assert loaded.goals == {"reconstruct": Goal("input", 32, 0.0), "denoise": Goal("clean", 32, 0.0)}
    assert loaded.objectives == ("reconstruct", "denoise")


def test_sweeps_make_goals_that_are_named_and_ordered():
    loaded = load(OVERLAY)
    assert loaded.goals == {
        "reconstruct": Goal("input", 32, 0.0),
        "denoise": Goal("clean", 32, 0.0),
        "narrow-code_size8": Goal("input", 8, 0.0),
        "again": Goal("input", 32, 0.0),
        "compress-rate_weight0.05": Goal("input", 32, 0.05),
        "compress-rate_weight0.2": Goal("input", 32, 0.2),
        "narrow-code_size64": Goal("input", 64, 0.0),
        "both-code_size4-rate_weight1": Goal("clean", 4, 1.0),
        "both-code_size8-rate_weight1": Goal("clean", 8, 1.0),
        "alone": Goal("clean", 32, 0.5),
    }
    assert list(loaded.goals)[:3] == ["reconstruct", "denoise", "narrow-code_size8"]
    assert list(loaded.goals)[3:] == [
        "again", "compress-rate_weight0.05", "compress-rate_weight0.2", "narrow-code_size64",
        "both-code_size4-rate_weight1", "both-code_size8-rate_weight1", "alone",
    ]  # fmt: skip
    assert loaded.objectives == tuple(
        name for name in loaded.goals if name not in ("reconstruct", "narrow-code_size64")
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_keys_changes_nothing(seed):
    rng = random.Random(seed)
    goals = dict(rng.sample(list(OVERLAY["goals"].items()), len(OVERLAY["goals"])))
    other = load({"goals": goals, "objectives": rng.sample(OVERLAY["objectives"], 6)})
    assert other == load(OVERLAY)
    assert list(other.goals) == list(load(OVERLAY).goals)


def test_equal_numbers_make_equal_goals():
    assert load({"goals": {"x": {"target": "input", "rate_weight": 1}}}).goals["x"] == Goal("input", 32, 1.0)
    zero = load({"goals": {"x": {"target": "input", "rate_weight": [-0.0]}}}).goals
    assert str(zero["x-rate_weight0"].rate_weight) == "0.0"


def test_a_goal_without_a_code_size_has_that_of_the_model():
    loaded = load(OVERLAY, {"model": {"code_size": 9}})
    assert loaded.goals["denoise"].code_size == loaded.goals["alone"].code_size == 9
    assert loaded.goals["narrow-code_size8"].code_size == 8


def test_goals_that_differ_in_what_a_bit_is_worth_are_a_family():
    loaded = load(OVERLAY)
    chosen = {name: loaded.goals[name] for name in loaded.objectives}
    assert rate_families(chosen) == {
        "compress envelope": ("compress-rate_weight0.05", "compress-rate_weight0.2")
    }
    mixed = {
        "a": Goal("input", 8, 0.3),
        "b-rate_weight0.1": Goal("input", 8, 0.1),
        "c": Goal("input", 9, 1.0),
    }
    assert rate_families(mixed) == {"a+b envelope": ("b-rate_weight0.1", "a")}
    assert rate_families(load().goals) == {}


@pytest.mark.parametrize(
    ("name", "goal", "expected"),
    [
        ("reconstruct", ("input", 32, 0.0), "reconstruct (target: the distorted input)"),
        ("denoise", ("clean", 32, 0.0), "denoise (target: the clean original)"),
        ("few-rate_weight0.01", ("input", 32, 0.01), "few, 0.01 per bit (target: the distorted input)"),
        ("x-code_size8-rate_weight2", ("clean", 8, 2), "x, 2 per bit, code of 8"),
        ("z-code_size9", ("input", 9, 0.0), "z, code of 9 (target: the distorted input)"),
        ("y-rate_weight1e-05", ("clean", 32, 1e-05), "y, 1e-05 per bit (target: the clean original)"),
        ("narrow-code_size32", ("input", 32, 0.0), "narrow-code_size32 (target: the distorted input)"),
        ("my-code_sizes", ("input", 8, 0.0), "my-code_sizes, code of 8 (target: the distorted input)"),
    ],
)  # fmt: skip
def test_goals_have_names_for_people(name, goal, expected):
    target, code_size, rate_weight = goal
    spec = {"target": target, "code_size": code_size, "rate_weight": rate_weight}
    assert describe_goal(name, spec, 32).startswith(expected)


def test_headings_stand_in_the_order_of_the_study():
    described = settings.describe(load(OVERLAY))
    titles = describe_goals({**described, "goals": dict(sorted(described["goals"].items(), reverse=True))})
    assert list(titles) == described["objectives"]
    assert len(set(titles.values())) == len(titles)


def test_the_reports_config_describes_the_same_models():
    loaded = load(OVERLAY)
    config = resolved_config(settings.describe(loaded))
    again = settings.load(config)
    assert again.objectives == loaded.objectives
    assert again.goals == {name: loaded.goals[name] for name in loaded.objectives}
