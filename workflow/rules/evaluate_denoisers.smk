rule evaluate_denoisers:
    input:
        train="resources/{dataset}/train.npz",
        clean="resources/{dataset}/test.npz",
        classifier="results/{dataset}/classifier.npz",
        train_variants=collect(
            "results/{{dataset}}/variants/{tested_on}/train.npz", tested_on=TESTED_ON
        ),
        variants=collect(
            "results/{{dataset}}/variants/{tested_on}/test.npz", tested_on=TESTED_ON
        ),
    output:
        scores=collect(
            "results/{{dataset}}/scores/baselines/{method}.npz", method=DENOISERS
        ),
    log:
        "logs/evaluate_denoisers/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(15),
    params:
        methods=DENOISERS,
        specs=TESTED_SPECS,
        study_seed=lookup(dpath="seed", within=RESOLVED),
        examples=lookup(dpath="evaluation/examples", within=RESOLVED),
        code=code_digest("evaluate_denoisers"),
    message:
        "Scoring the classical denoisers ({wildcards.dataset})"
    script:
        "../scripts/evaluate_denoisers.py"
