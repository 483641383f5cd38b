rule evaluate_baseline:
    input:
        train="resources/{dataset}/train.npz",
        clean="resources/{dataset}/test.npz",
        classifier="results/{dataset}/classifier.npz",
        variants=every("results/{dataset}/variants/{name}/test.npz", PLAN.tested_on),
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
        **PLAN.scored,
        code_size=SETTINGS.model.code_size,
        code=PLAN.code("evaluate_baseline"),
    message:
        "Scoring the baseline {wildcards.method} ({wildcards.dataset})"
    script:
        "../scripts/evaluate_baseline.py"
