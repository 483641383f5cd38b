from snakemake.utils import min_version

min_version("9.27")


# The values of config.yaml are read there, wherever the study is started from.
include: "workflow/rules/common.smk"


for rules_file in RUN.rule_files():

    include: rules_file


report: "workflow/report/workflow.rst"


rule all:
    default_target: workflow.default_target is None
    input:
        collect("results/{dataset}/report.html", dataset=PLAN.datasets),
        collect("results/{dataset}/findings.json", dataset=PLAN.datasets),
        collect(
            "results/{dataset}/tables/{table}.tex",
            dataset=PLAN.datasets,
            table=PLAN.paper_tables,
        ),
        # Named although the report is made from them: whoever deletes one shall get it again.
        collect(outputs_of(rules.aggregate_scores), dataset=PLAN.datasets),
        collect(outputs_of(rules.compare_models), dataset=PLAN.datasets),
        collect(outputs_of(rules.measure_sizes), dataset=PLAN.datasets),
        collect(outputs_of(rules.aggregate_explanations), dataset=PLAN.datasets),
        collect(
            "results/{dataset}/figures/{figure}.{kind}",
            dataset=PLAN.datasets,
            figure=PLAN.figures,
            kind=("svg", "png"),
        ),
    message:
        "The reports are complete"


rule variants:
    input:
        collect(
            "results/{dataset}/variants/{distortion}/train.npz",
            dataset=PLAN.datasets,
            distortion=PLAN.used,
        ),
        collect(
            "results/{dataset}/variants/{distortion}/test.npz",
            dataset=PLAN.datasets,
            distortion=PLAN.tested_on,
        ),
    message:
        "The distorted images are complete"


rule rate_distortion:
    input:
        collect("results/{dataset}/figures/rate_distortion.svg", dataset=PLAN.datasets),
        collect("results/{dataset}/tables/bd_rates.csv", dataset=PLAN.datasets),
    message:
        "The rate-distortion curves are complete"
