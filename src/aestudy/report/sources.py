"""What stands behind the numbers: data, configuration and versions."""

import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import fields
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import yaml

from aestudy import __version__
from aestudy.datasets.sources import SOURCES
from aestudy.settings.types import Settings

PACKAGES = (
    "jax", "jaxlib", "flax", "optax", "numpy", "scipy", "pandas", "matplotlib", "pillow", "mlxtend",
    "snakemake", "jinja2", "pyyaml",
)  # fmt: skip
"""The libraries that shape the results; the lock file pins these and all others."""

PATH_OPTIONS = {option.name for kind in SOURCES.values() for option in kind.options if option.type == "path"}

CONFIG_ORDER = [
    "distortions" if field.name == "conditions" else field.name
    for field in fields(Settings)
    if field.name != "sweeps"
]
"""The sections of a config, in the order of the settings."""


def resolved_config(study: Mapping[str, Any]) -> dict[str, Any]:
    """Write settings (`aestudy.settings.describe`) as a config again, with sweeps and `all` resolved.

    Of absolute paths only the last part is kept: where a file lies on somebody's disk is nobody else's
    business, and would make reports of equal studies differ.
    """
    config = {key: study[key] for key in CONFIG_ORDER if key in study}
    config["sources"] = {
        name: {"kind": source["kind"], **_without_folders(source["options"])}
        for name, source in study["sources"].items()
        if name in study["datasets"]
    }
    config["goals"] = {name: _goal(study, study["goals"][name]) for name in study["objectives"]}
    config["distortions"] = {name: _distortion(spec) for name, spec in conditions_in_order(study).items()}
    return {key: config[key] for key in CONFIG_ORDER if key in config}


def conditions_in_order(study: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Order the conditions as the figures do; JSON with sorted keys has lost their order.

    Returns:
        Name -> spec: first the tested conditions, then those that are only trained on, then the rest.
    """
    order = list(dict.fromkeys([*study["tested_on"], *study["trained_on"], *study["conditions"]]))
    return {name: study["conditions"][name] for name in order}


def config_as_yaml(study: Mapping[str, Any]) -> str:
    """Write the resolved config as YAML, short lists and mappings in one line each."""
    return yaml.dump(
        resolved_config(study), sort_keys=False, allow_unicode=True, default_flow_style=None, width=96
    )


def versions() -> dict[str, str]:
    """Look up the versions of Python, of this package and of the libraries that shape the results."""
    found = {"Python": platform.python_version(), "aestudy": __version__}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def describe_data(train: Mapping[str, Any], test: Mapping[str, Any]) -> dict[str, str]:
    """Say in words where a data set comes from, as far as the provenance of its splits tells."""
    shape = train.get("image_shape", ())
    answers = {
        "Kind": train.get("kind"),
        "Origin": train.get("origin"),
        "Division": train.get("division"),
        "Image size": " × ".join(str(side) for side in shape) + " pixels, 8-bit gray" if shape else None,
        "Training images": _count(train),
        "Test images": _count(test),
    }
    return {question: str(answer) for question, answer in answers.items() if answer}


def digests(train: Mapping[str, Any], test: Mapping[str, Any]) -> dict[str, str]:
    """List the SHA-256 digests of the source files and of the images and labels that were used."""
    found = {f"source: {name}": digest for name, digest in train.get("files_sha256", {}).items()}
    for split, provenance in (("training", train), ("test", test)):
        for part in ("images", "labels"):
            if f"{part}_sha256" in provenance:
                found[f"{split} {part}"] = provenance[f"{part}_sha256"]
    return {name: str(digest) for name, digest in found.items()}


def _count(provenance: Mapping[str, Any]) -> str | None:
    return f"{provenance['n_images']:,}" if "n_images" in provenance else None


def _distortion(spec: Mapping[str, Any]) -> dict[str, Any]:
    if "of" in spec:
        return {"kind": spec["kind"], "of": [part["name"] for part in spec["of"]]}
    return {"kind": spec["kind"], **spec.get("parameters", {})}


def _goal(study: Mapping[str, Any], goal: Mapping[str, Any]) -> dict[str, Any]:
    """Write a goal as a config does, without what it takes from elsewhere."""
    written = {"target": goal["target"]}
    if goal["rate_weight"]:
        written["rate_weight"] = goal["rate_weight"]
    if goal["code_size"] != study["model"]["code_size"]:
        written["code_size"] = goal["code_size"]
    return written


def _without_folders(options: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: value for key, value in options.items() if value is not None}
    for key in PATH_OPTIONS & shown.keys():
        path = str(shown[key])
        if path.startswith("~") or PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
            shown[key] = f"…/{PureWindowsPath(path).name}"
    return shown
