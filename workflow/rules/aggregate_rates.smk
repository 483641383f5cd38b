rule aggregate_rates:
    input:
        models=every_model("results/{dataset}/rates/models/{model}.csv"),
        pca=every("results/{dataset}/rates/pca/{name}.csv", PLAN.pca_components),
        classical=every("results/{dataset}/rates/classical/{name}.csv", PLAN.classical_codecs),
    output:
        points=shown("tables/rate_distortion.csv", "Rate and distortion", table="All points"),
        delta_rates=shown("tables/bd_rates.csv", "Rate and distortion", table="Delta rates"),
        bits="results/{dataset}/tables/bits_at_quality.csv",
        svg=drawn("rate_distortion"),
        png="results/{dataset}/figures/rate_distortion.png",
    log:
        "logs/aggregate_rates/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        families=PLAN.rate_families,
        code=PLAN.code("aggregate_rates"),
    message:
        "Comparing the rates of all methods ({wildcards.dataset})"
    script:
        "../scripts/aggregate_rates.py"
