rule measure_model_rates:
    input:
        clean="resources/{dataset}/test.npz",
        parameters="results/{dataset}/models/{objective}/{trained_on}/{seed}/params.npz",
        codec="results/{dataset}/models/{objective}/{trained_on}/{seed}/codec.npz",
    output:
        rates="results/{dataset}/rates/models/{objective}/{trained_on}/{seed}.csv",
    log:
        "logs/measure_model_rates/{dataset}/{objective}/{trained_on}/{seed}.log",
    resources:
        **growing(1000, 30),
    params:
        code=PLAN.code("measure_model_rates"),
    message:
        "Measuring the rates of the model trained on {wildcards.trained_on} to {wildcards.objective} "
        "({wildcards.dataset}, seed {wildcards.seed})"
    script:
        "../scripts/measure_model_rates.py"


rule measure_pca_rates:
    input:
        train="resources/{dataset}/train.npz",
        clean="resources/{dataset}/test.npz",
    output:
        rates="results/{dataset}/rates/pca/{components}.csv",
    log:
        "logs/measure_pca_rates/{dataset}/{components}.log",
    wildcard_constraints:
        components=r"\d+",
    resources:
        **growing(2000, 30),
    params:
        code=PLAN.code("measure_pca_rates"),
    message:
        "Measuring the rates of up to {wildcards.components} principal components ({wildcards.dataset})"
    script:
        "../scripts/measure_pca_rates.py"


rule measure_classical_rates:
    input:
        clean="resources/{dataset}/test.npz",
    output:
        rates="results/{dataset}/rates/classical/{method}.csv",
    log:
        "logs/measure_classical_rates/{dataset}/{method}.log",
    wildcard_constraints:
        method=settings.either(PLAN.classical_codecs),
    resources:
        **growing(1000, 60),
    params:
        code=PLAN.code("measure_classical_rates"),
    message:
        "Measuring the rates of {wildcards.method} ({wildcards.dataset})"
    script:
        "../scripts/measure_classical_rates.py"
