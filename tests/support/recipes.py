"""One addition of each sort, by the recipes of CONTRIBUTING.md, and a study that uses them all."""

from support.projects import Project

RECIPES = {
    "A distortion": (
        2,
        [
            (
                "src/aestudy/distortions/rotations.py",
                "",
                '''"""Rotations of whole images."""

import numpy as np


def upside_down(images: np.ndarray, rng: np.random.Generator, *, share: float) -> np.ndarray:
    """Turn a share of the images upside down.

    Args:
        images: float32 (N, H, W) in [0, 1].
        rng: the stream that chooses the images.
        share: of the images that are turned.

    Returns:
        float32 (N, H, W) in [0, 1].
    """
    turned = rng.random(len(images)) < share
    return np.where(turned[:, None, None], images[:, ::-1, ::-1], images)
''',
            ),
            (
                "src/aestudy/distortions/registry.py",
                "from aestudy.distortions import composition, filters, noise",
                ", rotations",
            ),
            (
                "src/aestudy/distortions/registry.py",
                '    "mean": Kind(filters.mean, FILTERS, (_window_size(63),), random=False),\n',
                '    "upside_down": Kind(\n        rotations.upside_down,\n        "rotations",\n'
                '        (Parameter("share", 0, 1, "share of images", "share that is turned"),),\n    ),\n',
            ),
        ],
    ),
    "A metric": (
        2,
        [
            ("src/aestudy/metrics/table.py", "IMAGE_METRICS = MSE, PSNR_DB, SSIM", ", MAE"),
            ("src/aestudy/metrics/table.py", '"mse", "psnr_db", "ssim"', ', "mae"'),
            (
                "src/aestudy/metrics/table.py",
                "    SSIM: lambda compared: ssim_against(compared.moments, compared.images),\n",
                "    MAE: lambda compared: [\n"
                "        np.abs(compared.images - reference).mean(axis=(1, 2), dtype=np.float64)\n"
                "        for reference in compared.references\n    ],\n",
            ),
            (
                "src/aestudy/metrics/table.py",
                'long_name="mean squared error", details="on [0, 1]",\n    ),\n',
                '    MAE: Metric(\n        name="MAE", higher_is_better=False, decimals=4,\n'
                '        cell_factor=100.0, cell_decimals=1, scale_label="MAE × 100", heading="MAE",\n'
                '        long_name="mean absolute error", details="on [0, 1]",\n    ),\n',
            ),
            (
                "docs/method.md",
                "| `mse` | mean((x − y)²) over all pixels | 0 to 1 |\n",
                "| `mae` | mean(abs(x − y)) over all pixels | 0 to 1 |\n",
            ),
        ],
    ),
    "An activation": (
        1,
        [
            (
                "src/aestudy/networks/activations.py",
                '    "tanh": np.tanh,\n',
                '    "hard_tanh": lambda values: np.clip(values, -1, 1),\n',
            )
        ],
    ),
    "An optimizer": (
        1,
        [
            (
                "src/aestudy/settings/recipe_names.py",
                '    "adam": {},  # Kingma & Ba 2015\n',
                '    "adamw": {"weight_decay": 1e-5},\n',
            )
        ],
    ),
    "A denoiser": (
        1,
        [
            (
                "src/aestudy/scoring/denoisers.py",
                "    return filters.median(images, None, size=int(size))\n",
                '''

def mean_filter(images: np.ndarray, size: float) -> np.ndarray:
    """Take the mean of each size × size window; the image is mirrored at its border.

    Args:
        images: float32 (N, H, W) in [0, 1].
        size: side of the window in pixels, odd.

    Returns:
        float32 (N, H, W) in [0, 1].
    """
    return np.clip(filters.mean(images, None, size=int(size)), 0, 1)
''',
            ),
            (
                "src/aestudy/scoring/denoisers.py",
                "DENOISERS: dict[str, Denoiser] = {\n",
                '    "mean_filter": Denoiser(mean_filter, (3, 5), lambda size, side: size < 2 * side),\n',
            ),
            (
                "src/aestudy/scoring/denoisers.py",
                "WORDS = {\n",
                '    "mean_filter": MethodWords(DENOISER, "mean filter", "a mean filter"),\n',
            ),
        ],
    ),
    "A baseline": (
        1,
        [
            (
                "src/aestudy/scoring/baselines.py",
                "    return lambda images: np.broadcast_to(mean, images.shape).copy()\n",
                '''

def fit_median_image(train_images: np.ndarray, code_size: int) -> Reconstruct:
    """Answer every image with the pixelwise median of the clean training images."""
    median = (np.median(train_images, axis=0) / 255).astype(np.float32)
    return lambda images: np.broadcast_to(median, images.shape).copy()
''',
            ),
            (
                "src/aestudy/scoring/baselines.py",
                '    "mean_image": fit_mean_image,\n',
                '    "median_image": fit_median_image,\n',
            ),
            (
                "src/aestudy/scoring/baselines.py",
                '    "mean_image": MethodWords(TRIVIAL, "mean image"),\n',
                '    "median_image": MethodWords(TRIVIAL, "median image"),\n',
            ),
        ],
    ),
    "A baseline of pairs": (
        1,
        [
            (
                "src/aestudy/scoring/paired_baselines.py",
                '    return pairs.choose("Linear denoising code", fit)\n',
                '''

def fit_gain(pairs: Pairs, code_size: int) -> Reconstruct:
    """Scale the contrast around the mean image as fits best."""
    found = pairs.regression
    gain = np.float32(np.trace(found.basis @ found.covariances) / found.variances.sum())
    return lambda images: np.clip(found.clean_mean + gain * (images - found.given_mean), 0, 1)
''',
            ),
            (
                "src/aestudy/scoring/paired_baselines.py",
                '    "lmmse": fit_lmmse,\n',
                '    "gain": fit_gain,\n',
            ),
            (
                "src/aestudy/scoring/paired_baselines.py",
                "WORDS = {\n",
                '    "gain": MethodWords(PAIRED, "contrast", "the best contrast"),\n',
            ),
        ],
    ),
    "A finding": (
        2,
        [
            (
                "src/aestudy/findings/models.py",
                '    return conclude(words, "costliest", sentence, worst, end.next)\n',
                '''

def first_price(evidence: Evidence, words: Words) -> Finding | None:
    """What does training on the first distortion cost on clean images?"""
    rows = evidence.conditions("price", objective=evidence.objectives[0])
    if not rows:
        return None
    sentence = f"On clean images training on {rows[0].trained_on} changes PSNR by {words.amount(rows[0])}."
    return conclude(words, "first_price", sentence, rows[0])
''',
            ),
            (
                "src/aestudy/findings/files.py",
                '    Question("cost", 1, models.costliest),\n',
                '    Question("cost", 0, models.first_price),\n',
            ),
        ],
    ),
    "An explanation": (
        4,
        [
            (
                "src/aestudy/explanations/brightness.py",
                "",
                '''"""How much brighter models put out what they are given."""

from aestudy.distortions.names import CLEAN
from aestudy.explanations.study import ExplainedStudy
from aestudy.files.study_tables import ExplanationRow
from aestudy.images import to_float


def measure(study: ExplainedStudy) -> list[ExplanationRow]:
    """Measure the brightness that clean-trained models add under each distortion."""
    import numpy as np

    names = study.distortions
    networks = [study.network(CLEAN, seed) for seed in study.seeds]
    added = [
        [
            (network.reconstruct(to_float(study.variant(name))) - study.originals).mean(axis=(1, 2))
            for name in names
        ]
        for network in networks
    ]
    rows = [{"quantity": "added", "trained_on": CLEAN, "tested_on": name} for name in names]
    return study.rows(rows, np.array(added), np.eye(len(names)))
''',
            ),
            (
                "src/aestudy/explanations/table.py",
                "EXPLANATIONS: dict[str, Explanation] = {\n",
                """    "brightness": Explanation(
        question="Do models make images brighter?",
        exists=lambda study: CLEAN in study.trained_on and _meets_distortion(study),
        drawing="dots",
        parts={"added": "added brightness"},
        axis="gray value (white = 1)",
        caption="The mean of what models trained on clean images put out less the originals.",
        alt="Dots with intervals, one for each distortion.",
    ),
""",
            ),
            (
                "src/aestudy/findings/explanations.py",
                "    return conclude(said, sentence, lead, told, held, best)\n",
                '''

def brightness(rows: Rows, said: Said) -> Finding | None:
    """Do models make images brighter?"""
    row = max(rows, key=lambda one: abs(one.mean))
    verdict = {1: "brighter by", -1: "darker by", 0: "of no shown difference:"}[said.sign(row)]
    sentence = f"On {row.tested_on} models trained on clean images put out images {verdict} {said.size(row)}."
    return conclude(said, sentence, row)
''',
            ),
            (
                "src/aestudy/findings/explanations.py",
                "RULES: dict[str, Rule] = {\n",
                '    "brightness": brightness,\n',
            ),
            (
                "docs/method.md",
                "φ and distances are taken as known: no interval covers their error.\n",
                "\n**`brightness`**: the mean over all pixels of f(y) − x, f trained on clean images.\n",
            ),
        ],
    ),
    "A classical codec": (
        1,
        [
            (
                "src/aestudy/rates/classical_codecs.py",
                '    "png": ClassicalCodec("PNG", "", (0,), {"optimize": True}, {}, "zlib"),\n',
                '    "png_fast": ClassicalCodec("PNG", "", (0,), {"compress_level": 1}, {}, "zlib"),\n',
            )
        ],
    ),
    "A data set": (
        2,
        [
            (
                "src/aestudy/datasets/stripes.py",
                "",
                '''"""Images of stripes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from aestudy.datasets.dataset import Dataset


def load_stripes(options: Mapping[str, Any], *, rng: np.random.Generator) -> Dataset:
    """Draw stripes of random widths, upright (label 0) or lying (label 1).

    Args:
        options: `images`, the number of training images; a quarter as many are for testing.
        rng: the stream of widths and labels.
    """
    count = options["images"] + options["images"] // 4
    labels = rng.integers(0, 2, count)
    waves = np.sin(np.arange(28) / rng.uniform(1, 4, (count, 1)) + rng.uniform(0, 6, (count, 1)))
    upright = np.broadcast_to(waves[:, None, :], (count, 28, 28))
    images = np.where(labels[:, None, None] == 0, upright, upright.swapaxes(1, 2))
    pixels = np.rint(255 * (images + 1) / 2).astype(np.uint8)
    train = options["images"]
    origin = {"origin": "drawn stripes"}
    return Dataset(pixels[:train], labels[:train], pixels[train:], labels[train:], origin)
''',
            ),
            (
                "src/aestudy/datasets/sources.py",
                "SOURCES: dict[str, SourceKind] = {\n",
                '    "stripes": SourceKind(\n        "drawn stripes",\n'
                '        "aestudy.datasets.stripes:load_stripes",\n'
                '        (Option("images", "integer", "training images", required=True, minimum=20),),\n'
                "        splits_with_seed=True,\n    ),\n",
            ),
        ],
    ),
    "A figure": (
        5,
        [
            (
                "src/aestudy/figures/spread.py",
                "",
                '''"""How PSNR of the distorted images spreads over the test images."""

import numpy as np
from matplotlib.figure import Figure

from aestudy.figures import style
from aestudy.scoring.scores import Scores


@style.styled
def draw_spread(identity: Scores) -> Figure:
    """Draw the sorted PSNR of the distorted images against their originals, one line per condition.

    Args:
        identity: scores of the baseline `identity`.
    """
    figure = Figure(figsize=(4, 3), layout="constrained")
    axes = figure.subplots()
    for name, row in zip(identity.tested_on, identity.values["psnr_db", "clean"], strict=True):
        axes.plot(np.sort(row[np.isfinite(row)]), label=name)
    axes.set(xlabel="test images, sorted", ylabel="PSNR (dB)")
    axes.legend()
    return figure
''',
            ),
            (
                "src/aestudy/figures/table.py",
                "FIGURES: dict[str, Figure] = {\n",
                """    "spread": Figure(
        section=PICTURES,
        title="How the strength spreads",
        alt="Sorted PSNR of the distorted images, one line per condition.",
        caption="PSNR of each distorted image against its original, sorted, one line per condition.",
    ),
""",
            ),
            (
                "workflow/rules/plot_spread.smk",
                "",
                """rule plot_spread:
    input:
        identity="results/{dataset}/scores/baselines/identity.npz",
    output:
        svg=drawn("spread"),
        png="results/{dataset}/figures/spread.png",
    log:
        "logs/plot_spread/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        code=PLAN.code("plot_spread"),
    message:
        "Drawing the spread of {wildcards.dataset}"
    script:
        "../scripts/plot_spread.py"
""",
            ),
            (
                "workflow/scripts/plot_spread.py",
                "",
                '''"""Draw how PSNR of the distorted images spreads."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the scores of the inputs, draw, write the figure."""
    from aestudy.figures.spread import draw_spread
    from aestudy.figures.style import save
    from aestudy.scoring.scores import read_scores

    save(draw_spread(read_scores(job.input.identity)), job.output.svg, job.output.png)


fix_environment()
run_job(main, globals().get("snakemake"))
''',
            ),
            (
                "docs/results.md",
                "| `figures/losses.svg` | losses by epoch | [Training](method.md#training) |\n",
                "| `figures/spread.svg` | PSNR of the distorted images, sorted | |\n",
            ),
        ],
    ),
}
"""Heading in CONTRIBUTING.md -> how many files it may touch, and what is written: the file, the text that it
comes behind, and it. A file without such a text is new."""


STUDY = {
    "datasets": ["recipes"],
    "sources": {"recipes": {"kind": "stripes", "images": 400}},
    "distortions": {"turned": {"kind": "upside_down", "share": 0.5}},
    "trained_on": ["clean", "turned"],
    "tested_on": ["clean", "white", "turned"],
    "objectives": ["denoise"],
    "model": {"activation": "hard_tanh"},
    "training": {"optimizer": "adamw", "learning_rate": 0.001},
    "evaluation": {"rate_distortion": True},
}
"""What the study with all additions has in place of what the smoke study has."""


def follow(project: Project, recipe: str) -> set[str]:
    """Add to a copy of the project what a recipe adds.

    Returns:
        The files that were written.
    """
    _, edits = RECIPES[recipe]
    for name, behind, text in edits:
        if behind:
            project.edit(name, behind, behind + text)
        else:
            assert not (project.folder / name).exists()
            project.append(name, text)
    return {name for name, _, _ in edits}
