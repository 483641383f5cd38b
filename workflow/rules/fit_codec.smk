for SEEDS in PLAN.seeds_of_jobs:

    rule:
        name:
            PLAN.with_seeds("fit_codec", SEEDS)
        input:
            variant="results/{dataset}/variants/{trained_on}/train.npz",
            parameters=of_each(f"{MODELS}/params.npz", SEEDS),
        output:
            codec=update(of_each(f"{MODELS}/codec.npz", SEEDS)),
        log:
            f"logs/{PLAN.with_seeds('fit_codec', SEEDS)}/{MODEL}.log",
        wildcard_constraints:
            **PLAN.trained,
        group:
            submission("models")
        resources:
            **growing(1000, 15),
        params:
            spec=PLAN.training.spec,
            study_seed=SETTINGS.seed,
            parts=parts(SEEDS, "parameters"),
            code=PLAN.code("fit_codec"),
        message:
            f"Fitting codecs, trained on {PLAN.model_words(SEEDS)}"
        script:
            "../scripts/fit_codec.py"
