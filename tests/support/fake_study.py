"""The files of a whole study, made up within a second, in exactly the formats that the real jobs write."""

from pathlib import Path

import numpy as np

from aestudy.distortions.variants import write_variant
from aestudy.files.archives import write_archive
from aestudy.files.csv_tables import write_table
from aestudy.files.study_tables import LossRow, SummaryRow
from aestudy.images import digest_images
from aestudy.scoring.method_names import VALUE_KEYS
from aestudy.scoring.scores import Scores, write_scores
from aestudy.scoring.scoring import score_images
from aestudy.tables.summary import Summary
from aestudy.training.history import write_history

SPECS = {
    "clean": {"name": "clean", "kind": "clean", "parameters": {}},
    "white": {"name": "white", "kind": "white", "parameters": {"sigma": 0.5}},
    "mean5": {"name": "mean5", "kind": "mean", "parameters": {"size": 5}},
}
GOALS = {
    "reconstruct": {"target": "input", "code_size": 32, "rate_weight": 0.0},
    "denoise": {"target": "clean", "code_size": 32, "rate_weight": 0.0},
}
COMPRESS = {"target": "input", "code_size": 8, "rate_weight": 0.1}
"""What every other objective stands for."""


def make_study(
    folder: Path,
    *,
    specs=SPECS,
    objectives=("reconstruct", "denoise"),
    seeds=(0, 1),
    images=None,
    labels=None,
    dataset="mine",
    examples=20,
    epochs=3,
):
    """Write resources, variants, scores, histories and the summary under a folder.

    Returns:
        The settings as `aestudy.settings.describe` gives them, shortened.
    """
    rng = np.random.default_rng(0)
    clean = rng.integers(0, 256, (24, 12, 9), dtype=np.uint8) if images is None else images
    labels = np.arange(len(clean)) % 10 if labels is None else labels
    noisy = {
        name: np.clip(clean + rng.normal(0, 12.0 * place, clean.shape), 0, 255).astype(np.uint8)
        for place, name in enumerate(specs)
    }
    for split in ("train", "test"):
        provenance = {
            "dataset": dataset, "kind": "npz", "origin": "made up", "division": "none", "split": split,
            "image_shape": list(clean.shape[1:]), "n_images": len(clean), "images_sha256": "ab" * 32,
            "labels_sha256": "cd" * 32, "files_sha256": {"a file": "ef" * 32},
        }  # fmt: skip
        arrays = {"images": clean, "labels": labels.astype(np.int64)}
        write_archive(folder / f"resources/{dataset}/{split}.npz", arrays, provenance)
    results = folder / "results" / dataset
    for name, spec in specs.items():
        write_variant(
            results / f"variants/{name}/test.npz", noisy[name], spec=spec, dataset=dataset, split="test",
            study_seed=1, clean_sha256=digest_images(clean),
        )  # fmt: skip
    rows = []

    def score(path, decode, **names):
        given = {name: image.astype(np.float32) / 255 for name, image in noisy.items()}
        outputs = {name: decode(name, image) for name, image in given.items()}
        values = [score_images(clean.astype(np.float32) / 255, given[name], outputs[name]) for name in specs]
        scores = Scores(
            dataset=dataset, tested_on=tuple(specs), examples=np.stack(
                [np.rint(255 * outputs[name][:examples]).astype(np.uint8) for name in specs]
            ), values={key: np.stack([value[key] for value in values]) for key in VALUE_KEYS}, **names,
        )  # fmt: skip
        write_scores(path, scores)
        if names.get("seed") in (None, seeds[0]):
            rows.extend(_summary_rows(scores, len(seeds)))

    for objective in objectives:
        for place, trained_on in enumerate(specs):
            for seed in seeds:

                def blur(name, image, trained_on=trained_on, place=place, seed=seed):
                    strength = 0.15 + 0.05 * (name != trained_on) + 0.02 * place + 0.001 * seed
                    return (1 - strength) * image + np.float32(strength / 2)

                score(
                    results / f"scores/{objective}/{trained_on}/{seed}.npz", blur,
                    method="autoencoder", objective=objective, trained_on=trained_on, seed=seed,
                )  # fmt: skip
                losses = [0.1 + 0.3 / (epoch + place + seed / 9) for epoch in range(1, epochs + 1)]
                write_history(
                    results / f"models/{objective}/{trained_on}/{seed}/history.csv",
                    [
                        {"epoch": n, "learning_rate": 0.003, "train_loss": x, "validation_loss": x + 0.01}
                        for n, x in enumerate(losses, start=1)
                    ],
                )
    for method, decode in (
        ("identity", lambda name, image: image),
        ("black", lambda name, image: 0 * image),
        ("mean_image", lambda name, image: 0 * image + image.mean(axis=0)),
        ("pca", lambda name, image: 0.8 * image + 0.1),
    ):
        score(results / f"scores/baselines/{method}.npz", decode, method=method)
    write_table(results / "tables/summary.csv", SummaryRow, rows)
    return {
        "seed": 1,
        "datasets": [dataset],
        "sources": {dataset: {"kind": "npz", "options": {"path": "/home/somebody/mine.npz"}}},
        "conditions": dict(specs),
        "trained_on": list(specs),
        "tested_on": list(specs),
        "goals": {name: GOALS.get(name, COMPRESS) for name in objectives},
        "objectives": list(objectives),
        "seeds": list(seeds),
        "model": {"hidden": [128, 64], "code_size": 32, "activation": "gelu", "code_activation": "linear"},
        "training": {
            "loss": "bce", "optimizer": "adam", "learning_rate": 0.003, "schedule": "cosine",
            "epochs": epochs, "batch_size": 64, "validation_fraction": 0.1,
            "shifted_fraction": 0.25, "squared_error_fraction": 0.5, "noise_draws": 8,
        },
        "evaluation": {"examples": examples, "rate_distortion": False, "compare_with_notebook": False},
        "statistics": {
            "resamples": 2000,
            "confidence": 0.95,
            "smallest_difference": {"psnr_db": 0.0, "ssim": 0.0, "accuracy": 0.0, "bits_per_image": 0.0},
        },
    }  # fmt: skip


def _summary_rows(scores, n_seeds):
    for (metric, reference), values in scores.values.items():
        for condition, row in zip(scores.tested_on, values.astype(float), strict=True):
            mean = row.mean()
            spread = 0.05 * row.std() if np.isfinite(mean) else 0.0
            yield SummaryRow(
                dataset=scores.dataset, method=scores.method, objective=scores.objective or "",
                trained_on=scores.trained_on or "", tested_on=condition, metric=metric, reference=reference,
                mean=mean, ci_low=mean - spread, ci_high=mean + spread,
                n_seeds=n_seeds if scores.seed is not None else 0, n_images=values.shape[1],
            )  # fmt: skip


def summary_of(cells, *, n_seeds=2, n_images=24):
    """Make a summary of means with their intervals: (method, ..., reference) -> mean, low, high."""
    names = ("method", "objective", "trained_on", "tested_on", "metric", "reference")
    return Summary(
        SummaryRow(
            dataset="mine", **dict(zip(names, key, strict=True)), mean=mean, ci_low=low, ci_high=high,
            n_seeds=n_seeds, n_images=n_images,
        )
        for key, (mean, low, high) in cells.items()
    )  # fmt: skip


def losses_of(epochs):
    """Make the history of a training: number of the epoch, training and validation loss."""
    return [
        LossRow(epoch=epoch, learning_rate=0.003, train_loss=train, validation_loss=validation)
        for epoch, train, validation in epochs
    ]
