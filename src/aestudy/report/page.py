"""Put the page together."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from aestudy import settings
from aestudy.distortions.registry import is_random
from aestudy.distortions.severities import main_conditions
from aestudy.explanations.table import EXPLANATIONS
from aestudy.figures.table import CURVES, FIGURES
from aestudy.files.study_tables import covered
from aestudy.findings.wording import listed, number
from aestudy.metrics.table import IMAGE_METRICS, METRICS
from aestudy.report import bundle, explorer, results, sources
from aestudy.report.findings import Finding
from aestudy.report.notebook import GENERAL_REASONS, Comparison
from aestudy.report.pictures import Picture
from aestudy.scoring.denoisers import WORDS as DENOISERS
from aestudy.scoring.paired_baselines import WORDS as PAIRED
from aestudy.settings.batches import fitting_batch, images_to_train_on
from aestudy.tables.labels import (
    REFERENCES,
    describe_goals,
    describe_parameters,
    describe_reference,
    format_value,
)
from aestudy.tables.summary import Summary

FOLDER = Path(__file__).parent


Figures = Mapping[str, Mapping[str, Picture]]
"""Name in the table of figures -> part, such as the objective, or "" of a figure without parts -> picture."""


@dataclass(frozen=True)
class Interactive:
    """What only the page's script shows: what `explorer` reads of tables, what `sprites.pack` returned."""

    by_seed: Mapping[explorer.Key, Sequence[float]] = field(default_factory=dict)
    tests: Mapping[explorer.Key, explorer.Difference] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)
    rivals: Mapping[str, tuple[str, bool]] = field(default_factory=dict)


def render(
    *,
    dataset: str,
    study: Mapping[str, Any],
    summary: Summary,
    figures: Figures,
    train_provenance: Mapping[str, Any],
    test_provenance: Mapping[str, Any],
    comparison: Comparison | None = None,
    findings: Sequence[Finding] = (),
    interactive: Interactive | None = None,
) -> str:
    """Write the report of one data set as a whole HTML document; the same arguments give the same text.

    Args:
        dataset: its name.
        study: what `aestudy.settings.describe` returns.
        summary: the means and intervals.
        figures: the figures.
        train_provenance: the provenance of the training images.
        test_provenance: the provenance of the test images.
        comparison: the notebook's numbers beside ours, for the study that replicates it.
        findings: the sentences that open the page.
        interactive: what only the page's script shows.
    """
    interactive = interactive or Interactive()
    style, script = bundle.styles(), bundle.script()
    numbers = explorer.explorer_data(
        study, dataset, summary, by_seed=interactive.by_seed, tests=interactive.tests
    )
    about = _about_study(study, summary)
    shown = _by_section(figures, about["trained_for_rate"])
    why = _explanations(findings, figures)
    present = {"notebook": comparison is not None, "curves": CURVES in shown, "why": bool(why)}
    data = {
        **about,
        **_about_data(study, train_provenance, test_provenance),
        "dataset": dataset,
        "key": results.key_results(
            summary, study["objectives"], _shown_on(study), interactive.tests, interactive.rivals
        ),
        "matrices": _matrices(study, summary, figures),
        "figures": shown,
        "comparison": comparison,
        "findings": [one for one in findings if not one.is_warning and not one.explains],
        "warnings": [one for one in findings if one.is_warning],
        "explanations": why,
        "sections": [section for section in SECTIONS.items() if present.get(section[0], True)],
        "style": style,
        "script": script,
        "policy": bundle.policy(style, script),
        "counts": _what_counts(study),
        "covered": covered(0.0, len(study["seeds"])),
        "study_json": bundle.json_for_html(numbers),
        "examples_json": bundle.json_for_html(interactive.examples) if interactive.examples else "",
    }
    return _environment().get_template("page.html").render(data)


def _about_study(study: Mapping[str, Any], summary: Summary) -> dict[str, Any]:
    """Say what was asked and with which words."""
    objectives = study["objectives"]
    return {
        "study": study,
        "objectives": describe_goals(study),
        "targets": {study["goals"][name]["target"] for name in objectives},
        "trained_for_rate": any(study["goals"][name]["rate_weight"] for name in objectives),
        "metrics": METRICS,
        "image_metrics": [METRICS[name] for name in IMAGE_METRICS],
        "measured": {metric for metric, _ in summary.measured},
        "trained_methods": summary.trained_methods,
        "linear_maps": [PAIRED[name].label for name in summary.baselines if name in PAIRED],
        "denoisers": [DENOISERS[name].label for name in summary.baselines if name in DENOISERS],
        "describe_reference": describe_reference,
        "conditions": _conditions(study),
        "shown_on": _shown_on(study),
        "n_models": _count_models(study),
        "noisy": any(is_random(study["conditions"][name]) for name in study["trained_on"]),
        "confidence": f"{100 * study['statistics']['confidence']:g} %",
        "one_image": summary.n_images == 1,
        "general_reasons": GENERAL_REASONS,
        "config": sources.config_as_yaml(study),
        "versions": sources.versions(),
    }


def _shown_on(study: Mapping[str, Any]) -> list[str]:
    return main_conditions(study["conditions"], study["trained_on"], study["tested_on"])


def _count_models(study: Mapping[str, Any]) -> int:
    """Count the models that were trained; goals that mean the same for a condition share theirs."""
    goals = {name: settings.Goal(**goal) for name, goal in study["goals"].items()}
    trained_on = {name: study["conditions"][name] for name in study["trained_on"]}
    shared = settings.shared_models(goals, study["objectives"], trained_on)
    return (len(study["objectives"]) * len(trained_on) - len(shared)) * len(study["seeds"])


def _about_data(
    study: Mapping[str, Any], train: Mapping[str, Any], test: Mapping[str, Any]
) -> dict[str, Any]:
    """Say what the provenance of the images tells, of the training as well."""
    return {
        "network": _network(study, train),
        **_steps(study, train),
        "image_shape": train.get("image_shape", ()),
        "data_facts": sources.describe_data(train, test),
        "data_warnings": train.get("warnings", ()),
        "digests": sources.digests(train, test),
    }


def _matrices(
    study: Mapping[str, Any], summary: Summary, figures: Figures
) -> list[tuple[results.Matrix, Picture]]:
    """Set each heat map beside its numbers, in the order of the metrics."""
    objectives, titles = study["objectives"], describe_goals(study)
    conditions = study["trained_on"], _shown_on(study)
    heat_maps = figures.get("matrices", {})
    return [
        (results.matrix(summary, *key, objectives, *conditions, titles), heat_maps["/".join(key)])
        for key in itertools.product(METRICS, REFERENCES)
        if "/".join(key) in heat_maps
    ]


def _explanations(findings: Sequence[Finding], figures: Figures) -> list[dict[str, Any]]:
    """Set the figure of each explanation beside its words and its sentences."""
    return [
        {
            "name": name, "question": EXPLANATIONS[name].question, "picture": picture,
            "alt": EXPLANATIONS[name].alt, "caption": EXPLANATIONS[name].caption,
            "findings": [finding for finding in findings if finding.explains == name],
        }
        for name, picture in figures.get("explanations", {}).items()
    ]  # fmt: skip


def _by_section(figures: Figures, priced: bool) -> dict[str, list[dict[str, Any]]]:
    """Put the figures with their words into the sections of the page."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for name, figure in FIGURES.items():
        for part, picture in figures.get(name, {}).items():
            sections.setdefault(figure.section, []).append(
                {
                    "picture": picture, "name": f"{name} {part}".strip().replace("_", " "),
                    "title": figure.title.replace("{part}", part),
                    "alt": figure.alt.replace("{part}", part),
                    "caption": f"{figure.caption} {figure.priced if priced else ''}".strip(),
                }
            )  # fmt: skip
    return sections


def _what_counts(study: Mapping[str, Any]) -> str:
    """Say which differences count, in words."""
    chosen = study["statistics"]
    sizes = [
        f"{number(METRICS[name].difference_factor * size)} {METRICS[name].difference}"
        for name, size in chosen["smallest_difference"].items()
        if size
    ]
    sure = f"p ≤ {1 - chosen['confidence']:.2g} in the paired test after Holm’s correction"
    return f"{sure}{f', and at least {listed(sizes)}' if sizes else ''}"


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["decibels"] = lambda value: "–" if value is None else format_value("psnr_db", value)
    return environment


SECTIONS = {
    "findings": "What was found",
    "why": "Why",
    "matrices": "Every model on every distortion",
    "curves": "Curves",
    "pictures": "Pictures",
    "training": "Training",
    "first_images": "The first test images",
    "notebook": "Beside the notebook",
    "tables": "All results",
    "question": "What was asked and measured",
    "data": "Data and conditions",
    "configuration": "Configuration",
    "reproduce": "Versions and how to reproduce",
}
"""Name of the template and anchor -> the heading."""


def _conditions(study: Mapping[str, Any]) -> list[dict[str, str]]:
    """Describe every condition that is trained or tested on."""
    uses = {"training": study["trained_on"], "test": study["tested_on"]}
    described = []
    for name, spec in sources.conditions_in_order(study).items():
        if use := " and ".join(use for use, names in uses.items() if name in names):
            described.append({"name": name, "kind": spec["kind"], "parameters": _spell_out(spec), "use": use})
    return described


def _spell_out(spec: Mapping[str, Any]) -> str:
    if spec["kind"] == "mixture":
        return "one of: " + ", ".join(part["name"] for part in spec["of"])
    return describe_parameters(dict(spec)) or "–"


def _steps(study: Mapping[str, Any], train_provenance: Mapping[str, Any]) -> dict[str, int]:
    """Compute the size of the batches, and how many an epoch has, if known."""
    training = study["training"]
    count = train_provenance.get("n_images", 0)
    if count < 2:
        return {"batch_size": training["batch_size"], "steps": 0}
    images = images_to_train_on(count, training["validation_fraction"])
    batch_size = fitting_batch(training["batch_size"], images)
    return {"batch_size": batch_size, "steps": images // batch_size}


def _network(study: Mapping[str, Any], provenance: Mapping[str, Any]) -> str:
    """Write the sizes of all layers, such as 784-128-64-32-64-128-784, and a kind that is not `dense`."""
    model = study["model"]
    shape = provenance.get("image_shape", ())
    half: Sequence[Any] = [math.prod(shape) if shape else "pixels", *model["hidden"]]
    sizes = "-".join(str(size) for size in [*half, model["code_size"], *reversed(half)])
    kind = model.get("kind", "dense")
    return sizes if kind == "dense" else f"{kind} {sizes}"
