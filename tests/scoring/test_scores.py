"""The loop that scores any method, and the scores file."""

import dataclasses

import numpy as np
import pytest

from aestudy.errors import StudyError
from aestudy.files.archives import read_archive, write_archive
from aestudy.images import to_float
from aestudy.metrics import pixelwise
from aestudy.metrics.structural_similarity import ssim
from aestudy.scoring.method_names import ACCURACY_KEY, VALUE_KEYS
from aestudy.scoring.scores import Scores, read_scores, write_scores
from aestudy.scoring.scoring import score_images
from support.scored import score_method


def make_scores(*, conditions=2, images=3, **changes):
    rng = np.random.default_rng(1)
    fields = {
        "method": "autoencoder",
        "objective": "denoise",
        "trained_on": "white",
        "seed": 0,
        "dataset": "mnist5k",
        "tested_on": tuple(f"condition{index}" for index in range(conditions)),
        "values": {key: rng.random((conditions, images), dtype=np.float32) for key in VALUE_KEYS},
        "examples": rng.integers(0, 256, (conditions, 2, 4, 5), dtype=np.uint8),
    }
    return Scores(**{**fields, **changes})


@pytest.fixture
def pictures():
    """Give uint8 test images of two conditions, each (5, 6, 9)."""
    rng = np.random.default_rng(2)
    return {name: rng.integers(0, 256, (5, 6, 9), dtype=np.uint8) for name in ("clean", "white")}


class TestScoreImages:
    def test_each_value_names_its_metric_and_its_reference(self):
        rng = np.random.default_rng(3)
        clean, given, output = rng.random((3, 4, 12, 13), dtype=np.float32)
        values = score_images(clean, given, output)
        assert tuple(values) == VALUE_KEYS
        for (metric, reference), array in values.items():
            function = ssim if metric == "ssim" else getattr(pixelwise, metric)
            expected = function({"clean": clean, "input": given}[reference], output)
            assert array.dtype == np.float32
            np.testing.assert_array_equal(array, expected.astype(np.float32))


class TestScoreMethod:
    def test_every_image_of_every_condition_is_scored(self, pictures):
        scores = score_method(
            lambda images: 1 - images, pictures["clean"], ("clean", "white"), pictures.__getitem__,
            examples=2, method="black", dataset="mine",
        )  # fmt: skip
        assert (scores.n_images, scores.tested_on) == (5, ("clean", "white"))
        clean = to_float(pictures["clean"])
        for row, condition in enumerate(scores.tested_on):
            given = to_float(pictures[condition])
            for key, expected in score_images(clean, given, 1 - given).items():
                np.testing.assert_array_equal(scores.values[key][row], expected)
            np.testing.assert_array_equal(scores.examples[row], 255 - pictures[condition][:2])

    def test_more_examples_than_images_are_all_images(self, pictures):
        scores = score_method(
            lambda images: images, pictures["clean"], ("clean",), pictures.__getitem__,
            examples=50, method="identity", dataset="mine",
        )  # fmt: skip
        assert scores.examples.shape == (1, 5, 6, 9)

    def test_a_judge_adds_the_accuracy(self, pictures, tmp_path):
        asked = []

        def judge(output):
            asked.append(output)
            return np.array([1, 0, 0, 1, len(asked) - 1], np.float32)

        scores = score_method(
            lambda images: 1 - images, pictures["clean"], ("clean", "white"), pictures.__getitem__,
            examples=2, method="black", dataset="mine", judge=judge,
        )  # fmt: skip
        np.testing.assert_array_equal(asked[1], 1 - to_float(pictures["white"]))
        assert scores.keys == (*VALUE_KEYS, ACCURACY_KEY)
        write_scores(tmp_path / "scores.npz", scores)
        found = read_scores(tmp_path / "scores.npz").values[ACCURACY_KEY]
        np.testing.assert_array_equal(found, [[1, 0, 0, 1, 0], [1, 0, 0, 1, 1]])


class TestFile:
    @pytest.mark.parametrize(
        "changes", [{}, {"method": "pca", "objective": None, "trained_on": None, "seed": None}]
    )
    def test_what_is_written_is_read_back(self, tmp_path, changes):
        scores = make_scores(**changes)
        write_scores(tmp_path / "scores.npz", scores)
        found = read_scores(tmp_path / "scores.npz")
        assert found.names == scores.names
        assert found.tested_on == scores.tested_on
        np.testing.assert_array_equal(found.examples, scores.examples)
        for key in VALUE_KEYS:
            np.testing.assert_array_equal(found.values[key], scores.values[key])

    def test_the_entries_are_those_that_the_documentation_names(self, tmp_path):
        write_scores(tmp_path / "scores.npz", make_scores())
        assert set(read_archive(tmp_path / "scores.npz")) == {
            "tested_on", "examples", "provenance", "mse.clean", "mse.input", "psnr_db.clean",
            "psnr_db.input", "ssim.clean", "ssim.input",
        }  # fmt: skip

    def test_the_same_scores_give_the_same_bytes(self, tmp_path):
        for name in ("a.npz", "b.npz"):
            write_scores(tmp_path / name, make_scores())
        assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()

    def test_infinite_psnr_survives(self, tmp_path):
        scores = make_scores()
        scores.values["psnr_db", "clean"][:] = np.inf
        write_scores(tmp_path / "scores.npz", scores)
        assert np.isposinf(read_scores(tmp_path / "scores.npz").values["psnr_db", "clean"]).all()

    def test_a_file_with_other_provenance_is_refused(self, tmp_path):
        path = tmp_path / "scores.npz"
        write_scores(path, make_scores())
        arrays = read_archive(path)
        del arrays["provenance"]
        write_archive(path, arrays, {"kind": "white"})
        with pytest.raises(StudyError, match=r"scores\.npz: expected the provenance of scores .*found kind"):
            read_scores(path)

    @pytest.mark.parametrize(
        ("entry", "value", "message"),
        [
            ("mse.clean", np.zeros((2, 4), np.float32), r"psnr_db\.clean|mse\.input"),
            ("ssim.clean", np.full((2, 3), np.nan, np.float32), "NaN"),
            ("psnr_db.input", np.zeros((2, 3)), "float64"),
            ("tested_on", np.array(["clean"]), "1 conditions, found 2"),
            ("examples", np.zeros((1, 2, 4, 4), np.uint8), "examples"),
        ],
    )
    def test_entries_that_do_not_fit_are_refused(self, tmp_path, entry, value, message):
        path = tmp_path / "scores.npz"
        scores = make_scores()
        write_scores(path, scores)
        arrays = {**read_archive(path), entry: value}
        del arrays["provenance"]
        write_archive(path, arrays, scores.names)
        with pytest.raises(StudyError, match=rf"scores\.npz: .*({message}).*run the study again"):
            read_scores(path)

    def test_a_missing_entry_is_named(self, tmp_path):
        write_archive(tmp_path / "scores.npz", {"tested_on": np.array(["clean"])}, {})
        with pytest.raises(StudyError, match=r"ssim\.clean"):
            read_scores(tmp_path / "scores.npz")


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"seed": None}, "seed of an autoencoder"),
            ({"seed": "0"}, "seed to be int"),
            ({"method": "pca"}, "no objective of the baseline pca"),
            ({"dataset": None}, "dataset to be str"),
            ({"tested_on": ("clean", "clean")}, "each once"),
            ({"values": {}}, "expected values for"),
            ({"examples": np.zeros((2, 2, 4, 4))}, "examples to be uint8"),
        ],
    )
    def test_scores_that_contradict_themselves(self, changes, message):
        with pytest.raises(ValueError, match=message):
            make_scores(**changes)

    def test_scores_do_not_change(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            make_scores().method = "pca"
