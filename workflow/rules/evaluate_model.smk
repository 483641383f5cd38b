rule evaluate_model:
    input:
        clean="resources/{dataset}/test.npz",
        classifier="results/{dataset}/classifier.npz",
        variants=collect(
            "results/{{dataset}}/variants/{tested_on}/test.npz", tested_on=TESTED_ON
        ),
        parameters="results/{dataset}/models/{objective}/{trained_on}/{seed}/params.npz",
        codec="results/{dataset}/models/{objective}/{trained_on}/{seed}/codec.npz",
    output:
        scores="results/{dataset}/scores/{objective}/{trained_on}/{seed}.npz",
        codec_scores="results/{dataset}/scores/codec/{objective}/{trained_on}/{seed}.npz",
    log:
        "logs/evaluate_model/{dataset}/{objective}/{trained_on}/{seed}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        specs=TESTED_SPECS,
        study_seed=lookup(dpath="seed", within=RESOLVED),
        examples=lookup(dpath="evaluation/examples", within=RESOLVED),
        code=code_digest("evaluate_model"),
    message:
        "Scoring the model trained on {wildcards.trained_on} to {wildcards.objective} "
        "({wildcards.dataset}, seed {wildcards.seed})"
    script:
        "../scripts/evaluate_model.py"
