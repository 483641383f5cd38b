rule write_findings:
    input:
        comparisons="results/{dataset}/tables/comparisons.csv",
        summary="results/{dataset}/tables/summary.csv",
        scores="results/{dataset}/tables/scores.csv",
    output:
        findings="results/{dataset}/findings.json",
    log:
        "logs/write_findings/{dataset}.log",
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
