rule measure_sizes:
    input:
        parameters=every_model("results/{dataset}/models/{model}/params.npz"),
        codecs=every_model("results/{dataset}/models/{model}/codec.npz"),
    output:
        sizes=shown("tables/model_sizes.csv", "Tables", table="model sizes"),
    log:
        "logs/measure_sizes/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(500, 15),
    params:
        code=PLAN.code("measure_sizes"),
    message:
        "Measuring the sizes of the models ({wildcards.dataset})"
    script:
        "../scripts/measure_sizes.py"
