rule train_model:
    input:
        clean="resources/{dataset}/train.npz",
        variant="results/{dataset}/variants/{trained_on}/train.npz",
    output:
        parameters=PLAN.of_each_seed("results/{dataset}/models/{objective}/{trained_on}/{seed}/params.npz"),
        history=PLAN.of_each_seed("results/{dataset}/models/{objective}/{trained_on}/{seed}/history.csv"),
    log:
        f"logs/train_model/{{dataset}}/{{objective}}/{{trained_on}}/{PLAN.seed_of_a_job}.log",
    group:
        submission("models")
    resources:
        **growing(2000, PLAN.training_minutes),
    params:
        **PLAN.training,
    message:
        "Training on {wildcards.trained_on} to {wildcards.objective} ({wildcards.dataset}, "
        + ("all seeds)" if SEEDS_TOGETHER else "seed {wildcards.seed})")
    script:
        "../scripts/train_model.py"
