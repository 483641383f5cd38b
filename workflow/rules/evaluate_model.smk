rule evaluate_model:
    input:
        clean="resources/{dataset}/test.npz",
        classifier="results/{dataset}/classifier.npz",
        variants=every("results/{dataset}/variants/{name}/test.npz", PLAN.tested_on),
        parameters="results/{dataset}/models/{objective}/{trained_on}/{seed}/params.npz",
        codec="results/{dataset}/models/{objective}/{trained_on}/{seed}/codec.npz",
    output:
        scores="results/{dataset}/scores/{objective}/{trained_on}/{seed}.npz",
        codec_scores="results/{dataset}/scores/codec/{objective}/{trained_on}/{seed}.npz",
    log:
        "logs/evaluate_model/{dataset}/{objective}/{trained_on}/{seed}.log",
    group:
        submission("models")
    resources:
        **growing(1000, 15),
    params:
        **PLAN.scored,
        code=PLAN.code("evaluate_model"),
    message:
        "Scoring the model trained on {wildcards.trained_on} to {wildcards.objective} "
        "({wildcards.dataset}, seed {wildcards.seed})"
    script:
        "../scripts/evaluate_model.py"
