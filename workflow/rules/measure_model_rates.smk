for SEEDS in PLAN.seeds_of_jobs:

    rule:
        name:
            PLAN.with_seeds("measure_model_rates", SEEDS)
        input:
            clean="resources/{dataset}/test.npz",
            parameters=of_each(f"{MODELS}/params.npz", SEEDS),
            codec=of_each(f"{MODELS}/codec.npz", SEEDS),
        output:
            rates=update(of_each(f"{RATES}.csv", SEEDS)),
        log:
            f"logs/{PLAN.with_seeds('measure_model_rates', SEEDS)}/{MODEL}.log",
        group:
            submission("models")
        resources:
            **growing(1000, 30),
        params:
            parts=parts(SEEDS, "parameters", "codec"),
            code=PLAN.code("measure_model_rates"),
        message:
            f"Measuring the rates of models trained on {PLAN.model_words(SEEDS)}"
        script:
            "../scripts/measure_model_rates.py"
