rule compare_models:
    input:
        models=every_model("results/{dataset}/scores/{model}.npz"),
        codecs=every_model("results/{dataset}/scores/codec/{model}.npz"),
        baselines=every("results/{dataset}/scores/baselines/{name}.npz", PLAN.baselines),
    output:
        comparisons=shown("tables/comparisons.csv", "Tables", table="comparisons"),
    log:
        "logs/compare_models/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        **PLAN.names,
        **PLAN.statistics,
        conditions=PLAN.grouped,
        code=PLAN.code("compare_models"),
    message:
        "Comparing the models of {wildcards.dataset}"
    script:
        "../scripts/compare_models.py"
