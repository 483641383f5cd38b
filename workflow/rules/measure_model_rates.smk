rule measure_model_rates:
    input:
        clean="resources/{dataset}/test.npz",
        parameters="results/{dataset}/models/{objective}/{trained_on}/{seed}/params.npz",
        codec="results/{dataset}/models/{objective}/{trained_on}/{seed}/codec.npz",
    output:
        rates="results/{dataset}/rates/models/{objective}/{trained_on}/{seed}.csv",
    log:
        "logs/measure_model_rates/{dataset}/{objective}/{trained_on}/{seed}.log",
    group:
        submission("models")
    resources:
        **growing(1000, 30),
    params:
        code=PLAN.code("measure_model_rates"),
    message:
        "Measuring the rates of the model trained on {wildcards.trained_on} to {wildcards.objective} "
        "({wildcards.dataset}, seed {wildcards.seed})"
    script:
        "../scripts/measure_model_rates.py"
