"""What the rules share: the checked settings, the names in file paths, and the params that need a function."""

import functools
import gc
import math
import os
import shlex
import sys
from pathlib import Path

from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from aestudy import datasets, settings
from aestudy.devices.environment import what_is_set_aside
from aestudy.distortions import groups, severities
from aestudy.errors import StudyError
from aestudy.files.fingerprints import Fingerprints
from aestudy.rates import classical_codecs, points
from aestudy.scoring import baselines, denoisers, method_names
from aestudy.tables import labels
from aestudy_run import closing, cluster_orphans, records, run_folders, staleness
from aestudy_run.code_digests.study import RATE, StudyCode
from aestudy_run.jobs import OBJECTS_BETWEEN_COLLECTIONS
from aestudy_run.lock import RunLock
from aestudy_run.stale_files import find_stale

# The graph of jobs lives until the end. Python would search it for garbage again and again, a tenth of the time
# of a run that finds nothing to do.
gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)

# The folder of this very study, which another workflow may include or use as a module.
CHECKOUT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]
IN_OTHER_WORKFLOW = Path(workflow.basedir).resolve() != CHECKOUT.resolve()
PATH_MODIFIER = workflow.modifier.path_modifier

# `--config delete=true` belongs to the rule clean_stale; a config file cannot hold it.
DELETE_STALE = str(workflow.config_settings.config.get("delete", "false"))

# Whether a workflow that includes the study shares its config with it; one that uses it as a module does not.
SHARES_CONFIG = workflow.modifier.is_main_snakefile()

# The default values, on top of them a `config.yaml` in the folder of the run, then what the command line or the
# workflow around the study gives.
DEFAULTS = [CHECKOUT / "config.yaml"]
if not IN_OTHER_WORKFLOW and Path("config.yaml").exists():
    if not Path("config.yaml").samefile(DEFAULTS[0]):
        DEFAULTS.append(Path("config.yaml").resolve())
# Snakemake sends these files along with jobs, and shows them in its own report.
workflow.configfiles[:0] = [
    file for file in DEFAULTS if file not in workflow.configfiles
]
CONFIG_FILES = workflow.configfiles if SHARES_CONFIG else DEFAULTS


def merge_configs():
    """Put the config of the run on top of the default values."""
    base = {}
    if not workflow.config_settings.replace_workflow_config:
        settings.check_readable(DEFAULTS)
        for file in DEFAULTS:
            base = settings.merge(base, load_configfile(file))
    given = {
        key: value
        for key, value in config.items()
        if key != "delete" or key not in workflow.config_settings.config
    }
    return settings.merge(base, given)


def placed(path):
    """Put a path of the study where the `prefix` of a module wants it."""
    return Path(PATH_MODIFIER.replace_prefix(path))


def datasets_to_fetch():
    """Name the data sets whose original files have to be here, where the run is planned.

    Those that are fetched already do without, as when the disk with the images is away. With an object
    storage the images are where the jobs run.
    """
    if workflow.storage_settings.default_storage_provider:
        return []
    return [
        name
        for name, source in SETTINGS.sources.items()
        if name in SETTINGS.datasets
        and not (datasets.originals_away(source) and is_fetched(name))
    ]


def is_fetched(dataset):
    """Tell whether a data set is here, and says what the user's own files held."""
    train, test = (
        placed(f"resources/{dataset}/{split}") for split in ("train.npz", "test.npz")
    )
    return test.exists() and datasets.fetched_content(train) is not None


def refuse_replaced_prefixes():
    """Refuse a module whose results are not below `results` and `resources`, where their records are."""
    if PATH_MODIFIER.modifies_prefixes:
        raise StudyError(
            "the module of the study: expected `prefix:`, found `replace_prefix:`, which the records of its "
            "results cannot follow. Use `prefix:` (docs/other_workflows.md)."
        )


def decide_by_content():
    """Compare the results with their records, and have these decide which jobs run."""
    read = functools.cache(records.read_record)
    if not workflow.storage_settings.default_storage_provider:
        unrecorded = records.check_results(
            Path(".snakemake", "fingerprints.json"),
            read,
            mend_dates=not workflow.dryrun,
            # Another workflow has results of its own, which are nobody's business here.
            folders=[
                placed(f"{top}/{name}")
                for top in records.FOLDERS
                for name in (SETTINGS.datasets if IN_OTHER_WORKFLOW else [""])
            ],
        )
        if unrecorded:
            logger.warning(records.describe_unrecorded(unrecorded))
    staleness.decide_by_content(workflow, read, CHECKOUT / "workflow" / "rules")


try:
    refuse_replaced_prefixes()
    STUDY_CONFIG = merge_configs()
    SETTINGS = settings.load(STUDY_CONFIG, files=CONFIG_FILES)
    if workflow.is_main_process:
        settings.check_files(
            SETTINGS,
            datasets_to_fetch(),
            STUDY_CONFIG,
            files=CONFIG_FILES,
            elsewhere=[
                Path(workflow.workdir_init),
                *(Path(file).absolute().parent for file in workflow.configfiles),
            ],
        )
        for notice in settings.describe_small_batches(SETTINGS, datasets_to_fetch()):
            print(f"Notice: {notice}", file=sys.stderr)
        run_folders.check_folders(
            *map(placed, records.FOLDERS), placed("logs"), Path(".snakemake")
        )
        decide_by_content()
except StudyError as error:
    hint = (
        "\nThe study shares its config with the workflow that includes it. To keep them apart, use it as a "
        "`module` with a `config:` of its own (docs/other_workflows.md)."
    )
    shared = IN_OTHER_WORKFLOW and SHARES_CONFIG
    raise WorkflowError(f"{error}{hint if shared else ''}") from None

# The job that fetches a data set looks up where its files are, which no param says: it changes no content.
config["sources"] = STUDY_CONFIG["sources"]

# The config with its types, as `settings` checked it: what comes from the command line arrives as text.
RESOLVED = settings.describe(SETTINGS)

# Snakemake 9.27 puts the interpreter into the commands of jobs without quoting it.
if " " in sys.executable and not sys.executable.startswith("'"):
    sys.executable = shlex.quote(sys.executable)

RUN_LOCK = RunLock(Path(".snakemake", "run.lock"))


onstart:
    try:
        run_folders.check_writable(placed("results"), placed("resources"))
        RUN_LOCK.take()
        cluster_orphans.end_orphans(Path(), required=workflow.non_local_exec)
    except StudyError as error:
        raise WorkflowError(str(error)) from None
    run_folders.remove_temporary_files(placed("results"), placed("resources"))
    if ignored := what_is_set_aside(os.environ):
        logger.warning(
            f"Set aside by every job, because it could change results: {', '.join(ignored)}."
        )


onsuccess:
    finished = {str(file) for job in workflow.dag.jobs for file in job.output}
    folders = [placed(f"results/{name}") for name in DATASETS]
    folders = [
        folder for folder in folders if str(folder / "report.html") in finished
    ]
    if folders:
        logger.info(
            closing.describe_results(folders), extra={closing.CLOSING: True}
        )


DATASETS = list(SETTINGS.datasets)
CONDITIONS = list(SETTINGS.conditions)
TRAINED_ON = list(SETTINGS.trained_on)
TESTED_ON = list(SETTINGS.tested_on)
OBJECTIVES = list(SETTINGS.objectives)
OBJECTIVE_TITLES = labels.describe_goals(RESOLVED)
SEEDS = list(SETTINGS.seeds)
FITTED_BASELINES = list(baselines.BASELINES)
DENOISERS = list(denoisers.DENOISERS)
BASELINES = list(method_names.METHODS)
MATRICES = [
    *method_names.VALUE_KEYS,
    method_names.ACCURACY_KEY,
    *method_names.RATE_KEYS,
]
CLASSICAL_CODECS = list(classical_codecs.CODECS)
PCA_COMPONENTS = [SETTINGS.model.code_size, 4 * SETTINGS.model.code_size]
DRAWN_MATRICES = [*method_names.VALUE_KEYS, method_names.RATE_KEYS[0]]

# Figures that only some studies have: with a distortion in several strengths, with rates measured.
SEVERITY_FIGURES = (
    ["results/{dataset}/figures/severity.svg"]
    if severities.find_families([SETTINGS.conditions[name] for name in TESTED_ON])
    else []
)
RATE_FIGURES = (
    ["results/{dataset}/figures/rate_distortion.svg"]
    if SETTINGS.evaluation.rate_distortion
    else []
)

PAPER_TABLES = [
    "summary",
    "matrix_psnr_db_clean",
    "matrix_ssim_clean",
    "matrix_accuracy_label",
    "comparisons",
]

# Conditions that a model is trained or tested on, and what comparisons need to know of them.
USED = [name for name in CONDITIONS if name in {*TRAINED_ON, *TESTED_ON}]
GROUPED = settings.canonical(
    groups.describe_conditions(SETTINGS.conditions[name] for name in USED)
)

# Where the profile has trainings run on a GPU, a job trains all seeds of a condition as one program.
SEEDS_TOGETHER = "gpu" in workflow.resource_settings.overwrite_resources.get(
    workflow.modifier.modify_rulename("train_model"), {}
)
SEED_OF_A_JOB = "all_seeds" if SEEDS_TOGETHER else "{seed}"

# Models that differ in nothing but what a bit was worth, which make one curve together.
RATE_FAMILIES = settings.canonical(
    {
        points.model_name(family, trained_on, seed): [
            points.model_name(name, trained_on, seed) for name in members
        ]
        for family, members in settings.rate_families(
            {name: SETTINGS.goals[name] for name in OBJECTIVES}
        ).items()
        for trained_on in TRAINED_ON
        for seed in SEEDS
    }
)

TESTED_SPECS = settings.canonical([SETTINGS.conditions[name] for name in TESTED_ON])

CODE = StudyCode(CHECKOUT / "workflow" / "scripts")


wildcard_constraints:
    dataset=settings.either(DATASETS),
    distortion=settings.either(CONDITIONS),
    trained_on=settings.either(TRAINED_ON),
    objective=settings.either(OBJECTIVES),
    seed=settings.either(SEEDS),
    split="train|test",


def code_digest(script, choices=""):
    """Digest the code that a rule's script reaches (`aestudy_run.code_digests.study`), without what only surrounds a job."""
    try:
        return CODE.describe(script, choices)
    except StudyError as error:
        raise WorkflowError(str(error)) from None


def outputs_of(rule):
    """Name a rule's outputs as the rule does, before a module's prefix or an object storage changes them."""
    output = rule.rule.ruleinfo.output
    named = (
        path
        for given in output.kwpaths.values()
        for path in ([given] if isinstance(given, str) else given)
    )
    return [str(path) for path in named]


def growing(amount):
    """Ask for an amount (MB of memory, minutes of run time) that grows with each attempt of a job.

    The amounts in the rules are those measured on the full MNIST, doubled, and for Snakemake itself, which
    runs inside every job of a cluster, 400 MB. They change no result and rerun nothing.
    """
    return lambda wildcards, attempt: amount * attempt


def of_each_seed(path):
    """Name the files that a training job writes: of one seed, or of all seeds that it trains together."""
    return expand(path, seed=SEEDS, allow_missing=True) if SEEDS_TOGETHER else [path]


def training_minutes(wildcards, attempt):
    """Ask for the minutes of a training: 6 s per 60,000 images and epoch, some 5 times of what it takes."""
    options = SETTINGS.sources[wildcards.dataset].options
    images = options.get("train_images") or 60_000
    return math.ceil(15 + 0.1 * SETTINGS.training.epochs * images / 60_000) * attempt


def source_files(wildcards):
    """Name the user's own files of a fetched data set that are out of reach, so that it is left as it is.

    Other files are no inputs: `source_key` has their content, and their dates shall decide nothing.
    """
    missing = datasets.missing_originals(SETTINGS.sources[wildcards.dataset])
    in_storage = workflow.storage_settings.default_storage_provider
    if in_storage or not missing or not is_fetched(wildcards.dataset):
        return []
    return [local(file) for file in missing]


def source_key(wildcards):
    """Write down everything that determines a data set's images, with the content of the user's own files."""
    source = SETTINGS.sources[wildcards.dataset]
    return datasets.source_key(source, SETTINGS.seed, source_content(wildcards.dataset))


FINGERPRINTS = Fingerprints(Path(".snakemake", "fingerprints.json"))


@functools.cache
def source_content(dataset):
    """Digest the user's own files; of those that are out of reach, say what they held."""
    source = SETTINGS.sources[dataset]
    if datasets.originals_away(source):
        return datasets.fetched_content(placed(f"resources/{dataset}/train.npz"))
    try:
        content = datasets.source_content(source, FINGERPRINTS)
    except StudyError as error:
        raise WorkflowError(str(error)) from None
    FINGERPRINTS.write()
    return content


def source_code(wildcards):
    """Digest the code that reads one kind of data set, not the other kinds."""
    return code_digest("fetch_dataset", SETTINGS.sources[wildcards.dataset].kind)


def distortion_spec(wildcards):
    """Write down everything that determines a condition's images."""
    return settings.canonical(SETTINGS.conditions[wildcards.distortion])


def training_spec(wildcards):
    """Write down everything that determines the images that a model is trained on."""
    return settings.canonical(SETTINGS.conditions[wildcards.trained_on])


def of_goal(key):
    """Look up what one goal says, so that a model depends on its own goal only."""
    return lambda wildcards: getattr(SETTINGS.goals[wildcards.objective], key)


def training_code(wildcards):
    """Digest the code of a training, with that of the rate only where bits have a price."""
    priced = SETTINGS.goals[wildcards.objective].rate_weight > 0
    return code_digest("train_model", RATE if priced else "")


def distortion_code(wildcards):
    """Digest the code of one condition: the functions of its kinds, not of the others."""
    kinds = settings.kinds_of(SETTINGS.conditions[wildcards.distortion])
    return code_digest("distort_images", ",".join(kinds))


def stale_files(wildcards):
    """List the results of the study's data sets that no rule would make."""
    producers = [rule for rule in workflow.rules if rule.output]
    folders = [
        placed(f"{top}/{name}") for top in ("resources", "results") for name in DATASETS
    ]
    return find_stale(
        folders, lambda path: any(rule.is_producer(path) for rule in producers)
    )
