"""Comparisons from files: values, pairing, infinities, one seed, correction, fixed bytes."""

import csv
import dataclasses
import itertools

import numpy as np
import pytest

from aestudy.distortions.groups import Condition
from aestudy.errors import StudyError
from aestudy.files.csv_tables import columns_of, read_table
from aestudy.files.study_tables import ComparisonRow
from aestudy.metrics.table import METRICS
from aestudy.scoring.method_names import RATE_KEYS, VALUE_KEYS
from aestudy.scoring.score_files import StudyNames
from aestudy.scoring.scores import Scores, read_scores, write_scores
from aestudy.statistics.comparisons import choose_contrasts, compare, make_design, write_comparisons

CONDITIONS = [
    Condition("clean", "clean", "clean"),
    Condition("white", "white", "noises"),
    Condition("mean3", "mean", "filters"),
]
N_IMAGES = 80
OPTIONS = {"resamples": 300, "confidence": 0.95, "study_seed": 1}


def names(seeds):
    every = tuple(condition.name for condition in CONDITIONS)
    return StudyNames(
        dataset="mine", objectives=("reconstruct", "denoise"), trained_on=every, tested_on=every, seeds=seeds
    )


def write_study(folder, *, seeds=(0, 1), effect=0.0, spread=5.0, n_images=N_IMAGES):
    """Scores of images that differ much among themselves; training on white helps on white by `effect`."""
    rng = np.random.default_rng(3)
    difficulty = spread * rng.normal(size=n_images)
    study, paths = names(seeds), []

    def add(name, shifts, **fields):
        base = 20 + np.add.outer(shifts, difficulty) + 0.01 * rng.normal(size=(3, n_images))
        values = {key: base.astype(np.float32) for key in VALUE_KEYS}
        values["mse", "clean"] = np.exp(-base / 20).astype(np.float32)
        if fields["method"] == "identity":
            values["psnr_db", "clean"][0] = np.inf
            values["psnr_db", "clean"][2, 0] = np.inf
        paths.append(folder / f"{name}.npz")
        scores = Scores(
            dataset="mine", tested_on=study.tested_on, values=values,
            examples=np.zeros((3, 1, 4, 4), np.uint8), **fields,
        )  # fmt: skip
        write_scores(paths[-1], scores)

    for objective, row, seed in itertools.product(study.objectives, study.trained_on, seeds):
        shifts = np.array([0.0, -4.0 + effect * (row == "white"), -2.0])
        add(
            f"{objective}-{row}-{seed}", shifts, method="autoencoder", objective=objective, trained_on=row,
            seed=seed,
        )  # fmt: skip
    for method in ("identity", "pca"):
        add(method, np.array([0.0, -4.0, -2.0]), method=method)
    return paths


def write_codecs(folder, *, seeds=(0, 1), more=30.0):
    """Scores of the same models through their codecs: white takes so many bits more than clean images."""
    rng = np.random.default_rng(4)
    study, paths = names(seeds), []
    size = 80 + 5 * rng.normal(size=N_IMAGES)
    for objective, row, seed in itertools.product(study.objectives, study.trained_on, seeds):
        bits = np.add.outer(np.array([0.0, more, -4.0]), size) + 0.1 * rng.normal(size=(3, N_IMAGES))
        values = {key: bits.astype(np.float32) for key in (*VALUE_KEYS, *RATE_KEYS)}
        paths.append(folder / f"codec-{objective}-{row}-{seed}.npz")
        scores = Scores(
            dataset="mine", tested_on=study.tested_on, values=values, method="codec", objective=objective,
            trained_on=row, seed=seed, examples=np.zeros((3, 1, 4, 4), np.uint8),
        )  # fmt: skip
        write_scores(paths[-1], scores)
    return paths


def rows_of(paths, seeds=(0, 1)):
    rows = compare(paths, names(seeds), CONDITIONS, **OPTIONS)
    found = {}
    for row in rows:
        key = (row.quantity, row.objective, row.trained_on, row.tested_on, row.metric, row.reference)
        assert key not in found
        found[key] = row
    return found


class TestValues:
    def test_differences_are_paired(self, tmp_path):
        # Images differ by 5 dB, one effect of 0.1 dB shows nevertheless.
        found = rows_of(write_study(tmp_path, effect=0.1))
        repair = found["repair", "denoise", "white", "white", "psnr_db", "clean"]
        assert repair.mean == pytest.approx(0.1, abs=0.01)
        assert 0 < repair.ci_low < repair.mean < repair.ci_high < 0.2
        assert repair.p_value_holm < 0.01
        assert repair.interval_covers == "seeds and images"
        assert (repair.n_seeds, repair.n_images) == (2, N_IMAGES)

    def test_bits_are_those_of_the_codecs_and_change_nothing_else(self, tmp_path):
        models = write_study(tmp_path)
        plain, found = rows_of(models), rows_of([*models, *write_codecs(tmp_path)])
        others = {key: row for key, row in found.items() if key[5] != "stream"}
        assert repr(plain) == repr(others)
        cost = found["cost", "denoise", "clean", "white", "bits_per_image", "stream"]
        assert cost.mean == pytest.approx(30, abs=0.1)
        assert 29 < cost.ci_low < cost.mean < cost.ci_high < 31
        lead = found["cost_lead", "denoise", "clean", "(mean3 - white)", "bits_per_image", "stream"]
        assert (lead.first, lead.second) == ("mean3", "white")
        assert lead.mean == pytest.approx(-34, abs=0.2)
        assert {key[4] for key in found if key[5] == "stream"} == {"bits_per_image"}

    def test_the_level_stands_in_each_row(self, tmp_path):
        assert {row.confidence for row in rows_of(write_study(tmp_path)).values()} == {0.95}

    def test_no_effect_is_no_effect(self, tmp_path):
        found = rows_of(write_study(tmp_path, effect=0.0))
        repair = found["repair", "denoise", "white", "white", "ssim", "clean"]
        assert repair.ci_low < 0 < repair.ci_high
        assert repair.p_value > 0.05

    def test_a_ratio_is_tested_against_100(self, tmp_path):
        found = rows_of(write_study(tmp_path, effect=1.0))
        error = found["mean_corruption_error", "denoise", "white", "(distortions)", "mse", "clean"]
        assert error.mean == pytest.approx(100 * (np.exp(-1 / 20) + 1) / 2, abs=0.1)
        assert error.ci_low < error.mean < error.ci_high < 100
        assert error.p_value < 1e-5  # from two seeds
        none = found["mean_corruption_error", "denoise", "mean3", "(distortions)", "mse", "clean"]
        assert none.ci_low < 100 < none.ci_high
        assert none.p_value > 0.05

    def test_references(self, tmp_path):
        keys = rows_of(write_study(tmp_path))
        assert {key[0] for key in keys if key[5] == "input"} == {
            "cost", "repair", "price", "transfer", "generalization_gap",
        }  # fmt: skip
        assert {key[0] for key in keys if key[4] == "mse"} == {
            "mean_corruption_error", "relative_corruption_error", "mean_corruption_error_lead",
        }  # fmt: skip

    def test_infinite_scores_give_infinite_differences_without_a_test(self, tmp_path):
        found = rows_of(write_study(tmp_path))
        gain = found["denoising_gain", "denoise", "white", "mean3", "psnr_db", "clean"]
        assert (gain.mean, gain.ci_low, gain.ci_high) == (-np.inf,) * 3
        assert np.isnan(gain.p_value)
        assert np.isnan(gain.p_value_holm)
        assert np.isfinite(found["denoising_gain", "denoise", "white", "white", "psnr_db", "clean"].mean)
        assert np.isfinite(found["denoising_gain", "denoise", "white", "mean3", "ssim", "clean"].mean)


class TestOneSeed:
    def test_the_interval_covers_images_only_and_says_so(self, tmp_path):
        found = rows_of(write_study(tmp_path, seeds=(7,)), seeds=(7,))
        assert {row.interval_covers for row in found.values()} == {"images"}
        assert {row.n_seeds for row in found.values()} == {1}


class TestFewImages:
    def test_one_image_gives_values_and_nothing_else(self, tmp_path):
        paths = write_study(tmp_path, effect=1.0, n_images=1)
        found = rows_of(paths)
        repair = found["repair", "denoise", "white", "white", "psnr_db", "clean"]
        assert repair.mean == pytest.approx(1.0, abs=0.1)
        for row in found.values():
            for name in ("ci_low", "ci_high", "p_value", "p_value_holm"):
                assert np.isnan(getattr(row, name)), (row, name)
            assert row.interval_covers == ""
        write_comparisons(tmp_path / "c.csv", list(found.values()))
        rows = list(csv.DictReader((tmp_path / "c.csv").read_text().splitlines()))
        assert {(row["ci_low"], row["p_value"], row["interval_covers"]) for row in rows} == {("", "", "")}

    @pytest.mark.parametrize("n_images", [2, 3, 5, 80])
    def test_interval_and_test_in_the_file_decide_alike(self, tmp_path, n_images):
        paths = write_study(tmp_path, effect=0.02, n_images=n_images)
        write_comparisons(tmp_path / "c.csv", compare(paths, names((0, 1)), CONDITIONS, **OPTIONS))
        rows = read_table(tmp_path / "c.csv", ComparisonRow)
        tested = [row for row in rows if not np.isnan(row.p_value)]
        assert len(tested) > 20
        for row in tested:
            excluded = not row.ci_low <= row.null_value <= row.ci_high
            assert excluded == (row.p_value < 0.05), row
        nulls = {row.quantity: row.null_value for row in rows}
        assert {name for name, null in nulls.items() if null == 100} == {
            "mean_corruption_error", "relative_corruption_error",
        }  # fmt: skip

    def test_a_difference_of_equal_models_is_not_tested(self, tmp_path):
        paths = write_study(tmp_path, effect=1.0, spread=0.0)
        for path in paths:
            scores = read_scores(path)
            values = {key: np.full_like(array, 20.0) for key, array in scores.values.items()}
            write_scores(path, dataclasses.replace(scores, values=values))
        repair = rows_of(paths)["repair", "denoise", "white", "white", "psnr_db", "clean"]
        assert repair.mean == 0
        assert np.isnan([repair.p_value, repair.ci_low]).all()


class TestFamilies:
    def test_each_quantity_is_corrected_by_itself(self, tmp_path):
        found = rows_of(write_study(tmp_path))
        costs = [row for key, row in found.items() if key[:2] == ("cost", "denoise")]
        family = [
            row for row in costs if (row.metric, row.reference) == ("ssim", "clean")
            and row.tested_on in ("white", "mean3")
        ]  # fmt: skip
        assert len(family) == 2
        smallest, largest = sorted(family, key=lambda row: row.p_value)
        assert smallest.p_value_holm == pytest.approx(min(1, 2 * smallest.p_value))
        assert largest.p_value_holm == pytest.approx(max(largest.p_value, smallest.p_value_holm))

    def test_what_is_tested_besides_changes_no_verdict(self, tmp_path):
        paths = [path for path in write_study(tmp_path) if "-mean3-" not in path.name]
        study = dataclasses.replace(names((0, 1)), trained_on=("clean", "white"))
        costs = [
            row for row in compare(paths, study, CONDITIONS, **OPTIONS)
            if (row.quantity, row.metric, row.reference) == ("cost", "ssim", "clean") and row.is_pair
        ]  # fmt: skip
        assert {row.tested_on for row in costs} == {"white", "mean3"}
        assert all(row.p_value_holm == row.p_value for row in costs)


class TestFiles:
    def test_bytes_do_not_depend_on_the_order_of_the_files(self, tmp_path):
        paths = write_study(tmp_path)
        texts = []
        for order in (paths, paths[::-1]):
            write_comparisons(tmp_path / "c.csv", compare(order, names((0, 1)), CONDITIONS, **OPTIONS))
            texts.append((tmp_path / "c.csv").read_bytes())
        assert texts[0] == texts[1]
        lines = texts[0].decode().split("\n")
        assert lines[0] == ",".join(columns_of(ComparisonRow))
        assert lines[-1] == ""
        row = next(csv.DictReader(lines))
        assert row["quantity"] == "mean_corruption_error"
        assert len(row["mean"]) <= len("-0.00123456")
        assert any(",-inf,-inf,-inf,0.95,0,,," in line for line in lines)

    def test_files_of_different_numbers_of_images(self, tmp_path):
        paths = write_study(tmp_path)
        (tmp_path / "other").mkdir()
        other = {path.name: path for path in write_study(tmp_path / "other", n_images=79)}
        mixed = [other[path.name] if path.name == "pca.npz" else path for path in paths]
        with pytest.raises(StudyError, match=r"pca\.npz: expected scores of 80 test images.*found 79"):
            compare(mixed, names((0, 1)), CONDITIONS, **OPTIONS)

    def test_a_missing_seed(self, tmp_path):
        paths = write_study(tmp_path, seeds=(0, 1, 2))
        kept = [path for path in paths if path.name != "denoise-white-2.npz"]
        with pytest.raises(StudyError, match="expected 3 seeds as elsewhere, found 2"):
            compare(kept, names((0, 1, 2)), CONDITIONS, **OPTIONS)


def test_errors_of_which_less_is_better_are_compared_as_ratios_only():
    design = make_design(names((0,)), CONDITIONS, ["identity"])
    levels = {"white": 20.0, "mean3": 20.0}
    for metric, words in METRICS.items():
        found = {c.quantity for c in choose_contrasts(design, (metric, "clean"), lambda cell: 1.0, levels)}
        assert ("cost" in found) == words.higher_is_better, metric
        assert ("mean_corruption_error" in found) != words.higher_is_better, metric
