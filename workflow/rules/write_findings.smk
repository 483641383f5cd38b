rule write_findings:
    input:
        **tables(comparisons="comparisons", summary="summary", scores="scores"),
        **tables(sizes="model_sizes", explanations="explanations"),
        qualities=every("results/{dataset}/tables/{name}.csv", PLAN.quality_tables),
    output:
        findings="results/{dataset}/findings.json",
    log:
        "logs/write_findings/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 5),
    params:
        conditions=PLAN.grouped,
        confidence=SETTINGS.statistics.confidence,
        smallest=PLAN.resolved["statistics"]["smallest_difference"],
        code=PLAN.code("write_findings"),
    message:
        "Writing down what {wildcards.dataset} shows"
    script:
        "../scripts/write_findings.py"
