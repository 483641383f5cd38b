"""The settings of a study: a config, checked completely, as frozen and typed values.

`load` turns the config that Snakemake hands over into `Settings` or raises one `StudyError` that lists every
mistake. `config.yaml` is the only place of default values; `src/aestudy/settings/schemas/config.schema.yaml`
says what is allowed, the tables in `aestudy.distortions.registry` and `aestudy.datasets` what each kind
takes.
"""

from aestudy.settings.goals import rate_families, shared_models
from aestudy.settings.loading import check_files, describe_small_batches, load
from aestudy.settings.merging import check_readable, merge
from aestudy.settings.names import either, kinds_of
from aestudy.settings.types import (
    EvaluationSettings,
    Goal,
    ModelSettings,
    Settings,
    Source,
    Spec,
    StatisticsSettings,
    TrainingSettings,
    canonical,
    describe,
)

__all__ = [
    "EvaluationSettings",
    "Goal",
    "ModelSettings",
    "Settings",
    "Source",
    "Spec",
    "StatisticsSettings",
    "TrainingSettings",
    "canonical",
    "check_files",
    "check_readable",
    "describe",
    "describe_small_batches",
    "either",
    "kinds_of",
    "load",
    "merge",
    "rate_families",
    "shared_models",
]
