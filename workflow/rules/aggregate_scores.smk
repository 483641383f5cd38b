rule aggregate_scores:
    input:
        models=every_model("results/{dataset}/scores/{model}.npz"),
        codecs=every_model("results/{dataset}/scores/codec/{model}.npz"),
        baselines=every("results/{dataset}/scores/baselines/{name}.npz", PLAN.baselines),
    output:
        scores="results/{dataset}/tables/scores.csv",
        summary=shown("tables/summary.csv", "Tables", table="summary"),
        matrices=every("results/{dataset}/tables/matrix_{name}.csv", map("_".join, PLAN.matrices)),
    log:
        "logs/aggregate_scores/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1500, 15),
    params:
        **PLAN.names,
        **PLAN.statistics,
        matrices=PLAN.matrices,
        code=PLAN.code("aggregate_scores"),
    message:
        "Aggregating the scores of {wildcards.dataset}"
    script:
        "../scripts/aggregate_scores.py"
