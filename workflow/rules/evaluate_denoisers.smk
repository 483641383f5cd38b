rule evaluate_denoisers:
    input:
        **tested_images(),
        train="resources/{dataset}/train.npz",
        train_variants=every("results/{dataset}/variants/{name}/train.npz", PLAN.tested_on),
    output:
        scores=every("results/{dataset}/scores/baselines/{name}.npz", PLAN.denoisers),
    log:
        "logs/evaluate_denoisers/{dataset}.log",
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
