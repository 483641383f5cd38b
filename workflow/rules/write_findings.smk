rule write_findings:
    input:
        **tables(comparisons="comparisons", summary="summary", scores="scores", explanations="explanations"),
    output:
        findings="results/{dataset}/findings.json",
    log:
        "logs/write_findings/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 5),
    params:
        mixtures=PLAN.mixtures,
        confidence=SETTINGS.statistics.confidence,
        code=PLAN.code("write_findings"),
    message:
        "Writing down what {wildcards.dataset} shows"
    script:
        "../scripts/write_findings.py"
