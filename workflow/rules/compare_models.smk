rule compare_models:
    input:
        models=collect(
            "results/{{dataset}}/scores/{objective}/{trained_on}/{seed}.npz",
            objective=OBJECTIVES,
            trained_on=TRAINED_ON,
            seed=SEEDS,
        ),
        baselines=collect(
            "results/{{dataset}}/scores/baselines/{method}.npz", method=BASELINES
        ),
    output:
        comparisons=report(
            "results/{dataset}/tables/comparisons.csv",
            caption="../report/comparisons.rst",
            category="{dataset}",
            subcategory="Tables",
            labels={"table": "comparisons"},
        ),
    log:
        "logs/compare_models/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        conditions=GROUPED,
        objectives=OBJECTIVES,
        trained_on=TRAINED_ON,
        tested_on=TESTED_ON,
        seeds=SEEDS,
        resamples=lookup(dpath="statistics/resamples", within=RESOLVED),
        confidence=lookup(dpath="statistics/confidence", within=RESOLVED),
        study_seed=lookup(dpath="seed", within=RESOLVED),
        code=code_digest("compare_models"),
    message:
        "Comparing the models of {wildcards.dataset}"
    script:
        "../scripts/compare_models.py"
