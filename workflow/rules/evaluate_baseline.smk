rule evaluate_baseline:
    input:
        train="resources/{dataset}/train.npz",
        clean="resources/{dataset}/test.npz",
        classifier="results/{dataset}/classifier.npz",
        variants=collect(
            "results/{{dataset}}/variants/{tested_on}/test.npz", tested_on=TESTED_ON
        ),
    output:
        scores="results/{dataset}/scores/baselines/{method}.npz",
    log:
        "logs/evaluate_baseline/{dataset}/{method}.log",
    wildcard_constraints:
        method=settings.either(FITTED_BASELINES),
    threads: 1
    resources:
        mem_mb=growing(1200),
        runtime=growing(15),
    params:
        specs=TESTED_SPECS,
        study_seed=lookup(dpath="seed", within=RESOLVED),
        code_size=lookup(dpath="model/code_size", within=RESOLVED),
        examples=lookup(dpath="evaluation/examples", within=RESOLVED),
        code=code_digest("evaluate_baseline"),
    message:
        "Scoring the baseline {wildcards.method} ({wildcards.dataset})"
    script:
        "../scripts/evaluate_baseline.py"
