"""What more draws of noise and more epochs bring on the validation images, and what they cost.

    python -m benchmarks.draws_and_epochs --draws 1 2 4 8 fresh
    python -m benchmarks.draws_and_epochs --epochs 12 24 48 96 192 --conditions clean white
    python -m benchmarks.draws_and_epochs --study studies/mnist.yaml --epochs 20 40 80 --conditions clean

All models denoise. The validation images are those that every training holds out; the test images are never
looked at. docs/training.md has the tables and what was taken from them.
"""

import argparse
import json
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from statistics import mean
from typing import Any

from benchmarks.contenders import ROOT
from benchmarks.study import _environment

Row = dict[str, Any]


def train_each(
    study: Any, condition: str, seeds: Sequence[int], epochs: int, draws: int | str
) -> Iterator[Row]:
    """Train the models of a condition, as a job does.

    Args:
        study: the settings; of its data sets the first one counts.
        condition: what they are trained on.
        seeds: one model for each.
        epochs: in place of those of the study.
        draws: of noise, likewise.

    Yields:
        Of each model `validation_loss`, `own_psnr_db` and `clean_psnr_db` (means over the validation images
        of its condition and the clean ones), and `processor_seconds` of its epochs with their drawing.
    """
    from aestudy import datasets
    from aestudy.distortions.variants import distort_split
    from aestudy.images import to_float
    from aestudy.metrics.pixelwise import psnr_db
    from aestudy.networks.architecture import make_architecture
    from aestudy.networks.network import Network
    from aestudy.training.loop import Training, TrainingRun, split_validation

    name = study.datasets[0]
    source, spec = study.sources[name], study.conditions[condition]
    clean = datasets.load(source.kind, source.options, study_seed=study.seed, dataset=name).train_images

    def draw(number: int, chosen: Any) -> Any:
        named = {"study_seed": study.seed, "dataset": name, "split": "train"}
        return distort_split(clean[chosen], spec, **named, draw=number)

    inputs = draw(0, slice(None))
    runs = [TrainingRun(study.seed, name, seed) for seed in seeds]
    settings = replace(study.training, epochs=epochs, noise_draws=draws)
    network = {key: getattr(study.model, key) for key in study.model.__dataclass_fields__}
    architecture = make_architecture(network, clean.shape[1:])
    training = Training(architecture, settings, inputs, clean, runs[0], draw=draw)
    _, held = split_validation(len(clean), settings.validation_fraction, runs[0])
    wanted, given = to_float(clean[held]), to_float(inputs[held])
    for run in runs:
        with Processor() as processor:
            (model,) = training.train([run])
        trained = Network(architecture, model.parameters)
        yield {
            "condition": condition, "epochs": epochs, "draws": draws, "seed": run.seed,
            "validation_loss": model.history[-1]["validation_loss"],
            "own_psnr_db": float(psnr_db(wanted, trained.reconstruct(given)).mean()),
            "clean_psnr_db": float(psnr_db(wanted, trained.reconstruct(wanted)).mean()),
            "processor_seconds": processor.seconds,
        }  # fmt: skip


class Processor(logging.Handler):
    """Reads the processor time of the epochs from the line that a training logs."""

    seconds = 0.0

    def __enter__(self) -> "Processor":
        """Listen to the trainings."""
        logging.getLogger("aestudy").addHandler(self)
        logging.getLogger("aestudy").setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        logging.getLogger("aestudy").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take the number."""
        found = re.match(r"epochs in [0-9.]+ s, ([0-9.]+) s of processor", record.getMessage())
        self.seconds = float(found[1]) if found else self.seconds


def markdown(rows: Sequence[Row]) -> str:
    """Write one line for each condition, number of epochs and number of draws: means over the seeds.

    The last column says by how much the loss is below that of half as many epochs.
    """
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["condition"], row["epochs"], row["draws"]), []).append(row)
    loss = {key: mean(row["validation_loss"] for row in found) for key, found in groups.items()}
    lines = [
        "| trained on | epochs | draws | validation loss | PSNR | on clean | CPU s | doubling brings |",
        "|---|" + "---:|" * 7,
    ]
    for (condition, epochs, draws), found in groups.items():
        half = loss.get((condition, epochs // 2, draws))
        value = loss[condition, epochs, draws]
        own, on_clean, seconds = (
            mean(row[name] for row in found) for name in ("own_psnr_db", "clean_psnr_db", "processor_seconds")
        )
        lines.append(
            f"| {condition} | {epochs} | {draws} | {value:.5f} | "
            f"{own:.2f} | {on_clean:.2f} | {seconds:.1f} | {f'{1 - value / half:.1%}' if half else ''} |"
        )
    return "\n".join(lines)


def read_study(overlay: str | None, recipe: str) -> Any:
    """Read the default study or one on top of it, with changes of its recipe."""
    import yaml
    from snakemake.utils import update_config

    from aestudy import settings

    config = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    if overlay:
        update_config(config, yaml.safe_load((ROOT / overlay).read_text("utf-8")))
    config["training"] |= yaml.safe_load(recipe)
    return settings.load(config)


def main() -> None:
    """Train all that is asked for and print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--study", help="config on top of the default one, such as studies/mnist.yaml")
    parser.add_argument("--conditions", nargs="+", default=["clean", "white", "salt_pepper"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, nargs="+", help="those of the study by default")
    parser.add_argument("--draws", nargs="+", help="those of the study by default")
    parser.add_argument(
        "--recipe", default="{}", help="other values of `training`, such as '{batch_size: 128}'"
    )
    arguments = parser.parse_args()
    from aestudy.devices.environment import fix_environment

    fix_environment()
    import os

    os.environ |= _environment()
    from aestudy.devices.jax_start import start_jax

    start_jax(1)
    from aestudy.distortions.registry import is_random

    study = read_study(arguments.study, arguments.recipe)
    draws = [int(text) if text.isdigit() else text for text in arguments.draws or []]
    rows: list[Row] = []
    (ROOT / "benchmarks" / "results").mkdir(exist_ok=True)
    with (ROOT / "benchmarks" / "results" / "draws_and_epochs.jsonl").open("a", encoding="utf-8") as file:
        for name, epochs in product(arguments.conditions, arguments.epochs or [study.training.epochs]):
            several = draws or [study.training.noise_draws]
            for count in several if is_random(study.conditions[name]) else [1]:
                for row in train_each(study, name, arguments.seeds, epochs, count):
                    rows.append(row)
                    file.write(
                        json.dumps({"study": arguments.study, "recipe": arguments.recipe, **row}) + "\n"
                    )
                    file.flush()
                    print(row, file=sys.stderr, flush=True)
    print(markdown(rows))


if __name__ == "__main__":
    main()
