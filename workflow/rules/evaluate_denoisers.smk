rule evaluate_denoisers:
    input:
        **PLAN.tested_images,
        train="resources/{dataset}/train.npz",
        train_variants=every("results/{dataset}/variants/{name}/train.npz", PLAN.tested_on),
    output:
        scores=every("results/{dataset}/scores/baselines/{name}.npz", PLAN.denoisers),
    log:
        "logs/evaluate_denoisers/{dataset}.log",
    group:
        submission("baselines")
    resources:
        **growing(1500, 15),
    params:
        **PLAN.scored("evaluate_denoisers"),
        methods=PLAN.denoisers,
    message:
        "Scoring the classical denoisers ({wildcards.dataset})"
    script:
        "../scripts/evaluate_denoisers.py"
