"""The face: what it does beside its examples, and what it refuses."""

import inspect
import re

import numpy as np
import pytest
import yaml

import aestudy
from aestudy.distortions.variants import distort_split
from aestudy.errors import StudyError
from support.codec_models import SHAPE, blobs, small_compressor
from support.fake_study import make_study
from support.machine import ROOT


@pytest.fixture
def images():
    return blobs(40)


@pytest.fixture
def model():
    compressor = small_compressor()
    return aestudy.Model(compressor.network, compressor.codec)


def test_defaults_of_train_are_those_of_the_default_study():
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    parameters = inspect.signature(aestudy.train).parameters
    defaults = {name: parameter.default for name, parameter in parameters.items()}
    expected = config["model"] | config["training"]
    del expected["noise_draws"]  # it gets images, not what made their noise
    assert {name: defaults[name] for name in expected} == expected | {"hidden": tuple(expected["hidden"])}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hidden": (-5,)}, r"train: hidden\[0\]: expected an integer from 1 to \d+, found -5\."),
        ({"activation": "no"}, "train: activation: expected one of linear, .*found the text 'no'"),
        ({"optimizer": "sgdd"}, "train: optimizer: expected one of .*found the text 'sgdd'"),
        ({"epochs": 2.5}, "train: epochs: expected an integer .*found 2.5"),
        ({"learning_rate": -1, "loss": "l1"}, "learning_rate: .*found -1; loss: .*'l1'"),
        ({"rate_weight": -1}, "rate_weight: expected a number from 0 to 1000, found -1"),
        ({"rate_weight": [0.1, 0.2]}, "rate_weight: expected a number"),
    ],
)  # fmt: skip
def test_train_refuses_what_no_config_may_say(images, arguments, message):
    with pytest.raises(StudyError, match=message):
        aestudy.train(images, **arguments)


def test_train_refuses_images_that_are_not_8_bit_or_do_not_fit(images):
    with pytest.raises(
        StudyError, match=r"train: images: expected uint8 images, found dtype float64\. Floats"
    ):
        aestudy.train(images / 255)
    with pytest.raises(StudyError, match="train: targets: expected uint8 images, found dtype float32"):
        aestudy.train(images, aestudy.to_float(images))
    with pytest.raises(StudyError, match=r"targets of the shape of the images, \(40, 12, 10\), found \(39"):
        aestudy.train(images, images[1:])
    with pytest.raises(StudyError, match="expected a NumPy array of uint8, found list"):
        aestudy.train([[1, 2], [3, 4]])


def test_training_is_repeatable_and_depends_on_the_seed(images):
    recipe = {"epochs": 1, "hidden": np.array([16]).tolist(), "code_size": np.int64(4)}
    first, again, other = (aestudy.train(images, seed=seed, **recipe) for seed in (0, 0, 1))
    assert (first.reconstruct(images) == again.reconstruct(images)).all()
    assert (first.reconstruct(images) != other.reconstruct(images)).any()


def test_a_trained_model_is_saved_as_the_study_does(images, tmp_path):
    model = aestudy.train(images, epochs=2, hidden=(16,), code_size=4, rate_weight=0.1).fit_codec(images)
    model.save(tmp_path / "mine")
    assert sorted(file.name for file in (tmp_path / "mine").iterdir()) == [
        "codec.npz", "history.csv", "params.npz",
    ]  # fmt: skip
    assert "train_bits" in (tmp_path / "mine/history.csv").read_text()
    loaded = aestudy.load_model(tmp_path / "mine/params.npz")
    assert loaded.provenance["settings"]["rate_weight"] == 0.1
    raw = model.encode(images)
    assert (loaded.decode(raw) == model.decode(raw)).all()
    assert (aestudy.Compressor.load(tmp_path / "mine").decode(raw) == model.decode(raw)).all()
    # Without its codec it must not be left with that of the model before.
    aestudy.Model(small_compressor().network).save(tmp_path / "mine")
    assert aestudy.load_model(tmp_path / "mine").codec is None


def test_a_coarser_step_takes_fewer_bytes(model, images):
    step = model.codec.default_step_index
    assert len(model.encode(images, step_index=step + 16)) < len(model.encode(images))


def test_a_model_refuses_what_is_not_its_own(model, images):
    floats = aestudy.to_float(images)
    for call in (model.reconstruct, model.encode, model.fit_codec):
        with pytest.raises(StudyError, match="expected uint8 images, found dtype float32"):
            call(floats)
        with pytest.raises(StudyError, match=r"images of (the model's size, )?12 x 10 pixels"):
            call(np.zeros((3, 8, 8), np.uint8))
    with pytest.raises(ValueError, match=r"expected floats in \[0, 1\], found uint8"):
        model.network.reconstruct(images)
    with pytest.raises(StudyError, match=r"the model has no codec yet\. Call its fit_codec"):
        aestudy.Model(model.network).encode(images)


def test_distort_is_what_the_study_does(images):
    spec = {"name": "white", "kind": "white", "parameters": {"sigma": 0.5}}
    expected = distort_split(images, spec, study_seed=3, dataset="images", split="all")
    assert (aestudy.distort(images, "white", sigma=np.float64(0.5), seed=3) == expected).all()
    assert (aestudy.distort(images, "clean") == images).all()


def test_distortions_can_be_put_together(images):
    noisy = {"kind": "white", "sigma": 0.5}
    chain = aestudy.distort(images, "chain", of=[noisy, {"kind": "median", "size": 3}, noisy])
    assert (chain != images).any()
    nested = aestudy.distort(
        images, "mixture", of=[{"kind": "chain", "of": [noisy, noisy]}, {"kind": "clean"}]
    )
    assert 0 < (nested == images).all((1, 2)).sum() < len(images)


@pytest.mark.parametrize(
    ("kind", "parameters", "message"),
    [
        ("white", {"sigma": -5}, r"distort: white\.sigma: expected a number from 0 to 10 .* found -5\."),
        ("white", {}, r"distort: white\.sigma: missing; expected a number"),
        ("white", {"sigmaa": 1}, r"white\.sigmaa: unknown parameter; did you mean 'sigma'\?"),
        ("white", {"sigma": [1, 2]}, r"distort: sigma: expected one number, found the list \[1, 2\]"),
        ("median", {"size": 4}, r"median\.size: expected an odd integer"),
        ("wite", {}, "distort: kind: unknown kind 'wite'; did you mean 'white'.*allowed are clean, poisson"),
        ("chain", {"of": [{"kind": "white", "sigma": 1}]}, r"chain\.of: a chain expects at least 2"),
        ("chain", {"of": ["white"]}, r"distort: of\[0\]\.kind: expected {'kind'"),
        ("chain", {"of": "all"}, "distort: of: expected a list of distortions, found the text 'all'"),
        ("chain", {}, r"chain\.of: missing"),
    ],
)  # fmt: skip
def test_distort_refuses(images, kind, parameters, message):
    with pytest.raises(StudyError, match=message):
        aestudy.distort(images, kind, **parameters)


def test_distorting_floats_is_refused_as_they_would_become_black(images):
    with pytest.raises(StudyError, match="distort: expected uint8 images, found dtype float32"):
        aestudy.distort(aestudy.to_float(images), "white", sigma=0.5)
    spec = {"name": "clean", "kind": "clean", "parameters": {}}
    with pytest.raises(StudyError, match="mine, test: expected uint8 images, found dtype float64"):
        distort_split(images / 255, spec, study_seed=0, dataset="mine", split="test")


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("mnist5", {}, "load_dataset: kind: unknown kind 'mnist5'; did you mean 'mnist5k'"),
        (
            "mnist5k",
            {"train_images": -1},
            "load_dataset: train_images: expected an integer of at least 10, found -1",
        ),
        ("mnist5k", {"images": 1}, "load_dataset: images: unknown"),
        ("npz", {}, "load_dataset: path: missing"),
    ],
)
def test_load_dataset_refuses(kind, options, message):
    with pytest.raises(StudyError, match=message):
        aestudy.load_dataset(kind, **options)


def test_own_images_are_loaded_and_split_by_the_seed(images, tmp_path):
    np.savez(tmp_path / "mine.npz", images=images)
    first, other = (
        aestudy.load_dataset("npz", path=str(tmp_path / "mine.npz"), seed=seed) for seed in (0, 1)
    )
    assert len(first.train_images) + len(first.test_images) == 40
    assert (first.test_images != other.test_images).any()


def test_bootstrap_takes_images_or_seeds_and_images():
    scores = np.random.default_rng(0).normal(20, 1, (3, 50))
    both, one = aestudy.bootstrap(scores), aestudy.bootstrap(scores[0], seed=4)
    assert both.low < both.mean < both.high
    assert both.mean == pytest.approx(scores.mean())
    assert one.mean == pytest.approx(scores[0].mean())
    for wrong, message in (
        ([], "found the shape"),
        ([np.nan], "found NaN"),
        (np.ones((2, 2, 2)), "the shape"),
    ):
        with pytest.raises(StudyError, match=message):
            aestudy.bootstrap(wrong)
    with pytest.raises(
        StudyError, match=r"bootstrap: expected .*confidence between 0 and 1, found 2, 2000 and 5"
    ):
        aestudy.bootstrap([1, 2], confidence=5)


def test_bd_rate_refuses_what_is_no_curve():
    assert aestudy.bd_rate([], [], [1, 2], [30, 31]) is None
    with pytest.raises(StudyError, match=r"expected rates above 0 and as many qualities, found .*from -1 "):
        aestudy.bd_rate([-1, 2], [30, 31], [1, 2], [30, 31])
    with pytest.raises(StudyError, match=r"shape \(2,\) .* shape \(3,\)"):
        aestudy.bd_rate([1, 2], [30, 31, 32], [1, 2], [30, 31])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden": (8, 0)}, "network: expected hidden of integers of at least 1, found 0"),
        ({"code_size": 2.0}, "network: expected code_size of integers of at least 1, found 2.0"),
        ({"image_shape": (28,)}, r"network: expected image_shape \(height, width\), found \(28,\)"),
        ({"activation": "no"}, "activation: expected one of linear, .* found 'no'"),
        ({"code_activation": "elo"}, "code_activation: expected one of"),
    ],
)  # fmt: skip
def test_an_architecture_that_cannot_be_is_refused(changes, message):
    fields = {
        "image_shape": SHAPE, "hidden": (8,), "code_size": 2, "activation": "elu",
        "code_activation": "linear",
    }  # fmt: skip
    with pytest.raises(StudyError, match=message):
        aestudy.DenseArchitecture(**fields | changes)


@pytest.fixture
def study(tmp_path, model):
    make_study(tmp_path)
    model.save(tmp_path / "results/mine/models/denoise/white/1")
    (tmp_path / "results/mine/findings.json").write_text('{"findings": [{"id": "a", "sentence": "1 < 2"}]}')
    return aestudy.open_study(tmp_path / "results/mine")


def test_a_study_gives_models_and_images(study, images):
    assert study.models == [("denoise", "white", 1)]
    assert (
        study.model("denoise", "white", 1).decode(small_compressor().encode(images, 0)).shape == images.shape
    )
    assert study.images("mean5").shape == (24, 12, 9)
    with pytest.raises(
        StudyError, match=r"expected a model \('denoise', 'white', 0\), found \('denoise', 'white', 1\)"
    ):
        study.model("denoise", "white")
    with pytest.raises(
        StudyError, match="expected test images of a condition, one of clean, mean5, white; found 'whit'"
    ):
        study.images("whit")


def test_a_study_gives_tables_and_matrices(study):
    summary = study.table("summary")
    assert set(summary["method"]) == {"autoencoder", "identity", "black", "mean_image", "pca"}
    matrix = study.matrix("mse", "input")
    assert matrix.shape == (6, 3)
    assert list(matrix.columns) == ["clean", "white", "mean5"]
    row = summary.query("objective == 'denoise' and trained_on == 'white' and tested_on == 'mean5'")
    expected = row.query("metric == 'mse' and reference == 'input'")["mean"].item()
    assert matrix.loc[("denoise", "white"), "mean5"] == expected
    for call, message in (
        (lambda: study.table("summry"), "expected a table, one of summary; found 'summry'; did you mean"),
        (lambda: study.matrix("psnr"), "expected a metric, one of .*psnr_db.*; found 'psnr'"),
        (lambda: study.matrix("mse", "original"), "expected a reference, one of clean, input; found"),
        (lambda: study.matrix("mse", method="codec"), "expected a method, one of autoencoder"),
    ):
        with pytest.raises(StudyError, match=message):
            call()


def test_a_study_gives_pictures_and_shows_itself(study):
    from PIL import Image

    folder = study.folder / "figures/matrices"
    folder.mkdir(parents=True)
    Image.new("L", (3, 2)).save(folder / "mse.png")
    assert study.pictures == ["matrices/mse"]
    assert study.picture("matrices/mse").size == (3, 2)
    with pytest.raises(StudyError, match="expected a picture, one of matrices/mse; found 'losses'"):
        study.picture("losses")
    page = study._repr_html_()
    assert "<li>1 &lt; 2</li>" in page
    assert re.search(r"<th>white</th>", page)
    assert repr(study) == "<Study mine: 1 models, 1 tables, 1 pictures>"


def test_a_folder_without_results_is_refused(tmp_path):
    for folder, found in ((tmp_path / "no", "found nothing"), (tmp_path, "found a folder without tables")):
        with pytest.raises(StudyError, match=found):
            aestudy.open_study(folder)
    (tmp_path / "tables").mkdir()
    with pytest.raises(StudyError, match="expected the findings of a study, found FileNotFoundError"):
        aestudy.open_study(tmp_path).findings  # noqa: B018 - reading it is tested
