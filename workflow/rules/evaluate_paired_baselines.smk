rule evaluate_paired_baselines:
    input:
        **PLAN.tested_images,
        train="resources/{dataset}/train.npz",
        train_variants=every("results/{dataset}/variants/{name}/train.npz", PLAN.tested_on),
    output:
        scores=every("results/{dataset}/scores/baselines/{name}.npz", PLAN.paired_baselines),
    log:
        "logs/evaluate_paired_baselines/{dataset}.log",
    group:
        submission("baselines")
    resources:
        **growing(2000, 30),
    params:
        **PLAN.scored("evaluate_paired_baselines"),
        methods=PLAN.paired_baselines,
        code_size=SETTINGS.model.code_size,
        validation_fraction=SETTINGS.training.validation_fraction,
    message:
        "Scoring the linear maps of each condition ({wildcards.dataset})"
    script:
        "../scripts/evaluate_paired_baselines.py"
