rule fit_codec:
    input:
        variant="results/{dataset}/variants/{trained_on}/train.npz",
        parameters="results/{dataset}/models/{objective}/{trained_on}/{seed}/params.npz",
    output:
        codec="results/{dataset}/models/{objective}/{trained_on}/{seed}/codec.npz",
    log:
        "logs/fit_codec/{dataset}/{objective}/{trained_on}/{seed}.log",
    group:
        submission("models")
    resources:
        **growing(1000, 15),
    params:
        spec=PLAN.training_spec,
        study_seed=SETTINGS.seed,
        code=PLAN.code("fit_codec"),
    message:
        "Fitting the codec of the model trained on {wildcards.trained_on} to {wildcards.objective} "
        "({wildcards.dataset}, seed {wildcards.seed})"
    script:
        "../scripts/fit_codec.py"
