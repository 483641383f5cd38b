"""No text of a figure is cut off or lies on another, whatever a study brings."""

import itertools

import numpy as np
import pytest
from test_figures import MANY, matrix_data

from aestudy.distortions.severities import find_families
from aestudy.distortions.variants import read_variant
from aestudy.figures.distortions import draw_distortions
from aestudy.figures.first_images import draw_first_images
from aestudy.figures.losses import draw_losses
from aestudy.figures.matrices import draw_matrices
from aestudy.figures.rate_distortion import draw_rate_distortion
from aestudy.figures.reconstructions import collect_rows, draw_reconstructions
from aestudy.figures.severity import draw_severity
from aestudy.files.study_tables import RatePoint
from aestudy.metrics.table import METRICS
from aestudy.scoring import method_names
from aestudy.scoring.scores import read_scores
from aestudy.tables import labels
from support import fake_study, overlaps

FEW = ("clean", "white", "mean5")
GOALS = {
    "reconstruct": "reconstruct (target: the distorted input)",
    "denoise": "denoise (target: the clean original)",
    "a-goal-of-ones-own-with-a-long-name": labels.describe_goal(
        "a-goal-of-ones-own-with-a-long-name", {**fake_study.COMPRESS, "code_size": 16}, 32
    ),
}


def check(figure):
    texts, (width, height) = overlaps.texts_of(figure)
    assert texts
    assert overlaps.outside(texts, width, height) == []
    assert overlaps.overlapping(texts) == []


def test_text_on_text_and_over_an_edge_is_found():
    """The helper itself: turned text as well."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3, 2))
    for x, y, content, angle in (
        (0.1, 0.8, "here", 0), (0.12, 0.8, "there", 0), (0.9, 0.5, "over the edge", 0),
        (0.5, 0.2, "turned", 45), (0.75, 0.2, "parallel", 45), (0.53, 0.3, "on it", 0),
    ):  # fmt: skip
        figure.text(x, y, content, rotation=angle, rotation_mode="anchor")
    texts, size = overlaps.texts_of(figure)
    assert overlaps.outside(texts, *size) == ["over the edge"]
    assert overlaps.overlapping(texts) == [("here", "there"), ("turned", "on it")]


def swept(kind, parameter, values):
    return [
        {"name": f"{kind}-{value:g}", "kind": kind, "parameters": {parameter: float(value)}}
        for value in values
    ]


SWEEPS = {
    "three": swept("white", "sigma", (0.1, 0.3, 0.5)),
    "twenty": swept("white", "sigma", np.arange(1, 21) / 20),
    "twenty over decades": swept("poisson", "photons", np.unique(np.geomspace(1, 5000, 24).round())),
    "uneven": swept("white", "sigma", (0.01, 0.0123, 0.0125, 0.013, 0.1, 0.1001, 0.5)),
    "long numbers": swept("white", "sigma", np.arange(1, 21) / 20 + 0.00123),
    "five kinds": [
        *swept("white", "sigma", np.arange(1, 21) / 20), *swept("speckle", "sigma", np.arange(1, 21) / 20),
        *swept("salt_pepper", "amount", np.arange(1, 21) / 21),
        *swept("poisson", "photons", range(1, 21)), *swept("mean", "size", range(3, 43, 2)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("sweep", SWEEPS)
@pytest.mark.parametrize("goals", [1, 3])
def test_severity(sweep, goals):
    specs = SWEEPS[sweep]
    families = find_families(specs)
    names = [spec["name"] for spec in specs]
    cells = {}
    for place, name in enumerate(names):
        level = 30 - place * 20 / len(names)
        for key in (("identity", "", ""), *(("autoencoder", goal, "clean") for goal in GOALS)):
            cells[*key, name, "psnr_db", "clean"] = (level, level - 1, level + 1)
    titles = dict(itertools.islice(GOALS.items(), goals))
    figure = draw_severity(fake_study.summary_of(cells), families, list(titles), ["clean"], titles)
    check(figure)
    for axes, family in zip(figure.axes, families, strict=False):
        shown = [label.get_text() for label in axes.get_xticklabels()]
        assert len(shown) == len(family.strengths)
        assert shown[-1] == f"{max(family.strengths):g}"
        assert sum(map(bool, shown)) >= 3


@pytest.mark.parametrize(
    ("names", "metric"),
    [(("clean",), "psnr_db"), (MANY, "mse"), *((FEW, metric) for metric in METRICS)],
)
def test_matrices(names, metric):
    rng = np.random.default_rng(0)
    models = {goal: rng.uniform(0, 30, (len(names), len(names))) for goal in GOALS}
    models["denoise"][0, 0] = np.nan
    largest = {"mse": 0.9, "ssim": 1.0, "accuracy": 1.0, "bits_per_image": 6272.0, "bits_per_pixel": 8.0}
    models = {goal: values / 30 * largest.get(metric, 30.0) for goal, values in models.items()}
    worst = {name: np.full(len(names), largest.get(metric, 30.0)) for name in method_names.METHODS}
    check(draw_matrices(matrix_data(names, metric, models=models, baselines=worst), GOALS))


@pytest.mark.parametrize("names", [FEW, MANY[:5]], ids=len)
@pytest.mark.parametrize(
    ("epochs", "scale"), [(1, 1.0), (12, 0.3), (90_000, 1.0), (12, 2e-6), (12, 345_678.0), (12, 0.0)]
)
def test_losses(names, epochs, scale):
    numbers = tuple(dict.fromkeys(np.linspace(1, epochs, 12).astype(int).tolist()))
    falling = tuple(scale * (1 + 1 / number) for number in numbers)
    history = fake_study.losses_of(zip(numbers, falling, (1.01 * value for value in falling), strict=True))
    histories = {goal: {name: [history, history] for name in names} for goal in GOALS}
    check(draw_losses(histories, "bce", GOALS))


@pytest.mark.parametrize("names", [("clean",), MANY[:6]], ids=len)
@pytest.mark.parametrize(("count", "goal"), [(1, "denoise"), (20, "a-goal-of-ones-own-with-a-long-name")])
def test_first_images(names, count, goal):
    rng = np.random.default_rng(0)
    values = {
        "psnr_db": rng.uniform(9, 30, (len(names), count)),
        "ssim": rng.uniform(-0.1, 1, (len(names), count)),
    }
    check(draw_first_images(values, names, GOALS[goal]))


@pytest.mark.parametrize("decades", [(40, 90), (20, 3000), (5, 2e6)])
@pytest.mark.parametrize("count", [1, 6, 14])
def test_rate_distortion(decades, count):
    points = [
        RatePoint(method, packing, place, bits, bits / 784, 12 + 3 * np.log10(bits), 0.5 + place / 20, 10)
        for method in ["jpeg", "webp", *(f"autoencoder rate_weight0.{n} clean 0" for n in range(count))]
        for packing in ("together", "per_image")
        for place, bits in enumerate(np.geomspace(*decades, 6))
    ]  # fmt: skip
    check(draw_rate_distortion(points, {}))


@pytest.mark.parametrize("shape", [(28, 28), (4, 200), (200, 4), (300, 300), (4, 4)])
def test_distortions(shape):
    images = np.random.default_rng(0).integers(0, 256, (3, 3, *shape), dtype=np.uint8)
    levels = ["equal to the original", "some equal to the original", "9.4 dB"]
    check(
        draw_distortions(
            images, ["clean", MANY[0], MANY[1]], ["", "size 3, sigma 0.8", "mixture of 10"], levels
        )
    )


@pytest.mark.parametrize("shape", [(28, 28), (4, 40), (40, 4)])
def test_reconstructions(tmp_path, shape):
    specs = {
        "clean": fake_study.SPECS["clean"],
        MANY[0]: {"name": MANY[0], "kind": "white", "parameters": {"sigma": 0.5}},
        MANY[1]: {"name": MANY[1], "kind": "white", "parameters": {"sigma": 0.6}},
    }
    images = np.random.default_rng(0).integers(0, 256, (24, *shape), dtype=np.uint8)
    fake_study.make_study(tmp_path, specs=specs, images=images)
    results = tmp_path / "results/mine"
    models = [read_scores(results / f"scores/denoise/{name}/0.npz") for name in ("clean", MANY[0])]
    identity = read_scores(results / "scores/baselines/identity.npz")
    headers, rows = collect_rows(
        images,
        np.arange(24) % 10,
        identity.tested_on,
        lambda name: read_variant(results / f"variants/{name}/test.npz"),
        models,
        identity,
    )
    check(draw_reconstructions(headers, identity.tested_on, rows))
