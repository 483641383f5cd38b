"""Tables: every number from its file to its row, canonical order, fixed bytes, files that do not belong."""

import dataclasses
import itertools
import warnings

import numpy as np
import pandas as pd
import pytest

from aestudy.errors import StudyError
from aestudy.scoring.method_names import ACCURACY_KEY, VALUE_KEYS
from aestudy.scoring.score_files import StudyNames
from aestudy.scoring.scores import Scores, write_scores
from aestudy.tables.aggregate import SCORES_COLUMNS, make_tables, write_table
from aestudy.tables.summary import SUMMARY_COLUMNS, read_summary

# Neither order is the alphabetic one.
NAMES = StudyNames(
    dataset="mnist5k",
    objectives=("reconstruct", "denoise"),
    trained_on=("clean", "white", "mean3"),
    tested_on=("clean", "white", "salt_pepper"),
    seeds=(0, 10, 2),
)
N_IMAGES = 30
SETTINGS = {"resamples": 200, "confidence": 0.95, "study_seed": 2026}


def make_scores(method="autoencoder", *, n_images=N_IMAGES, infinite=False, **changes):
    fields = {"objective": "denoise", "trained_on": "white", "seed": 0}
    if method != "autoencoder":
        fields = {}
    fields = {"dataset": "mnist5k", "tested_on": NAMES.tested_on, **fields, **changes}
    name = repr((method, sorted(fields.items()))).encode()
    rng = np.random.default_rng(int.from_bytes(name[-200:], "little"))
    shape = (len(fields["tested_on"]), n_images)
    values = {key: rng.random(shape, dtype=np.float32) for key in VALUE_KEYS}
    if infinite:
        values["psnr_db", "clean"][0] = np.inf
    return Scores(method=method, values=values, examples=np.zeros((shape[0], 1, 4, 4), np.uint8), **fields)


@pytest.fixture
def study(tmp_path):
    """Write all files of a small study; give their paths and what stands in them."""
    everything = [
        make_scores(objective=objective, trained_on=trained_on, seed=seed)
        for objective, trained_on, seed in itertools.product(NAMES.objectives, NAMES.trained_on, NAMES.seeds)
    ]
    everything += [
        make_scores(method, infinite=method == "identity")
        for method in ("pca", "identity", "black", "mean_image")
    ]
    return {add(tmp_path, f"{index}", scores): scores for index, scores in enumerate(everything)}


def add(folder, name, scores):
    path = folder / f"{name}.npz"
    write_scores(path, scores)
    return path


class TestNumbers:
    def test_the_long_table_has_the_mean_of_every_file_cell(self, study):
        table = make_tables(study, NAMES, **SETTINGS).scores
        assert tuple(table.columns) == SCORES_COLUMNS
        assert len(table) == len(study) * len(NAMES.tested_on) * len(VALUE_KEYS)
        found = {
            tuple(None if pd.isna(part) else part for part in row[:-2]): row[-2:]
            for row in table.itertuples(index=False, name=None)
        }
        for scores in study.values():
            for key, array in scores.values.items():
                for condition, row in zip(scores.tested_on, array, strict=True):
                    place = (
                        "mnist5k", scores.method, scores.objective, scores.trained_on, condition,
                        scores.seed, *key,
                    )  # fmt: skip
                    assert found[place] == (pytest.approx(row.astype(np.float64).mean()), N_IMAGES)

    def test_the_summary_averages_over_seeds_inside_its_interval(self, study):
        table = make_tables(study, NAMES, **SETTINGS).summary
        assert tuple(table.columns) == SUMMARY_COLUMNS
        for row in table.itertuples():
            model = tuple(
                None if pd.isna(part) else part for part in (row.method, row.objective, row.trained_on)
            )
            files = [one for one in study.values() if (one.method, one.objective, one.trained_on) == model]
            index = NAMES.tested_on.index(row.tested_on)
            expected = np.mean([one.values[row.metric, row.reference][index].mean() for one in files])
            assert row.mean == pytest.approx(expected, rel=1e-6)
            assert row.n_images == N_IMAGES
            if row.method == "autoencoder":
                assert row.n_seeds == 3
            else:
                assert pd.isna(row.n_seeds)
            if np.isfinite(row.mean):
                assert row.ci_low < row.mean < row.ci_high
            else:
                assert (row.ci_low, row.ci_high) == (np.inf, np.inf)

    def test_a_matrix_has_the_means_of_the_summary(self, study):
        tables = make_tables(study, NAMES, **SETTINGS)
        assert tuple(tables.matrices) == (*VALUE_KEYS, ACCURACY_KEY)
        unlabeled = tables.matrices[ACCURACY_KEY]
        assert list(unlabeled.columns) == ["method", "objective", "trained_on", *NAMES.tested_on]
        assert unlabeled.empty
        identity = ["method", "objective", "trained_on"]
        columns = [*identity, "tested_on", "metric", "reference"]
        means = tables.summary.fillna({"objective": "", "trained_on": ""}).set_index(columns)["mean"]
        for key in VALUE_KEYS:
            matrix = tables.matrices[key]
            assert len(matrix) == len(NAMES.objectives) * len(NAMES.trained_on) + 4
            for row in matrix.fillna({"objective": "", "trained_on": ""}).to_dict("records"):
                for condition in NAMES.tested_on:
                    place = (*(row[name] for name in identity), condition, *key)
                    assert row[condition] == means[place]

    def test_accuracy_is_a_metric_where_there_are_labels(self, study, tmp_path):
        paths = []
        for place, scores in enumerate(study.values()):
            right = np.full((len(NAMES.tested_on), N_IMAGES), place % 2, np.float32)
            values = {**scores.values, ACCURACY_KEY: right}
            paths.append(add(tmp_path, f"labeled{place}", dataclasses.replace(scores, values=values)))
        tables = make_tables(paths, NAMES, **SETTINGS)
        chosen = tables.scores[tables.scores["metric"] == "accuracy"]
        assert set(chosen["reference"]) == {"label"}
        assert len(chosen) == len(study) * len(NAMES.tested_on)
        assert set(chosen["value"]) == {0.0, 1.0}
        assert len(tables.matrices[ACCURACY_KEY]) == len(tables.matrices["ssim", "clean"])


class TestOrder:
    def test_rows_and_columns_stand_in_the_order_of_the_study(self, study):
        tables = make_tables(study, NAMES, **SETTINGS)
        matrix = tables.matrices["ssim", "input"]
        assert list(matrix.columns) == ["method", "objective", "trained_on", *NAMES.tested_on]
        models = list(itertools.product(NAMES.objectives, NAMES.trained_on))
        rows = list(matrix[["objective", "trained_on"]].itertuples(index=False, name=None))
        assert rows[: len(models)] == models
        assert list(matrix["method"][len(models) :]) == ["identity", "black", "mean_image", "pca"]
        assert list(tables.summary["tested_on"].unique()) == list(NAMES.tested_on)
        assert list(tables.scores["seed"].dropna().unique()) == list(NAMES.seeds)

    def test_the_order_of_the_files_does_not_show(self, study, tmp_path):
        texts = []
        for paths in (list(study), list(study)[::-1]):
            tables = make_tables(paths, NAMES, **SETTINGS)
            written = []
            for table in (tables.scores, tables.summary, *tables.matrices.values()):
                write_table(tmp_path / "table.csv", table)
                written.append((tmp_path / "table.csv").read_bytes())
            texts.append(written)
        assert texts[0] == texts[1]


class TestFiles:
    def test_the_format_is_fixed(self, tmp_path):
        paths = [
            add(tmp_path, "model", make_scores(tested_on=("clean",))),
            add(tmp_path, "identity", make_scores("identity", tested_on=("clean",), infinite=True)),
        ]
        names = StudyNames(
            dataset="mnist5k", objectives=["denoise"], trained_on=["white"], tested_on=["clean"], seeds=[0]
        )
        write_table(tmp_path / "scores.csv", make_tables(paths, names, **SETTINGS).scores)
        text = (tmp_path / "scores.csv").read_bytes().decode()
        lines = text.split("\n")
        assert lines[0] == ",".join(SCORES_COLUMNS)
        assert lines[1].startswith("mnist5k,autoencoder,denoise,white,clean,0,mse,clean,0.")
        assert len(lines[1].split(",")[-2]) <= len("0.123456")
        assert "mnist5k,identity,,,clean,,psnr_db,clean,inf,30" in lines
        assert lines[-1] == ""
        assert "\r" not in text

    def test_a_summary_is_read_back(self, study, tmp_path):
        summary = make_tables(study, NAMES, **SETTINGS).summary
        write_table(tmp_path / "summary.csv", summary)
        found = read_summary(tmp_path / "summary.csv")
        for row in summary.fillna({"objective": "", "trained_on": "", "n_seeds": 0}).itertuples():
            key = (row.tested_on, row.metric, row.reference)
            if row.trained_on:
                cell = found.trained(row.method, row.objective, row.trained_on, *key)
            else:
                cell = found.baseline(row.method, *key)
            values = (cell.mean, cell.low, cell.high)
            np.testing.assert_allclose(values, (row.mean, row.ci_low, row.ci_high), rtol=1e-5)
            assert (cell.n_seeds, cell.n_images) == (row.n_seeds, row.n_images)

    def test_conditions_may_be_called_null_and_nan(self, tmp_path):
        names = StudyNames(
            dataset="mnist5k",
            objectives=["denoise"],
            trained_on=["null"],
            tested_on=["nan", "none"],
            seeds=[0],
        )
        path = add(tmp_path, "a", make_scores(trained_on="null", tested_on=("nan", "none")))
        write_table(tmp_path / "summary.csv", make_tables([path], names, **SETTINGS).summary)
        found = read_summary(tmp_path / "summary.csv")
        for tested_on in ("nan", "none"):
            assert found.model("denoise", "null", tested_on, "mse", "clean")

    def test_infinite_values_raise_no_warning(self, study):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            make_tables(study, NAMES, **SETTINGS)


class TestRefusals:
    @pytest.mark.parametrize(
        ("scores", "message"),
        [
            (make_scores(dataset="mnist"), "with dataset mnist5k, found mnist"),
            (make_scores(objective="sharpen"), "objective reconstruct or denoise, found sharpen"),
            (make_scores(trained_on="speckle"), "trained_on clean or white or mean3, found speckle"),
            (make_scores(seed=7), "seed 0 or 10 or 2, found 7"),
            (make_scores("jpeg"), "method autoencoder or codec or identity.*found jpeg"),
            (make_scores(tested_on=("clean", "white")), "conditions clean, white, salt_pepper, found"),
            (make_scores(tested_on=("white", "clean", "salt_pepper")), "found white, clean, salt_pepper"),
            (make_scores(n_images=29), r"30 test images as in .*good\.npz, found 29"),
        ],
    )
    def test_a_file_that_does_not_belong_is_named(self, tmp_path, scores, message):
        # Denoising stands behind reconstructing, so the good file is read first.
        good = add(tmp_path, "good", make_scores(objective="reconstruct", seed=2))
        bad = add(tmp_path, "bad", scores)
        with pytest.raises(StudyError, match=rf"bad\.npz: expected .*{message}"):
            make_tables([bad, good], NAMES, **SETTINGS)

    def test_one_model_in_two_files(self, tmp_path):
        paths = [add(tmp_path, name, make_scores()) for name in ("first", "second")]
        with pytest.raises(StudyError, match=r"second\.npz: .*the same one as in .*first\.npz"):
            make_tables(paths, NAMES, **SETTINGS)

    def test_no_files(self):
        with pytest.raises(StudyError, match="mnist5k: expected scores files"):
            make_tables([], NAMES, **SETTINGS)
