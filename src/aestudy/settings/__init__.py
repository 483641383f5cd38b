"""The settings of a study: a config, checked completely, as frozen and typed values.

`load` turns the config that Snakemake hands over into `Settings` or raises one `StudyError` that lists every
mistake. `config.yaml` is the only place of default values; `src/aestudy/settings/schemas/config.schema.yaml`
says what is allowed, the tables in `aestudy.distortions.registry` and `aestudy.datasets` what each kind
takes.
"""

from aestudy.settings.goals import rate_families as rate_families
from aestudy.settings.goals import shared_models as shared_models
from aestudy.settings.loading import check_files as check_files
from aestudy.settings.loading import describe_small_batches as describe_small_batches
from aestudy.settings.loading import load as load
from aestudy.settings.merging import check_readable as check_readable
from aestudy.settings.merging import merge as merge
from aestudy.settings.names import either as either
from aestudy.settings.names import kinds_of as kinds_of
from aestudy.settings.types import Goal as Goal
from aestudy.settings.types import ModelSettings as ModelSettings
from aestudy.settings.types import Settings as Settings
from aestudy.settings.types import Source as Source
from aestudy.settings.types import Spec as Spec
from aestudy.settings.types import TrainingSettings as TrainingSettings
from aestudy.settings.types import canonical as canonical
from aestudy.settings.types import describe as describe
