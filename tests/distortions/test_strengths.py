"""How far each distortion moves real digits, against the figures that the study was planned with."""

import gzip

import numpy as np
import pytest

from aestudy import settings
from aestudy.datasets import load
from aestudy.distortions.variants import distort_split
from aestudy.images import to_float
from support import study_configs

# 10 log10(784 / SSE) in decibels, distorted against clean MNIST test images, given to 0.1 dB.
INPUT_PSNR = [
    ("white", {"sigma": 0.5}, 9.4),
    ("salt_pepper", {"amount": 0.2, "salt_share": 0.5}, 10.2),
    ("speckle", {"sigma": 1.0}, 14.9),
    ("mean", {"size": 3}, 19.4),
    ("mean", {"size": 5}, 15.2),
    ("median", {"size": 3}, 23.3),
    ("median", {"size": 5}, 15.8),
    ("gaussian", {"size": 9, "sigma": 1.0}, 18.8),
]


@pytest.fixture(scope="module")
def test_images(mnist_folder):
    content = gzip.decompress((mnist_folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    return np.frombuffer(content, np.uint8)[16:].reshape(-1, 28, 28)


@pytest.mark.full_mnist
@pytest.mark.parametrize(("kind", "parameters", "expected"), INPUT_PSNR)
def test_psnr_of_the_distorted_input(test_images, kind, parameters, expected):
    spec = {"name": kind, "kind": kind, "parameters": parameters}
    distorted = distort_split(test_images, spec, study_seed=2026, dataset="mnist", split="test")
    error = np.mean(np.square(to_float(distorted) - to_float(test_images)), dtype=np.float64)
    assert 10 * np.log10(1 / error) == pytest.approx(expected, abs=0.1)


def test_the_kinds_of_the_default_study_overlap_in_strength_on_training_images():
    """At 14, 16 and 18 dB every kind has neighbors to interpolate between, at three strengths at most."""
    study = settings.load(study_configs.study())
    source = study.sources["mnist5k"]
    images = load(source.kind, source.options, study_seed=study.seed, dataset="mnist5k").train_images[:1000]
    levels = {}
    for name in study.tested_on:
        spec = study.conditions[name]
        distorted = distort_split(images, spec, study_seed=study.seed, dataset="mnist5k", split="train")
        error = np.mean(np.square(to_float(distorted) - to_float(images)), dtype=np.float64)
        if error:
            levels.setdefault(spec["kind"], []).append(10 * np.log10(1 / error))
    assert len(levels) == 7
    for kind, found in levels.items():
        assert len(found) == 3, kind
        assert min(found) < 14, kind
        assert max(found) > 18, kind
