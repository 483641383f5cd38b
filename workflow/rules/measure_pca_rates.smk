rule measure_pca_rates:
    input:
        train="resources/{dataset}/train.npz",
        clean="resources/{dataset}/test.npz",
    output:
        rates="results/{dataset}/rates/pca/{components}.csv",
    log:
        "logs/measure_pca_rates/{dataset}/{components}.log",
    wildcard_constraints:
        components=r"\d+",
    group:
        submission("baselines")
    resources:
        **growing(2000, 30),
    params:
        code=PLAN.code("measure_pca_rates"),
    message:
        "Measuring the rates of up to {wildcards.components} principal components ({wildcards.dataset})"
    script:
        "../scripts/measure_pca_rates.py"
