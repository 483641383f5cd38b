rule render_report:
    input:
        **tables(summary="summary", by_seed="scores", comparisons="comparisons"),
        train="resources/{dataset}/train.npz",
        test="resources/{dataset}/test.npz",
        findings="results/{dataset}/findings.json",
        identity="results/{dataset}/scores/baselines/identity.npz",
        baselines=every("results/{dataset}/scores/baselines/{name}.npz", PLAN.baselines),
        scores=every_model("results/{dataset}/scores/{model}.npz"),
        codec_scores=every("results/{dataset}/scores/codec/{name}.npz", PLAN.models_of_first_seed),
        figures=every("results/{dataset}/figures/{name}", PLAN.shown_figures),
    output:
        report=shown("report.html", "Report", page="The whole study"),
    log:
        "logs/render_report/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1500, 15),
    params:
        **PLAN.reported,
    message:
        "Writing the report of {wildcards.dataset}"
    script:
        "../scripts/render_report.py"
