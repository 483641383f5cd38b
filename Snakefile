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
include: "workflow/rules/measure_rates.smk"
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
        collect("results/{dataset}/report.html", dataset=DATASETS),
        collect("results/{dataset}/findings.json", dataset=DATASETS),
        collect(
            "results/{dataset}/tables/{table}.tex",
            dataset=DATASETS,
            table=PAPER_TABLES,
        ),
        # Named although the report is made from them: whoever deletes one shall get it again.
        collect(outputs_of(rules.aggregate_scores), dataset=DATASETS),
        collect(outputs_of(rules.compare_models), dataset=DATASETS),
        collect(outputs_of(rules.plot_distortions), dataset=DATASETS),
        collect(outputs_of(rules.plot_losses), dataset=DATASETS),
        collect(outputs_of(rules.plot_matrices), dataset=DATASETS),
        collect(
            outputs_of(rules.plot_reconstructions),
            dataset=DATASETS,
            objective=OBJECTIVES,
        ),
        collect(
            outputs_of(rules.plot_first_images), dataset=DATASETS, objective=OBJECTIVES
        ),
    message:
        "The reports are complete"


rule variants:
    input:
        collect(
            "results/{dataset}/variants/{distortion}/train.npz",
            dataset=DATASETS,
            distortion=USED,
        ),
        collect(
            "results/{dataset}/variants/{distortion}/test.npz",
            dataset=DATASETS,
            distortion=TESTED_ON,
        ),
    message:
        "The distorted images are complete"
