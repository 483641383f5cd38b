"""All conditions of the default study, made for 70,000 images on one core; seconds of processor time."""

from collections.abc import Callable

import numpy as np
import yaml

from benchmarks.contenders import ROOT
from benchmarks.workload import TEST_IMAGES, TRAINING_IMAGES, cpu_timed, read_digits


def prepare_all_conditions(digits_path: str, threads: int) -> Callable[[], dict[str, float]]:
    """Distort a training and a test set by every condition; the processor seconds of each by its name."""
    from aestudy import settings
    from aestudy.distortions.variants import distort_split

    del threads
    config = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    conditions = settings.load(config).conditions
    images = read_digits(digits_path, TRAINING_IMAGES + TEST_IMAGES)
    splits = {"train": images[:TRAINING_IMAGES], "test": images[TRAINING_IMAGES:]}

    def distort(spec: dict, images: np.ndarray, split: str) -> None:
        distort_split(images, spec, study_seed=0, dataset="bench", split=split)

    def one_round() -> dict[str, float]:
        seconds = {
            f"{name}_seconds": sum(
                cpu_timed(lambda spec=spec, images=images, split=split: distort(spec, images, split))
                for split, images in splits.items()
            )
            for name, spec in conditions.items()
        }
        return {"seconds": sum(seconds.values())} | seconds

    return one_round
