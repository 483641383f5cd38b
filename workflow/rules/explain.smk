rule explain:
    input:
        **PLAN.explaining.inputs,
    output:
        table="results/{dataset}/tables/explanations/{explanation}.csv",
    log:
        "logs/explain/{dataset}/{explanation}.log",
    group:
        submission("results")
    resources:
        **growing(3000, 60),
    params:
        **PLAN.explaining.params,
    message:
        "Explaining {wildcards.dataset}: {wildcards.explanation}"
    script:
        "../scripts/explain.py"
