rule aggregate_scores:
    input:
        models=collect(
            "results/{{dataset}}/scores/{objective}/{trained_on}/{seed}.npz",
            objective=OBJECTIVES,
            trained_on=TRAINED_ON,
            seed=SEEDS,
        ),
        codecs=collect(
            "results/{{dataset}}/scores/codec/{objective}/{trained_on}/{seed}.npz",
            objective=OBJECTIVES,
            trained_on=TRAINED_ON,
            seed=SEEDS,
        ),
        baselines=collect(
            "results/{{dataset}}/scores/baselines/{method}.npz", method=BASELINES
        ),
    output:
        scores="results/{dataset}/tables/scores.csv",
        summary=report(
            "results/{dataset}/tables/summary.csv",
            caption="../report/summary.rst",
            category="{dataset}",
            subcategory="Tables",
            labels={"table": "summary"},
        ),
        matrices=collect(
            "results/{{dataset}}/tables/matrix_{matrix}.csv",
            matrix=["_".join(key) for key in MATRICES],
        ),
    log:
        "logs/aggregate_scores/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(15),
    params:
        matrices=MATRICES,
        objectives=OBJECTIVES,
        trained_on=TRAINED_ON,
        tested_on=TESTED_ON,
        seeds=SEEDS,
        resamples=lookup(dpath="statistics/resamples", within=RESOLVED),
        confidence=lookup(dpath="statistics/confidence", within=RESOLVED),
        study_seed=lookup(dpath="seed", within=RESOLVED),
        code=code_digest("aggregate_scores"),
    message:
        "Aggregating the scores of {wildcards.dataset}"
    script:
        "../scripts/aggregate_scores.py"
