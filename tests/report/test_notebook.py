"""Our numbers beside the notebook's."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from aestudy.report.notebook import NOTEBOOK_RECIPE, PUBLISHED, compare
from aestudy.scoring.method_names import VALUE_KEYS
from aestudy.scoring.scores import Scores

REPOSITORY = Path(__file__).parents[2]
SPECS = [
    {"name": "clean", "kind": "clean", "parameters": {}},
    {"name": "white", "kind": "white", "parameters": {"sigma": 0.5}},
    {"name": "weak", "kind": "poisson", "parameters": {"photons": 60}},
]


def model(trained_on, psnr_db, *, objective="reconstruct", seed=0, later=0.0):
    """Make scores whose first 20 images have that PSNR on `trained_on`, the others `later`."""
    tested_on = tuple(spec["name"] for spec in SPECS)
    values = {key: np.zeros((len(tested_on), 30), np.float32) for key in VALUE_KEYS}
    if trained_on in tested_on:
        row = values["psnr_db", "clean"][tested_on.index(trained_on)]
        row[:20], row[20:] = psnr_db, later
    return Scores(
        method="autoencoder", objective=objective, trained_on=trained_on, seed=seed, dataset="notebook",
        tested_on=tested_on, values=values, examples=np.zeros((3, 1, 4, 4), np.uint8),
    )  # fmt: skip


def rows_of(comparison):
    return {row.published.kind: row for row in comparison.rows}


def test_the_correction_gives_the_published_corrected_values():
    corrected = {line.kind: round(line.corrected_psnr_db, 2) for line in PUBLISHED}
    assert corrected == {
        "clean": 20.53, "salt_pepper": 15.81, "speckle": 12.75, "poisson": 18.20, "white": 14.31,
    }  # fmt: skip


def test_the_first_20_images_by_the_model_of_the_same_condition_and_objective():
    models = [
        model("clean", 22.0, later=10.0),
        model("white", 13.0),
        model("white", 18.0, objective="denoise"),
        model("elsewhere", 1.0),
    ]
    comparison = compare(models, None, SPECS, {})
    rows = rows_of(comparison)
    assert comparison.n_images == 20
    assert (rows["clean"].ours_db, rows["white"].ours_db) == (22.0, 13.0)
    assert rows["clean"].all_images_db == pytest.approx((20 * 22 + 10 * 10) / 30)
    assert rows["speckle"].condition is None
    assert "no such model" in rows["speckle"].verdict


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [
        (22.0, "Ours is 1.5 dB higher."),
        (19.0, "Ours is 1.5 dB lower."),
        (20.4, "Small difference: within 0.5 dB of the notebook."),
    ],
)
def test_the_verdict_can_come_out_every_way(ours, verdict):
    assert rows_of(compare([model("clean", ours)], None, SPECS, {}))["clean"].verdict == verdict


def test_another_strength_is_said_to_be_no_comparison():
    rows = rows_of(compare([model("weak", 25.0), model("white", 14.0)], None, SPECS, {}))
    assert not rows["poisson"].same_strength
    assert rows["poisson"].verdict.endswith("The strengths differ, so the two do not compare.")
    assert rows["poisson"].parameters == "photons 60"
    assert rows["white"].same_strength
    assert "strength" not in rows["white"].verdict


def test_of_several_conditions_of_a_kind_the_one_of_the_notebooks_strength_is_taken():
    other = {"name": "clean", "kind": "white", "parameters": {"sigma": 0.1}}
    rows = rows_of(compare([model("clean", 30.0), model("white", 14.0)], None, [other, SPECS[1]], {}))
    assert rows["white"].condition == "white"


def test_seeds_are_averaged_and_their_extent_is_kept():
    models = [model("clean", value, seed=seed) for seed, value in enumerate((20.0, 21.0, 25.0))]
    comparison = compare(models, None, SPECS, {})
    row = rows_of(comparison)["clean"]
    assert (comparison.n_seeds, row.lowest_db, row.ours_db, row.highest_db) == (3, 20.0, 22.0, 25.0)


def test_the_inputs_are_scored_on_the_same_images():
    identity = model("white", 9.4, later=99.0)
    row = rows_of(compare([model("white", 14.0)], identity, SPECS, {}))["white"]
    assert row.input_psnr_db == pytest.approx(9.4)


def test_departures_from_the_recipe_are_named():
    recipe = {**NOTEBOOK_RECIPE, "epochs": 5, "hidden": (256, 64), "schedule": "cosine"}
    assert compare([], None, SPECS, recipe).recipe_differences == (
        "hidden: 256-64 here, 128-64 in the notebook",
        "epochs: 5 here, 100 in the notebook",
    )


def test_the_study_that_replicates_the_notebook_has_its_recipe_and_strengths():
    default, study = (
        yaml.safe_load((REPOSITORY / name).read_text()) for name in ("config.yaml", "studies/notebook.yaml")
    )
    recipe = {**default["model"], **study["model"], **default["training"], **study["training"]}
    assert compare([], None, SPECS, recipe).recipe_differences == ()
    distortions = {**default["distortions"], **study.get("distortions", {})}
    found = {}
    for name in study["trained_on"]:
        parameters = dict(distortions[name])
        found[parameters.pop("kind")] = parameters
    assert found == {line.kind: dict(line.parameters) for line in PUBLISHED}
