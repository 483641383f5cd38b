for SEEDS in PLAN.seeds_of_jobs:

    rule:
        name:
            PLAN.with_seeds("evaluate_model", SEEDS)
        input:
            **PLAN.tested_images,
            parameters=of_each(f"{MODELS}/params.npz", SEEDS),
            codec=of_each(f"{MODELS}/codec.npz", SEEDS),
        output:
            scores=update(of_each(f"{SCORES}.npz", SEEDS)),
            codec_scores=update(of_each(f"{CODEC_SCORES}.npz", SEEDS)),
        log:
            f"logs/{PLAN.with_seeds('evaluate_model', SEEDS)}/{MODEL}.log",
        wildcard_constraints:
            **PLAN.trained,
        group:
            submission("models")
        resources:
            **growing(1000, 15),
        params:
            **PLAN.scored("evaluate_model"),
            parts=parts(SEEDS, "parameters", "codec"),
        message:
            f"Scoring models trained on {PLAN.model_words(SEEDS)}"
        script:
            "../scripts/evaluate_model.py"
