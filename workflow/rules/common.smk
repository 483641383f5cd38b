"""What the rules share: the checked settings, the plan of the study, and what happens around a run."""

from pathlib import Path

from aestudy import settings
from aestudy_run import study_run
from aestudy_run.code_digests.study import StudyCode
from aestudy_run.plan import Plan, growing, tables
from aestudy_run.study_run import outputs_of

study_run.prepare_process()

CHECKOUT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]
RUN = study_run.StudyRun(
    checkout=CHECKOUT,
    inside=Path(workflow.basedir).resolve() != CHECKOUT.resolve(),
    shares_config=workflow.modifier.is_main_snakefile(),
    in_storage=bool(workflow.storage_settings.default_storage_provider),
    placed=workflow.modifier.path_modifier.replace_prefix,
)

# Snakemake sends these files along with jobs, and shows them in its own report.
workflow.configfiles[:0] = [file for file in RUN.defaults if file not in workflow.configfiles]

with RUN.refusals():
    study_run.refuse_replaced_prefixes(workflow.modifier.path_modifier.modifies_prefixes)
    STUDY_CONFIG = RUN.merge_config(
        config,
        workflow.config_settings.config,
        replaced=workflow.config_settings.replace_workflow_config,
    )
    SETTINGS = settings.load(STUDY_CONFIG, files=RUN.config_files(workflow.configfiles))
    if workflow.is_main_process:
        folders = [Path(file).absolute().parent for file in workflow.configfiles]
        folders.insert(0, Path(workflow.workdir_init))
        RUN.check(SETTINGS, STUDY_CONFIG, workflow.configfiles, folders)
        RUN.decide_by_content(workflow, SETTINGS.datasets)

# The job that fetches a data set looks up where its files are, which no param says: it changes no content.
config["sources"] = STUDY_CONFIG["sources"]

FETCHING = RUN.fetching(SETTINGS)

# Where the profile has trainings run on a GPU, a job trains all seeds of a condition as one program.
SEEDS_TOGETHER = "gpu" in workflow.resource_settings.overwrite_resources.get(
    workflow.modifier.modify_rulename("train_model"), {}
)
PLAN = Plan(SETTINGS, StudyCode(CHECKOUT / "workflow" / "scripts"), seeds_together=SEEDS_TOGETHER)


wildcard_constraints:
    **PLAN.constraints,


onstart:
    RUN.start(cluster=workflow.non_local_exec)


onsuccess:
    made = {str(file) for job in workflow.dag.jobs for file in job.output}
    RUN.end(PLAN.datasets, made)


def every(path, names):
    """Name a file for each of several names, which stand where the path has {name}."""
    return collect(path, name=list(names), allow_missing=True)


def every_model(path):
    """Name a file for each model, whose objective, condition and seed stand where the path has {model}."""
    return collect(path, model=PLAN.models, allow_missing=True)


def submission(group):
    """Have jobs of a group share a submission, in a run whose profile says how many go together."""
    return lambda wildcards: group if workflow.group_settings.group_components else None


def shown(path, subcategory, **labels):
    """Show a result in Snakemake's own report, with the caption that is named after it or after its folder."""
    parts = Path(path).with_suffix("").parts
    return report(
        f"results/{{dataset}}/{path}",
        caption=f"../report/{parts[min(1, len(parts) - 1)]}.rst",
        category="{dataset}",
        subcategory=subcategory,
        labels=labels,
    )
