"""Every derived quantity by hand, on a study whose cell means are known numbers."""

import math

import pytest

from aestudy.distortions.groups import Condition, describe_conditions
from aestudy.files.study_tables import AVERAGE, CONDITION, DIFFERENCE, LEVEL
from aestudy.scoring.score_files import StudyNames
from aestudy.statistics.averages import as_name
from aestudy.statistics.comparisons import make_design
from aestudy.statistics.contrasts import Design, combine
from aestudy.statistics.equal_strength import input_levels, matched_contrasts
from aestudy.statistics.leads import leads
from aestudy.statistics.mixtures import mixture_contrasts
from aestudy.statistics.quantities import (
    contrasts_of_inputs,
    contrasts_of_outputs,
    corruption_errors,
)

CONDITIONS = (
    Condition("clean", "clean", "clean"),
    Condition("white", "white", "noises"),
    Condition("salt", "salt_pepper", "noises"),
    Condition("mean3", "mean", "filters"),
    Condition("any", "mixture", "mixtures", ("clean", "white")),
)
# No model was trained on salt: averages are over the others.
# x(trained on, tested on) of models that denoise; those that reconstruct score a tenth of it.
MEANS = {
    "clean": {"clean": 20.0, "white": 11.0, "salt": 14.0, "mean3": 18.5, "any": 15.0},
    "white": {"clean": 15.0, "white": 16.0, "salt": 15.5, "mean3": 13.0, "any": 15.4},
    "mean3": {"clean": 17.0, "white": 10.0, "salt": 12.0, "mean3": 19.0, "any": 13.0},
    "any": {"clean": 19.0, "white": 15.0, "salt": 14.5, "mean3": 17.0, "any": 17.5},
}
BASELINES = {
    "identity": {"clean": float("inf"), "white": 9.0, "salt": 10.0, "mean3": 18.0, "any": 50.0},
    "black": dict.fromkeys(("clean", "white", "salt", "mean3", "any"), 10.0),
    "pca": {"clean": 18.0, "white": 14.0, "salt": 15.0, "mean3": 17.0, "any": 16.0},
}


def means(cell):
    method, objective, trained_on, tested_on = cell
    if method != "autoencoder":
        return BASELINES[method][tested_on]
    return MEANS[trained_on][tested_on] * {"denoise": 1.0, "reconstruct": 0.1}[objective]


def make(conditions=CONDITIONS, trained_on=tuple(MEANS), objectives=("reconstruct", "denoise")):
    names = StudyNames(
        dataset="mine",
        objectives=objectives,
        trained_on=trained_on,
        tested_on=tuple(condition.name for condition in conditions),
        seeds=(0,),
    )
    return make_design(names, conditions, tuple(BASELINES))


def values(contrasts):
    """Evaluate quantities of the models that denoise: (quantity, trained on, tested on) -> value."""
    found = {}
    for contrast in contrasts:
        value = sum(weight * means(cell) for cell, weight in contrast.weights.items())
        key = (contrast.quantity, contrast.trained_on, contrast.tested_on)
        if contrast.objective != "reconstruct":
            assert key not in found
            found[key] = value if contrast.value is None else contrast.value
    return found


@pytest.fixture(scope="module")
def found():
    design = make()
    contrasts = [*contrasts_of_inputs(design), *contrasts_of_outputs(design, means)]
    return values([*contrasts, *leads(design, contrasts, means)])


@pytest.mark.parametrize(
    ("quantity", "trained_on", "tested_on", "expected"),
    [
        ("cost", "clean", "white", 11 - 20),
        ("cost", "clean", "any", 15 - 20),
        ("cost", "clean", "salt", 14 - 20),
        ("cost", "clean", "(noises)", 11 - 20),
        ("cost", "clean", "(filters)", 18.5 - 20),
        ("cost", "clean", "(distortions)", (11 + 18.5) / 2 - 20),
        ("cost", "clean", "(noises) - (filters)", -9 + 1.5),
        ("repair", "white", "white", 16 - 11),
        ("repair", "any", "any", 17.5 - 15),
        ("repair", "(same)", "(distortions)", (5 + 0.5) / 2),
        ("repair", "(same)", "(noises) - (filters)", 5 - 0.5),
        ("price", "white", "clean", 15 - 20),
        ("price", "any", "clean", 19 - 20),
        ("price", "(distortions)", "clean", (-5 - 3) / 2),
        ("transfer", "white", "mean3", 13 - 18.5),
        ("transfer", "mean3", "salt", 12 - 14),
        ("transfer", "any", "salt", 14.5 - 14),
        ("transfer", "white", "(others)", 13 - 18.5),
        ("transfer", "(noises)", "(filters)", 13 - 18.5),
        ("transfer", "(filters)", "(noises)", 10 - 11),
        ("transfer", "any", "(filters)", 17 - 18.5),
        ("generalization_gap", "white", "(others)", 16 - (15 + 13) / 2),
        ("generalization_gap", "clean", "(others)", 20 - (11 + 18.5) / 2),
        (
            "generalization_gap", "(distortions)", "(others)",
            (16 - (15 + 13) / 2 + 19 - (17 + 10) / 2) / 2,
        ),
        ("denoising_gain", "mean3", "white", 10 - 9),
        ("denoising_gain", "clean", "(noises)", 11 - 9),
        ("denoising_gain", "(same)", "(distortions)", ((16 - 9) + (19 - 18)) / 2),
        ("gain_over_pca", "clean", "clean", 20 - 18),
        ("gain_over_pca", "white", "white", 16 - 14),
        ("gain_over_pca", "any", "salt", 14.5 - 15),
        ("gain_over_pca", "(same)", "(distortions)", ((16 - 14) + (19 - 17)) / 2),
        ("objective_gain", "white", "salt", 15.5 * 0.9),
        ("objective_gain", "(same)", "(filters)", 19 * 0.9),
        ("objective_gain", "(distortions)", "clean", (15 + 17) / 2 * 0.9),
        ("cost_lead", "clean", "(white - mean3)", 11 - 18.5),
        ("price_lead", "(white - mean3)", "clean", 15 - 17),
        ("repair_lead", "(mean3 - white)", "(mean3 - white)", 0.5 - 5),
        ("transfer_lead", "(white - mean3)", "(others)", (13 - 18.5) - (10 - 11)),
        ("gain_over_black", "clean", "clean", 20 - 10),
        ("gain_over_best_rival", "white", "white", 16 - 14),
        ("gain_over_best_rival", "(same)", "(distortions)", (2 + 1) / 2),
        ("gain_over_best_rival", "clean", "(distortions)", (-3 + 0.5) / 2),
    ],
)  # fmt: skip
def test_by_hand(found, quantity, trained_on, tested_on, expected):
    assert found[quantity, trained_on, tested_on] == pytest.approx(expected)


def every_contrast(design):
    found = [
        *contrasts_of_inputs(design),
        *contrasts_of_outputs(design, means),
        *corruption_errors(design, means),
        *mixture_contrasts(design),
        *matched_contrasts(design, {"white": 11.0, "salt": 15.0, "mean3": 12.0}),
    ]
    yield from found
    yield from leads(design, found, means)


def test_every_name_says_what_it_stands_for():
    conditions = {condition.name for condition in CONDITIONS}
    scopes = set()
    for contrast in every_contrast(make()):
        for text in (contrast.trained_on, contrast.tested_on):
            name = as_name(text)
            scopes.add(name.scope)
            assert (name.scope == CONDITION) == (text in conditions), text
            if contrast.quantity == "gain_over_best_rival" and name.scope == CONDITION:
                assert name.second in {"", *BASELINES}
                continue
            assert bool(name.second) == (name.scope == DIFFERENCE), text
            assert bool(name.first) == (name.scope in (DIFFERENCE, LEVEL)), text
            # The text for people is made of the same.
            assert name.first in text
            assert name.second in text
            assert math.isnan(name.level_db) or f"at {name.level_db} dB" in text
    assert scopes == {CONDITION, AVERAGE, DIFFERENCE}


def test_levels_name_their_kinds():
    found = {
        (name.scope, name.first, name.second, name.level_db)
        for contrast in matched_contrasts(make(SWEPT, tuple(OWN), ("denoise",)), LEVELS)
        if (name := as_name(contrast.tested_on)).level_db == 14
    }
    assert found == {
        (LEVEL, "white", "", 14), (LEVEL, "mean", "", 14), (DIFFERENCE, "white", "mean", 14),
        (LEVEL, "noises", "", 14), (LEVEL, "filters", "", 14), (DIFFERENCE, "noises", "filters", 14),
    }  # fmt: skip


def test_what_does_not_exist_is_left_out(found):
    keys = set(found)
    assert ("repair", "salt", "salt") not in keys, "no model was trained on salt"
    assert ("cost", "clean", "clean") not in keys
    assert ("transfer", "white", "white") not in keys
    assert ("denoising_gain", "white", "clean") not in keys
    assert not [key for key in keys if key[0] == "gain_over_identity"]
    assert not [key for key in keys if key[0] == "objective_gain" and key[1] == "clean"]


def test_identity_on_clean_images_is_a_rival_where_its_score_is_finite():
    def similarity(cell):
        return 1.0 if cell[0] == "identity" and cell[3] == "clean" else means(cell)

    found = {(c.quantity, c.trained_on, c.tested_on) for c in contrasts_of_outputs(make(), similarity)}
    assert ("denoising_gain", "white", "clean") in found


def test_a_study_without_clean_models_keeps_what_needs_none():
    design = make(trained_on=("white", "mean3"))
    inputs = {contrast.quantity for contrast in contrasts_of_inputs(design)}
    assert inputs == {"generalization_gap"}
    outputs = {contrast.quantity for contrast in contrasts_of_outputs(design, means)}
    gains = {"gain_over_black", "gain_over_pca", "gain_over_best_rival"}
    assert outputs == {"denoising_gain", "objective_gain", *gains}
    assert not list(leads(design, contrasts_of_inputs(design), means))
    assert not list(corruption_errors(design, means))


def test_one_objective_and_one_condition():
    design = make(CONDITIONS[:1], ("clean",), ("denoise",))
    assert not list(contrasts_of_inputs(design))
    found = {contrast.quantity for contrast in contrasts_of_outputs(design, means)}
    assert found == {"gain_over_black", "gain_over_pca"}


class TestCorruptionErrors:
    def test_by_hand(self):
        found = values(corruption_errors(make(), means))
        ratio = 100 * (16 / 11 + 13 / 18.5) / 2
        assert found["mean_corruption_error", "white", "(distortions)"] == pytest.approx(ratio)

    def test_relative_to_each_models_clean_error(self):
        errors = {"clean": (0.1, 0.3, 0.2, 0.15, 0), "white": (0.2, 0.25, 0.3, 0.22, 0)}
        errors["mean3"] = errors["white"]
        names = [condition.name for condition in CONDITIONS]

        def error(cell):
            return errors[cell[2]][names.index(cell[3])]

        (found,) = (
            contrast
            for contrast in corruption_errors(make(trained_on=("clean", "white", "mean3")), error)
            if (contrast.quantity, contrast.objective, contrast.trained_on)
            == ("relative_corruption_error", "denoise", "white")
        )
        assert found.null == 100
        assert found.value == pytest.approx(100 * (0.05 + 0.02) / (0.2 + 0.05))

    def test_severities_of_a_kind_count_as_one_family(self):
        conditions = (*CONDITIONS[:4], Condition("mean5", "mean", "filters"))
        table = {**MEANS["white"], "mean5": 3.0}, {**MEANS["clean"], "mean5": 9.0}

        def error(cell):
            return table[cell[2] == "clean"][cell[3]]

        trained_on = ("mean3", "mean5", "clean", "white")
        found = values_of(corruption_errors(make(conditions, trained_on, ("denoise",)), error))
        expected = 100 * (16 / 11 + (13 + 3) / (18.5 + 9)) / 2
        assert found["mean_corruption_error"] == pytest.approx(expected)

    def test_the_weights_are_the_gradient(self):
        step = 1e-5
        for contrast in corruption_errors(make(), means):
            for cell, weight in contrast.weights.items():
                moved = next(
                    other.value
                    for other in corruption_errors(
                        make(), lambda name, cell=cell: means(name) + step * (name == cell)
                    )
                    if (other.quantity, other.objective, other.trained_on)
                    == (contrast.quantity, contrast.objective, contrast.trained_on)
                )
                assert (moved - contrast.value) / step == pytest.approx(weight, rel=1e-3)

    def test_distortions_that_cost_nothing_give_no_ratio(self):
        found = {contrast.quantity for contrast in corruption_errors(make(), lambda cell: 0.5)}
        assert found == {"mean_corruption_error"}


SWEPT = (
    Condition("clean", "clean", "clean"),
    Condition("weak", "white", "noises"),
    Condition("middle", "white", "noises"),
    Condition("strong", "white", "noises"),
    Condition("mean3", "mean", "filters"),
    Condition("mean5", "mean", "filters"),
    Condition("median3", "median", "filters"),
)
LEVELS = {"weak": 17.0, "middle": 13.0, "strong": 11.5, "mean3": 15.0, "mean5": 13.5, "median3": 14.0}
OWN = {"clean": 20, "weak": 19, "middle": 17, "strong": 16, "mean3": 19.5, "mean5": 15, "median3": 12}
UNSEEN = {"clean": 20, "weak": 18, "middle": 12, "strong": 9, "mean3": 16, "mean5": 10, "median3": 1}


class TestEqualStrength:
    def evaluate(self, **changes):
        design = make(SWEPT, tuple(OWN), ("denoise",))
        return {
            (contrast.quantity, contrast.tested_on): sum(
                weight * (UNSEEN if cell[2] == "clean" else OWN)[cell[3]]
                for cell, weight in contrast.weights.items()
            )
            for contrast in matched_contrasts(design, {**LEVELS, **changes})
        }

    def test_by_hand(self):
        found = self.evaluate()
        assert found == {
            ("matched_cost", "(white at 12 dB)"): pytest.approx((9 * 1 + 12 * 0.5) / 1.5 - 20),
            ("matched_cost", "(white at 14 dB)"): pytest.approx((12 * 3 + 18) / 4 - 20),
            ("matched_cost", "(white at 16 dB)"): pytest.approx((12 + 18 * 3) / 4 - 20),
            ("matched_cost", "(mean at 14 dB)"): pytest.approx((10 * 1 + 16 * 0.5) / 1.5 - 20),
            ("matched_cost_difference", "(white - mean at 14 dB)"): pytest.approx(13.5 - 12),
            ("matched_group_cost", "(noises at 14 dB)"): pytest.approx(13.5 - 20),
            ("matched_group_cost", "(filters at 14 dB)"): pytest.approx(12 - 20),
            ("matched_group_cost_difference", "(noises - filters at 14 dB)"): pytest.approx(13.5 - 12),
            ("matched_group_cost", "(noises at equal strength)"): pytest.approx(13.5 - 20),
            ("matched_group_cost", "(filters at equal strength)"): pytest.approx(12 - 20),
            ("matched_group_cost_difference", "(noises - filters at equal strength)"): pytest.approx(1.5),
            ("matched_repair", "(white at 12 dB)"): pytest.approx((7 * 1 + 5 * 0.5) / 1.5),
            ("matched_repair", "(white at 14 dB)"): pytest.approx((5 * 3 + 1) / 4),
            ("matched_repair", "(white at 16 dB)"): pytest.approx((5 + 1 * 3) / 4),
            ("matched_repair", "(mean at 14 dB)"): pytest.approx((5 * 1 + 3.5 * 0.5) / 1.5),
        }

    def test_groups_are_compared_where_all_their_kinds_are(self):
        conditions = (
            *SWEPT,
            Condition("median5", "median", "filters"),
            Condition("median7", "median", "filters"),
        )
        scores = {**UNSEEN, "median3": 15, "median5": 5, "median7": 3}
        levels = {**LEVELS, "median3": 17.0, "median5": 13.0}

        def evaluate(**changes):
            found = matched_contrasts(make(conditions, ("clean",), ("denoise",)), {**levels, **changes})
            return {
                contrast.tested_on: sum(weight * scores[cell[3]] for cell, weight in contrast.weights.items())
                for contrast in found
                if contrast.quantity.startswith("matched_group_cost")
            }

        white, mean, median = 13.5, 12, (5 * 3 + 15) / 4
        found = evaluate(median7=12.5)
        assert set(map(str, found)) == {
            f"({name} at {level})"
            for name in ("noises", "filters", "noises - filters")
            for level in ("14 dB", "equal strength")
        }
        assert found["(filters at 14 dB)"] == pytest.approx((mean + median) / 2 - 20)
        assert found["(noises - filters at equal strength)"] == pytest.approx(white - (mean + median) / 2)
        wider = evaluate(median7=11.0, mean5=11.5)  # 12 dB is a level of all, too
        of_white = [(9 * 1 + 12 * 0.5) / 1.5 - 20, white - 20]
        assert [wider[f"(noises at {level} dB)"] for level in (12, 14)] == pytest.approx(of_white)
        assert wider["(noises at equal strength)"] == pytest.approx(sum(of_white) / 2)
        assert not evaluate(median7=12.5, weak=13.9)  # white does not reach 14 dB

    def test_a_condition_at_a_level_stands_for_itself(self):
        found = self.evaluate(middle=14.0)
        assert found["matched_cost", "(white at 14 dB)"] == 12 - 20

    def test_equally_strong_conditions_make_no_level(self):
        assert ("matched_cost", "(mean at 14 dB)") not in self.evaluate(mean3=14.0, mean5=14.0)

    def test_levels_come_from_the_distorted_images(self):
        design = make(SWEPT)
        errors = dict.fromkeys(LEVELS, 0.1) | {"weak": 0.01, "mean3": 0.0}
        found = input_levels(design, lambda cell: errors[cell[3]] if cell[0] == "identity" else 1)
        assert "mean3" not in found
        assert (found["weak"], found["strong"]) == (pytest.approx(20), pytest.approx(10))


class TestMixtures:
    def test_by_hand(self):
        conditions = (
            *CONDITIONS[:4],
            Condition("all", "mixture", "mixtures", ("clean", "white", "salt", "mean3")),
            Condition("but_white", "mixture", "mixtures", ("clean", "salt", "mean3")),
            Condition("half", "mixture", "mixtures", ("clean", "mean3")),
        )
        table = {
            **MEANS,
            "all": {"clean": 19.5, "white": 14.0, "salt": 15.0, "mean3": 18.0},
            "but_white": {"clean": 19.6, "white": 12.0, "salt": 16.0, "mean3": 18.1},
            "half": {"clean": 19.7, "white": 11.5, "salt": 13.0, "mean3": 18.2},
        }
        rows = ("clean", "white", "mean3", "all", "but_white", "half")
        found = {
            (contrast.quantity, contrast.trained_on, contrast.tested_on): sum(
                weight * table[cell[2]][cell[3]] for cell, weight in contrast.weights.items()
            )
            for contrast in mixture_contrasts(make(conditions, rows, ("denoise",)))
        }
        losses = [12.0 - 14.0, 11.5 - 14.0, 13.0 - 16.0]
        gains = [12.0 - 11.0, 11.5 - 11.0, 13.0 - 14.0]
        assert found == {
            ("specialization", "all", "clean"): pytest.approx(20 - 19.5),
            ("specialization", "all", "white"): pytest.approx(16 - 14),
            ("specialization", "all", "mean3"): pytest.approx(19 - 18),
            ("specialization", "all", "(distortions)"): pytest.approx(1.5),
            ("specialization", "but_white", "clean"): pytest.approx(20 - 19.6),
            ("specialization", "but_white", "mean3"): pytest.approx(19 - 18.1),
            ("specialization", "but_white", "(distortions)"): pytest.approx(0.9),
            ("specialization", "half", "clean"): pytest.approx(20 - 19.7),
            ("specialization", "half", "mean3"): pytest.approx(19 - 18.2),
            ("specialization", "half", "(distortions)"): pytest.approx(0.8),
            ("left_out_gain", "but_white", "white"): pytest.approx(gains[0]),
            ("left_out_gain", "half", "white"): pytest.approx(gains[1]),
            ("left_out_gain", "half", "salt"): pytest.approx(gains[2]),
            ("left_out_gain", "(mixtures)", "(left out)"): pytest.approx(sum(gains) / 3),
            ("left_out_loss", "but_white", "white"): pytest.approx(losses[0]),
            ("left_out_loss", "half", "white"): pytest.approx(losses[1]),
            ("left_out_loss", "half", "salt"): pytest.approx(losses[2]),
            ("left_out_loss", "(mixtures)", "(left out)"): pytest.approx(sum(losses) / 3),
        }

    def test_without_mixtures_there_is_nothing(self):
        assert not list(mixture_contrasts(make(CONDITIONS[:4], ("clean", "white"))))


def values_of(contrasts):
    return {contrast.quantity: contrast.value for contrast in contrasts}


def test_cells_that_cancel_are_dropped():
    assert combine([({("a", "", "", ""): 1.0}, 2.0), ({("a", "", "", ""): 2.0}, -1.0)]) == {}


def test_groups_follow_from_the_table_of_kinds():
    specs = [
        {"name": "clean", "kind": "clean", "parameters": {}},
        {"name": "w", "kind": "white", "parameters": {"sigma": 1}},
        {"name": "b", "kind": "median", "parameters": {"size": 3}},
        {"name": "m", "kind": "mixture", "of": [{"name": "w"}, {"name": "b"}]},
        {"name": "c", "kind": "chain", "of": [{"name": "b"}, {"name": "w"}]},
    ]
    found = [Condition(**fields) for fields in describe_conditions(specs)]
    assert [condition.group for condition in found] == ["clean", "noises", "filters", "mixtures", "chains"]
    assert found[3].of == ("w", "b")


def test_a_third_group_has_averages_and_is_set_beside_the_others():
    turned = Condition("turned", "rotation", "rotations")
    design = make((turned, *CONDITIONS[:4]), ("clean", "white", "mean3", "turned"))
    assert design.averages() == {
        "(distortions)": ["turned", "white", "mean3"],
        "(noises)": ["white"],
        "(filters)": ["mean3"],
        "(rotations)": ["turned"],
    }
    costs = {c.tested_on: c.weights for c in contrasts_of_inputs(design) if c.quantity == "cost"}
    kept = {cell[3]: weight for cell, weight in costs["(noises) - (rotations)"].items()}
    assert kept == {"white": 1.0, "turned": -1.0}
    assert {"(noises) - (filters)", "(filters) - (rotations)"} < set(costs)
    assert "turned" in {c.trained_on for c in contrasts_of_inputs(design) if c.quantity == "repair"}


def test_chains_have_no_average_of_their_own():
    chain = Condition("both", "chain", "chains", ("mean3", "white"))
    assert make((*CONDITIONS[:2], chain), ("clean", "white", "both")).averages() == {
        "(distortions)": ["white", "both"],
        "(noises)": ["white"],
    }


@pytest.mark.parametrize(
    ("trained_on", "averaged"),
    [
        (("clean", "white"), ["white"]),
        (("clean", "white", "salt"), ["white", "salt"]),
        # Nothing that is tested has a model of its own: all count.
        (("clean",), ["white", "salt", "mean3"]),
        (("clean", "any"), ["white", "salt", "mean3"]),
    ],
)
def test_averages_are_over_what_has_a_model_of_its_own(trained_on, averaged):
    design = make(trained_on=trained_on)
    assert design.distortions == averaged == design.averages()["(distortions)"]
    assert design.tested_distortions == ["white", "salt", "mean3"]
    costs = {c.tested_on for c in contrasts_of_inputs(design) if c.quantity == "cost"}
    assert {"white", "salt", "mean3"} < costs, "a condition without a model has its own rows"


def test_a_design_without_clean_condition():
    design = Design(objectives=(), trained_on=("a",), tested_on=("a",), groups={"a": "noises"}, kinds={})
    assert design.clean is None
    assert design.averages() == {"(distortions)": ["a"], "(noises)": ["a"]}


@pytest.mark.parametrize(
    ("objectives", "expected"),
    [
        (("reconstruct", "denoise", "compress"), {"denoise - reconstruct"}),
        (("reconstruct", "compress"), set()),
        (("compress-rate_weight0.1", "narrow"), set()),
        (("denoise",), set()),
    ],
)
def test_only_models_that_denoise_and_that_reconstruct_are_set_against_each_other(objectives, expected):
    design = make(objectives=objectives)
    contrasts = [*contrasts_of_inputs(design), *contrasts_of_outputs(design, lambda cell: 1.0)]
    compared = {one.objective for one in contrasts if one.quantity == "objective_gain"}
    assert compared == expected
    assert {one.objective for one in contrasts} == {*objectives, *expected}
    for one in contrasts:
        assert {cell[1] for cell in one.weights} - {""} <= set(objectives)
