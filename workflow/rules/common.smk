"""What the rules share: the checked settings, the plan of the study, and what happens around a run."""

from pathlib import Path

from aestudy import settings
from aestudy.figures.table import FIGURES
from aestudy_run import study_run
from aestudy_run.code_digests.study import StudyCode
from aestudy_run.plan import Plan
from aestudy_run.rule_entries import CODEC_SCORES, MODEL, MODELS, RATES, SCORES
from aestudy_run.rule_entries import growing, of_each, parts, tables
from aestudy_run.study_run import outputs_of

study_run.prepare_process()

RUN = study_run.run_of(workflow)

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

PLAN = Plan(SETTINGS, StudyCode(RUN.checkout / "workflow" / "scripts"))


wildcard_constraints:
    **PLAN.constraints,


onstart:
    RUN.start(cluster=workflow.non_local_exec, forced=study_run.forced_results(workflow.dag))
    study_run.spare_timers(workflow)


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


def shown(path, subcategory, caption="", **labels):
    """Show a result in Snakemake's own report, with the caption of that name or of its own."""
    return report(
        f"results/{{dataset}}/{path}",
        caption=f"../report/{caption or Path(path).stem}.rst",
        category="{dataset}",
        subcategory=subcategory,
        labels=labels,
    )


def drawn(figure, part=""):
    """Show a figure, or that of an objective or matrix, as the table of figures says."""
    words, path = FIGURES[figure], Path("figures", figure, part).with_suffix(".svg")
    return shown(path, words.section, caption="figure", figure=words.title.replace("{part}", part))
