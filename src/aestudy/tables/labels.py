"""Words and number formats that figures, report and the tables of a paper share; imports no matplotlib.

`aestudy.metrics.table` says how each metric is called, scaled and rounded, so that a cell of a heat map and
the same cell of a table never disagree.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from aestudy.metrics.table import METRICS, Metric
from aestudy.scoring.method_names import TABLE

REFERENCES = {
    "clean": "output compared with the clean original",
    "input": "output compared with the model's input",
    "label": "class that a classifier of clean images reads in the output",
    "stream": "size of the compressed file, header included",
}

TARGETS = {"input": "the distorted input", "clean": "the clean original"}
"""`target` of a goal -> the image that its models reproduce."""

LONGEST_NAME = 26


def describe_metric(name: str) -> Metric:
    """Look a metric up; one that the table lacks is shown under its own name, more being better."""
    words = name.replace("_", " ")
    return METRICS.get(name) or Metric(
        name=words, higher_is_better=True, decimals=3, cell_decimals=1, scale_label=words, heading=words
    )


def describe_method(name: str) -> str:
    """Give the label of a method; one that the table lacks is shown under its own name."""
    return TABLE[name].label if name in TABLE else name


def describe_reference(metric: str, reference: str) -> str:
    """Say what a metric looks at."""
    if metric == "entropy_bits_per_image":
        return "entropy of the quantised codes, without the header of a file"
    return REFERENCES.get(reference) or reference.replace("_", " ")


def describe_goal(name: str, goal: Mapping[str, Any], code_size: int) -> str:
    """Name a goal for a heading: `compress, 0.1 per bit, code of 8 (target: the distorted input)`.

    Args:
        name: the goal's name.
        goal: its `target`, `code_size` and `rate_weight`.
        code_size: that of the model's settings; a heading names another size only.
    """
    extras = [f"{goal['rate_weight']:g} per bit"] if goal["rate_weight"] else []
    extras += [f"code of {goal['code_size']}"] if goal["code_size"] != code_size else []
    # The name of a sweep's member says the same once more.
    head = re.sub(r"(-(code_size|rate_weight)[\d.e-]+)+$", "", name) if extras else name
    return f"{', '.join([head, *extras])} (target: {TARGETS[goal['target']]})"


def describe_goals(study: Mapping[str, Any]) -> dict[str, str]:
    """Name the goals that a study (`aestudy.settings.describe`) trains models for, in its order."""
    code_size = study["model"]["code_size"]
    return {name: describe_goal(name, study["goals"][name], code_size) for name in study["objectives"]}


def format_cell(metric: str, value: float) -> str:
    """Format a value for a heat-map cell: few digits, `∞` and `–` for infinite and missing values."""
    shown = METRICS[metric]
    return _format(value * shown.cell_factor, shown.cell_decimals)


def format_value(metric: str, value: float) -> str:
    """Format a value for a table, without its unit."""
    return _format(value, describe_metric(metric).decimals)


def describe_level(psnr_db: Iterable[float]) -> str:
    """Say how near images are to their originals, as one mean or in words where the mean is infinite.

    Args:
        psnr_db: the PSNR of each image against its original, in dB; `inf` where the two are equal.
    """
    values = [float(value) for value in psnr_db]
    infinite = sum(map(math.isinf, values))
    if infinite:  # one equal image, as in a mixture, makes the mean infinite
        return "equal to the original" if infinite == len(values) else "some equal to the original"
    return f"{_format(math.fsum(values) / len(values), 1)} dB"


def shorten(name: str, longest: int = LONGEST_NAME) -> str:
    """Shorten a long name in its middle, because swept names differ at the end."""
    if len(name) <= longest:
        return name
    tail = (longest - 1) * 3 // 5
    return f"{name[: longest - 1 - tail]}…{name[-tail:]}"


def describe_parameters(spec: Mapping[str, Any]) -> str:
    """Say in a few words what a resolved condition does beyond its name.

    Returns:
        Such as `size 3, sigma 0.8` or `mixture of 10`; empty for a kind without parameters.
    """
    if "of" in spec:
        names = [part["name"] if isinstance(part, dict) else str(part) for part in spec["of"]]
        if spec["kind"] == "chain":
            return " → ".join(names)
        return f"{spec['kind']} of {len(names)}"
    return ", ".join(
        f"{key.replace('_', ' ')} {value:g}" if isinstance(value, int | float) else f"{key} {value}"
        for key, value in spec.get("parameters", {}).items()
    )


def _format(value: float, decimals: int) -> str:
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{decimals}f}".replace("-", "−")
