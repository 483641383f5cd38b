for SEEDS in PLAN.seeds_of_jobs:

    rule:
        name:
            PLAN.with_seeds("train_model", SEEDS)
        input:
            clean="resources/{dataset}/train.npz",
            variant="results/{dataset}/variants/{trained_on}/train.npz",
        output:
            parameters=update(of_each(f"{MODELS}/params.npz", SEEDS)),
            history=update(of_each(f"{MODELS}/history.csv", SEEDS)),
        log:
            f"logs/{PLAN.with_seeds('train_model', SEEDS)}/{MODEL}.log",
        wildcard_constraints:
            **PLAN.trained,
        group:
            submission("models")
        resources:
            **growing(2000, PLAN.training.minutes(SEEDS)),
        params:
            **PLAN.training.params,
            parts=parts(SEEDS),
        message:
            f"Training on {PLAN.model_words(SEEDS)}"
        script:
            "../scripts/train_model.py"
