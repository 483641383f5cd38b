"""Configs for tests: the default one, studies merged into it as Snakemake merges them, and mistakes in it."""

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
STUDIES = sorted((CHECKOUT / "studies").glob("*.yaml"))


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def merge(base: Any, overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Merge as `snakemake.utils.update_config` does: mappings key by key, everything else replaces."""
    merged = dict(base) if isinstance(base, Mapping) else {}
    for key, value in overlay.items():
        merged[key] = merge(merged.get(key, {}), value) if isinstance(value, Mapping) else value
    return merged


def study(*overlays: Mapping[str, Any]) -> dict[str, Any]:
    """Make the default config with overlays merged into it."""
    config = read_yaml(CHECKOUT / "config.yaml")
    for overlay in overlays:
        config = merge(config, overlay)
    return config


def without(config: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Copy a config and leave keys out, such as `training.epochs`."""
    config = copy.deepcopy(dict(config))
    for path in paths:
        *sections, key = path.split(".")
        section = config
        for name in sections:
            section = section[name]
        del section[key]
    return config


SMALL = {
    "datasets": ["tiny"],
    "sources": {"tiny": {"kind": "mnist5k", "train_images": 60, "test_images": 10}},
    "trained_on": ["clean"],
    "tested_on": ["clean", "white"],
    "objectives": ["denoise"],
    "seeds": [0],
    "model": {"hidden": [8], "code_size": 4},
    "training": {"epochs": 1, "batch_size": 32},
    "evaluation": {"examples": 2},
    "statistics": {"resamples": 100},
}
