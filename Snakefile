from snakemake.utils import min_version

min_version("9.27")


# The values of config.yaml are read there, wherever the study is started from.
include: "workflow/rules/common.smk"
include: "workflow/rules/fetch_dataset.smk"
include: "workflow/rules/distort_images.smk"
include: "workflow/rules/train_model.smk"
include: "workflow/rules/fit_codec.smk"
include: "workflow/rules/train_classifier.smk"
include: "workflow/rules/evaluate_model.smk"
include: "workflow/rules/evaluate_baseline.smk"
include: "workflow/rules/evaluate_denoisers.smk"
include: "workflow/rules/aggregate_scores.smk"
include: "workflow/rules/compare_models.smk"
include: "workflow/rules/write_findings.smk"
include: "workflow/rules/format_tables.smk"
include: "workflow/rules/measure_model_rates.smk"
include: "workflow/rules/measure_pca_rates.smk"
include: "workflow/rules/measure_classical_rates.smk"
include: "workflow/rules/aggregate_rates.smk"
include: "workflow/rules/plot_distortions.smk"
include: "workflow/rules/plot_reconstructions.smk"
include: "workflow/rules/plot_losses.smk"
include: "workflow/rules/plot_matrices.smk"
include: "workflow/rules/plot_first_images.smk"
include: "workflow/rules/plot_severity.smk"
include: "workflow/rules/render_report.smk"
include: "workflow/rules/clean_stale.smk"


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
        collect(outputs_of(rules.plot_distortions), dataset=PLAN.datasets),
        collect(outputs_of(rules.plot_losses), dataset=PLAN.datasets),
        collect(outputs_of(rules.plot_matrices), dataset=PLAN.datasets),
        collect(
            outputs_of(rules.plot_reconstructions),
            dataset=PLAN.datasets,
            objective=PLAN.objectives,
        ),
        collect(outputs_of(rules.plot_first_images), dataset=PLAN.datasets, objective=PLAN.objectives),
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
