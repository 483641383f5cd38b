"""What the rules share: the checked settings, the names in file paths, and the params that need a function."""

import functools
import gc
import math
import shlex
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

from aestudy import (
    baselines,
    checksums,
    classical_codecs,
    datasets,
    denoisers,
    metrics,
    orphans,
    rates,
    run_state,
    scores,
    settings,
)
from aestudy.digests import CodeDigests
from aestudy.distortions import groups
from aestudy.distortions.registry import KINDS, TABLE_SYMBOL
from aestudy.errors import StudyError
from aestudy.figures import families, labels
from aestudy.fingerprints import Fingerprints
from aestudy.jobs import OBJECTS_BETWEEN_COLLECTIONS
from aestudy.run_lock import RunLock
from aestudy.stale_files import find_stale

# The graph of jobs lives until the end. Python would search it for garbage again and again, a tenth of the time
# of a run that finds nothing to do.
gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)

# `--config delete=true` belongs to the rule clean_stale; a config file cannot hold it.
DELETE_STALE = str(workflow.config_settings.config.get("delete", "false"))

STUDY_CONFIG = (
    {key: value for key, value in config.items() if key != "delete"}
    if "delete" in workflow.config_settings.config
    else config
)


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
        Path("resources", dataset, split) for split in ("train.npz", "test.npz")
    )
    return test.exists() and datasets.fetched_content(train) is not None


try:
    SETTINGS = settings.load(STUDY_CONFIG, files=workflow.configfiles)
    if workflow.is_main_process:
        settings.check_files(
            SETTINGS,
            datasets_to_fetch(),
            STUDY_CONFIG,
            files=workflow.configfiles,
        )
        for notice in settings.describe_small_batches(SETTINGS, datasets_to_fetch()):
            print(f"Notice: {notice}", file=sys.stderr)
        run_state.check_folders(Path("resources"), Path("logs"))
        run_state.keep_metadata_with_results(Path("results"), Path(".snakemake"))
        checksums.check_results()
except StudyError as error:
    raise WorkflowError(str(error)) from None

# The config with its types, as `settings` checked it: what comes from the command line arrives as text.
RESOLVED = settings.describe(SETTINGS)

# Snakemake 9.27 puts the interpreter into the commands of jobs without quoting it.
if " " in sys.executable and not sys.executable.startswith("'"):
    sys.executable = shlex.quote(sys.executable)

RUN_LOCK = RunLock(Path(".snakemake", "run.lock"))


onstart:
    try:
        run_state.check_writable(Path("results"), Path("resources"))
        RUN_LOCK.take()
        orphans.end_orphans(Path(), required=workflow.non_local_exec)
    except StudyError as error:
        raise WorkflowError(str(error)) from None
    run_state.remove_temporary_files(Path("results"), Path("resources"))


DATASETS = list(SETTINGS.datasets)
CONDITIONS = list(SETTINGS.conditions)
TRAINED_ON = list(SETTINGS.trained_on)
TESTED_ON = list(SETTINGS.tested_on)
OBJECTIVES = list(SETTINGS.objectives)
OBJECTIVE_TITLES = labels.describe_goals(RESOLVED)
SEEDS = list(SETTINGS.seeds)
FITTED_BASELINES = list(baselines.BASELINES)
DENOISERS = list(denoisers.DENOISERS)
BASELINES = list(baselines.METHODS)
METRICS = list(metrics.METRICS)
REFERENCES = list(metrics.REFERENCES)
MATRICES = [*scores.VALUE_KEYS, scores.ACCURACY_KEY, *scores.RATE_KEYS]
CLASSICAL_CODECS = list(classical_codecs.CODECS)
PCA_COMPONENTS = [SETTINGS.model.code_size, 4 * SETTINGS.model.code_size]
DRAWN_MATRICES = [*scores.VALUE_KEYS, scores.RATE_KEYS[0]]

# Figures that only some studies have: with a distortion in several strengths, with rates measured.
SEVERITY_FIGURES = (
    ["results/{dataset}/figures/severity.svg"]
    if families.find_families([SETTINGS.conditions[name] for name in TESTED_ON])
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
    "train_model", {}
)
SEED_OF_A_JOB = "all_seeds" if SEEDS_TOGETHER else "{seed}"

# Models that differ in nothing but what a bit was worth, which make one curve together.
RATE_FAMILIES = settings.canonical(
    {
        rates.model_name(family, trained_on, seed): [
            rates.model_name(name, trained_on, seed) for name in members
        ]
        for family, members in settings.rate_families(
            {name: SETTINGS.goals[name] for name in OBJECTIVES}
        ).items()
        for trained_on in TRAINED_ON
        for seed in SEEDS
    }
)

TESTED_SPECS = settings.canonical([SETTINGS.conditions[name] for name in TESTED_ON])

CODE = CodeDigests(
    package_folder=Path(settings.__file__).parents[1],
    script_folder=Path(workflow.basedir) / "workflow" / "scripts",
    lock_file=Path(workflow.basedir) / "envs" / "requirements.lock",
    memory=Path(".snakemake", "code_digests.json"),
    lists=[TABLE_SYMBOL],
)


wildcard_constraints:
    dataset=settings.either(DATASETS),
    distortion=settings.either(CONDITIONS),
    trained_on=settings.either(TRAINED_ON),
    objective=settings.either(OBJECTIVES),
    seed=settings.either(SEEDS),
    split="train|test",


def code_digest(script, without=(), also=()):
    """Digest the code that a rule's script reaches (`aestudy.digests`), without what only surrounds a job."""
    return CODE.script(script, without=[("aestudy.jobs", "job"), *without], also=also)


def outputs_of(rule):
    """Name a rule's outputs as the rule does, also where they are kept in an object storage."""
    folder = (workflow.storage_settings.default_storage_prefix or "").rstrip("/") + "/"
    stored = [file.flags.get("storage_object") for file in rule.output]
    return [
        there.query.removeprefix(folder) if there else str(file)
        for file, there in zip(rule.output, stored)
    ]


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
    return (
        missing if missing and not in_storage and is_fetched(wildcards.dataset) else []
    )


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
        return datasets.fetched_content(Path("resources", dataset, "train.npz"))
    try:
        content = datasets.source_content(source, FINGERPRINTS)
    except StudyError as error:
        raise WorkflowError(str(error)) from None
    FINGERPRINTS.write()
    return content


def source_code(wildcards):
    """Digest the code that reads one kind of data set, not the other kinds."""
    loader = datasets.loader_symbol(SETTINGS.sources[wildcards.dataset].kind)
    return code_digest(
        "fetch_dataset", without=datasets.UNTRACKED_SYMBOLS, also=[loader]
    )


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
    rate_term = ("aestudy.training_loss", "RateDistortionLoss")
    return code_digest("train_model", without=[] if priced else [rate_term])


def distortion_code(wildcards):
    """Digest the code of one condition: the functions of its kinds, not of the others."""
    kinds = settings.kinds_of(SETTINGS.conditions[wildcards.distortion])
    functions = [KINDS[kind].function for kind in kinds]
    symbols = [(function.__module__, function.__qualname__) for function in functions]
    return code_digest("distort_images", without=[TABLE_SYMBOL], also=symbols)


def stale_files(wildcards):
    """List the results of the study's data sets that no rule would make."""
    producers = [rule for rule in workflow.rules if rule.output]
    folders = [f"{top}/{name}" for top in ("resources", "results") for name in DATASETS]
    return find_stale(
        folders, lambda path: any(rule.is_producer(path) for rule in producers)
    )
