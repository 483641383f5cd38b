rule evaluate_denoisers:
    input:
        train="resources/{dataset}/train.npz",
        clean="resources/{dataset}/test.npz",
        classifier="results/{dataset}/classifier.npz",
        train_variants=every("results/{dataset}/variants/{name}/train.npz", PLAN.tested_on),
        variants=every("results/{dataset}/variants/{name}/test.npz", PLAN.tested_on),
    output:
        scores=every("results/{dataset}/scores/baselines/{name}.npz", PLAN.denoisers),
    log:
        "logs/evaluate_denoisers/{dataset}.log",
    group:
        submission("baselines")
    resources:
        **growing(1500, 15),
    params:
        **PLAN.scored,
        methods=PLAN.denoisers,
        code=PLAN.code("evaluate_denoisers"),
    message:
        "Scoring the classical denoisers ({wildcards.dataset})"
    script:
        "../scripts/evaluate_denoisers.py"
