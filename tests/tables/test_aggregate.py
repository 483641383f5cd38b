"""Tables: every number from its file to its row, canonical order, fixed bytes, files that do not belong."""

import dataclasses
import itertools
import warnings

import numpy as np
import pytest

from aestudy.errors import StudyError
from aestudy.files.csv_tables import columns_of, read_matrix, read_table
from aestudy.files.study_tables import MatrixRow, ScoreRow, SummaryRow
from aestudy.scoring.method_names import ACCURACY_KEY, VALUE_KEYS
from aestudy.scoring.score_files import StudyNames
from aestudy.scoring.scores import Scores, write_scores
from aestudy.tables.aggregate import make_tables, write_tables
from aestudy.tables.summary import read_summary

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


def write_all(folder, tables):
    """Write all tables of a study; give their paths: scores, summary, then the matrices."""
    paths = [folder / "scores.csv", folder / "summary.csv"]
    paths += [folder / f"matrix_{'_'.join(key)}.csv" for key in tables.matrices]
    write_tables(tables, *paths[:2], tables.matrices, paths[2:])
    return paths


class TestNumbers:
    def test_the_long_table_has_the_mean_of_every_file_cell(self, study):
        table = make_tables(study, NAMES, **SETTINGS).scores
        assert len(table) == len(study) * len(NAMES.tested_on) * len(VALUE_KEYS)
        found = {
            tuple(part or None for part in row[:5]) + row[5:-2]: row[-2:]
            for row in map(dataclasses.astuple, table)
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
        for row in table:
            model = (row.method, row.objective or None, row.trained_on or None)
            files = [one for one in study.values() if (one.method, one.objective, one.trained_on) == model]
            index = NAMES.tested_on.index(row.tested_on)
            expected = np.mean([one.values[row.metric, row.reference][index].mean() for one in files])
            assert row.mean == pytest.approx(expected, rel=1e-6)
            assert row.n_images == N_IMAGES
            assert row.n_seeds == (3 if row.method == "autoencoder" else 0)
            if np.isfinite(row.mean):
                assert row.ci_low < row.mean < row.ci_high
            else:
                assert (row.ci_low, row.ci_high) == (np.inf, np.inf)

    def test_a_matrix_has_the_means_of_the_summary(self, study):
        tables = make_tables(study, NAMES, **SETTINGS)
        assert tuple(tables.matrices) == (*VALUE_KEYS, ACCURACY_KEY)
        assert not tables.matrices[ACCURACY_KEY]
        means = {
            (row.method, row.objective, row.trained_on, row.tested_on, row.metric, row.reference): row.mean
            for row in tables.summary
        }
        for key in VALUE_KEYS:
            assert len(tables.matrices[key]) == len(NAMES.objectives) * len(NAMES.trained_on) + 4
            for model, row in tables.matrices[key].items():
                for condition, mean in zip(NAMES.tested_on, row, strict=True):
                    assert mean == means[*dataclasses.astuple(model), condition, *key]

    def test_accuracy_is_a_metric_where_there_are_labels(self, study, tmp_path):
        paths = []
        for place, scores in enumerate(study.values()):
            right = np.full((len(NAMES.tested_on), N_IMAGES), place % 2, np.float32)
            values = {**scores.values, ACCURACY_KEY: right}
            paths.append(add(tmp_path, f"labeled{place}", dataclasses.replace(scores, values=values)))
        tables = make_tables(paths, NAMES, **SETTINGS)
        chosen = [row for row in tables.scores if row.metric == "accuracy"]
        assert {row.reference for row in chosen} == {"label"}
        assert len(chosen) == len(study) * len(NAMES.tested_on)
        assert {row.value for row in chosen} == {0.0, 1.0}
        assert len(tables.matrices[ACCURACY_KEY]) == len(tables.matrices["ssim", "clean"])


class TestOrder:
    def test_rows_and_columns_stand_in_the_order_of_the_study(self, study, tmp_path):
        tables = make_tables(study, NAMES, **SETTINGS)
        path = write_all(tmp_path, tables)[2 + list(tables.matrices).index(("ssim", "input"))]
        conditions, rows = read_matrix(path, MatrixRow)
        assert conditions == list(NAMES.tested_on)
        models = list(itertools.product(NAMES.objectives, NAMES.trained_on))
        assert [(row.objective, row.trained_on) for row, _ in rows[: len(models)]] == models
        baselines = [row.method for row, _ in rows[len(models) :]]
        assert baselines == ["identity", "black", "mean_image", "pca"]
        assert list(dict.fromkeys(row.tested_on for row in tables.summary)) == list(NAMES.tested_on)
        assert list(dict.fromkeys(row.seed for row in tables.scores)) == [*NAMES.seeds, None]

    def test_the_order_of_the_files_does_not_show(self, study, tmp_path):
        texts = []
        for paths in (list(study), list(study)[::-1]):
            written = write_all(tmp_path, make_tables(paths, NAMES, **SETTINGS))
            texts.append([path.read_bytes() for path in written])
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
        written = write_all(tmp_path, make_tables(paths, names, **SETTINGS))
        text = written[0].read_bytes().decode()
        lines = text.split("\n")
        assert lines[0] == ",".join(columns_of(ScoreRow))
        assert lines[1].startswith("mnist5k,autoencoder,denoise,white,clean,0,mse,clean,0.")
        assert len(lines[1].split(",")[-2]) <= len("0.123456")
        assert "mnist5k,identity,,,clean,,psnr_db,clean,inf,30" in lines
        assert lines[-1] == ""
        assert "\r" not in text
        # Images without labels leave a matrix without rows.
        assert (tmp_path / "matrix_accuracy_label.csv").read_text() == "method,objective,trained_on,clean\n"

    def test_tables_are_read_back(self, study, tmp_path):
        tables = make_tables(study, NAMES, **SETTINGS)
        paths = write_all(tmp_path, tables)
        for path, kind, rows in zip(
            paths, (ScoreRow, SummaryRow), (tables.scores, tables.summary), strict=False
        ):
            for row, again in zip(rows, read_table(path, kind), strict=True):
                for name, value in dataclasses.asdict(row).items():
                    assert getattr(again, name) == (
                        pytest.approx(value, rel=1e-5) if isinstance(value, float) else value
                    )

    def test_conditions_may_be_called_null_and_nan(self, tmp_path):
        names = StudyNames(
            dataset="mnist5k",
            objectives=["denoise"],
            trained_on=["null"],
            tested_on=["nan", "none"],
            seeds=[0],
        )
        path = add(tmp_path, "a", make_scores(trained_on="null", tested_on=("nan", "none")))
        write_all(tmp_path, make_tables([path], names, **SETTINGS))
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
