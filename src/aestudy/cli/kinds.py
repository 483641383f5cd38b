"""What a config may name, and what comes along besides: every table of the study, one name a line."""

import inspect
from collections.abc import Mapping
from typing import Any

from aestudy.datasets import SOURCES
from aestudy.distortions.registry import KINDS
from aestudy.metrics.table import IMAGE_METRICS, METRICS
from aestudy.networks.activations import ACTIVATIONS
from aestudy.rates.classical_codecs import CODECS
from aestudy.scoring import baselines, denoisers, paired_baselines
from aestudy.settings import recipe_names
from aestudy.settings.sources import write_allowed_option


def tables() -> dict[str, dict[str, list[str]]]:
    """Describe everything that has a name: table -> name -> lines."""
    return {
        "sources": {
            name: [
                source.description,
                *(
                    f"{item.name}: {write_allowed_option(item)}, {item.description}"
                    for item in source.options
                ),
            ]
            for name, source in SOURCES.items()
        },
        "distortions": {
            name: [
                f"{_summary(kind.function)} ({kind.group})",
                *(f"{item.name}: {item.allowed}, {item.description}" for item in kind.parameters),
            ]
            for name, kind in KINDS.items()
        },
        "activations": {name: [] for name in ACTIVATIONS},
        "losses": {name: [] for name in recipe_names.LOSSES},
        "optimizers": {
            name: [", ".join(f"{key}={value}" for key, value in arguments.items())]
            for name, arguments in recipe_names.OPTIMIZERS.items()
        },
        "schedules": {name: [] for name in recipe_names.SCHEDULES},
        "metrics": {name: [f"{METRICS[name].long_name} {METRICS[name].details}"] for name in IMAGE_METRICS},
        "baselines": {name: [_summary(fit)] for name, fit in baselines.BASELINES.items()},
        "paired baselines": {
            name: [_summary(fit)] for name, fit in paired_baselines.PAIRED_BASELINES.items()
        },
        "denoisers": {
            name: [_summary(entry.denoise), f"strengths: {', '.join(map(str, entry.strengths))}"]
            for name, entry in denoisers.DENOISERS.items()
        },
        "classical codecs": {name: [f"{codec.format} of Pillow"] for name, codec in CODECS.items()},
    }


def write_kinds() -> str:
    """Write all tables for a person."""
    return "\n\n".join(_write_table(title, table) for title, table in tables().items())


def _write_table(title: str, table: Mapping[str, list[str]]) -> str:
    width = max(map(len, table)) + 4
    lines = [title]
    for name, described in table.items():
        first, *others = described or [""]
        lines.append(f"  {name:{width - 2}}{first}".rstrip())
        lines += [" " * width + line for line in others]
    return "\n".join(lines)


def _summary(function: Any) -> str:
    """Take the first line of a function's docstring, without its full stop."""
    return (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
