import dataclasses

import numpy as np
import pytest

from aestudy.errors import StudyError
from aestudy.images import to_float
from aestudy.metrics.pixelwise import psnr_db
from aestudy.scoring.method_names import ACCURACY_KEY, CODEC, RATE_KEYS, VALUE_KEYS, value_keys
from aestudy.scoring.model_methods import ModelMethods
from aestudy.scoring.score_files import StudyNames
from aestudy.scoring.scores import Scores, read_scores, write_scores
from aestudy.tables.aggregate import make_tables
from support.codec_models import blobs, small_compressor
from support.scored import score_method

COMPRESSOR = small_compressor()
CLEAN = blobs(80, seed=7)
NAMES = {"method": CODEC, "dataset": "blobs", "objective": "denoise", "trained_on": "clean", "seed": 0}
BITS, BITS_PER_PIXEL, ENTROPY = RATE_KEYS


def brighter(condition):
    return CLEAN if condition == "clean" else np.maximum(CLEAN, 40)


@pytest.fixture(scope="module")
def scores():
    return score_method(
        ModelMethods(COMPRESSOR).compress, CLEAN, ["clean", "brighter"], brighter, examples=3, **NAMES
    )


def test_the_rate_is_that_of_the_whole_file(scores):
    for row, condition in enumerate(("clean", "brighter")):
        raw = COMPRESSOR.encode(brighter(condition), COMPRESSOR.codec.default_step_index)
        assert scores.values[BITS][row].mean() == pytest.approx(8 * len(raw) / 80, rel=1e-6)
    np.testing.assert_allclose(scores.values[BITS_PER_PIXEL] * 120, scores.values[BITS], rtol=1e-6)
    shares = scores.values[BITS] / scores.values[ENTROPY]
    np.testing.assert_allclose(shares, np.broadcast_to(shares[:, :1], shares.shape), rtol=1e-5)
    assert (shares > 1).all()


def test_the_pictures_are_those_that_come_out_of_the_file(scores):
    decoded = COMPRESSOR.decode(COMPRESSOR.encode(CLEAN, COMPRESSOR.codec.default_step_index))
    np.testing.assert_array_equal(scores.examples[0], decoded[:3])
    np.testing.assert_allclose(
        scores.values["psnr_db", "clean"][0], psnr_db(to_float(CLEAN), to_float(decoded)), rtol=1e-6
    )


def test_scores_with_rates_survive_their_file(scores, tmp_path):
    write_scores(tmp_path / "scores.npz", scores)
    again = read_scores(tmp_path / "scores.npz")
    assert set(again.values) == {*VALUE_KEYS, *RATE_KEYS}
    for key in value_keys(CODEC):
        np.testing.assert_array_equal(again.values[key], scores.values[key])


def test_rates_belong_to_the_codec_only(scores, tmp_path):
    with pytest.raises(ValueError, match="expected values for"):
        dataclasses.replace(scores, method="autoencoder")
    without = {key: scores.values[key] for key in VALUE_KEYS}
    with pytest.raises(ValueError, match="expected values for"):
        dataclasses.replace(scores, values=without)
    write_scores(
        tmp_path / "scores.npz", Scores(**vars(scores) | {"method": "autoencoder", "values": without})
    )
    assert set(read_scores(tmp_path / "scores.npz").values) == set(VALUE_KEYS)


def test_tables_have_the_rates(scores, tmp_path):
    plain = {key: scores.values[key] for key in VALUE_KEYS}
    write_scores(tmp_path / "codec.npz", scores)
    write_scores(tmp_path / "plain.npz", Scores(**vars(scores) | {"method": "autoencoder", "values": plain}))
    names = StudyNames(
        dataset="blobs",
        objectives=["denoise"],
        trained_on=["clean"],
        tested_on=["clean", "brighter"],
        seeds=[0],
    )
    options = {"resamples": 50, "confidence": 0.95, "study_seed": 1}
    tables = make_tables([tmp_path / "codec.npz", tmp_path / "plain.npz"], names, **options)
    assert list(dict.fromkeys(row.method for row in tables.summary)) == ["autoencoder", CODEC]
    ((model, means),) = tables.matrices[BITS].items()
    assert model.method == CODEC
    np.testing.assert_allclose(means, scores.values[BITS].mean(1), rtol=1e-6)
    assert [model.method for model in tables.matrices["psnr_db", "clean"]] == ["autoencoder", CODEC]
    rates = [row for row in tables.summary if row.metric == "bits_per_image"]
    assert all(row.ci_low < row.mean for row in rates)
    matrices = make_tables([tmp_path / "plain.npz"], names, **options).matrices
    assert set(matrices) == {*VALUE_KEYS, ACCURACY_KEY}
    with pytest.raises(StudyError, match="every model and baseline once"):
        make_tables([tmp_path / "codec.npz"] * 2, names, **options)
