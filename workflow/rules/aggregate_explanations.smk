rule aggregate_explanations:
    input:
        tables=every("results/{dataset}/tables/explanations/{name}.csv", PLAN.explaining.names),
    output:
        table=shown("tables/explanations.csv", "Tables", table="explanations"),
    log:
        "logs/aggregate_explanations/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(500, 5),
    params:
        code=PLAN.code("aggregate_explanations"),
    message:
        "Gathering the explanations of {wildcards.dataset}"
    script:
        "../scripts/aggregate_explanations.py"
