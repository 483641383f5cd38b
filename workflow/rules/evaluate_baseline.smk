rule evaluate_baseline:
    input:
        **PLAN.tested_images,
        train="resources/{dataset}/train.npz",
    output:
        scores="results/{dataset}/scores/baselines/{method}.npz",
    log:
        "logs/evaluate_baseline/{dataset}/{method}.log",
    wildcard_constraints:
        method=settings.either(PLAN.fitted_baselines),
    group:
        submission("baselines")
    resources:
        **growing(1200, 15),
    params:
        **PLAN.scored("evaluate_baseline"),
        code_size=SETTINGS.model.code_size,
    message:
        "Scoring the baseline {wildcards.method} ({wildcards.dataset})"
    script:
        "../scripts/evaluate_baseline.py"
