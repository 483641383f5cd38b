rule write_findings:
    input:
        comparisons="results/{dataset}/tables/comparisons.csv",
        summary="results/{dataset}/tables/summary.csv",
        scores="results/{dataset}/tables/scores.csv",
    output:
        findings="results/{dataset}/findings.json",
    log:
        "logs/write_findings/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        mixtures=[
            name for name in USED if SETTINGS.conditions[name]["kind"] == "mixture"
        ],
        confidence=lookup(dpath="statistics/confidence", within=RESOLVED),
        code=code_digest("write_findings"),
    message:
        "Writing down what {wildcards.dataset} shows"
    script:
        "../scripts/write_findings.py"
