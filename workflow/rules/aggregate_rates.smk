rule aggregate_rates:
    input:
        models=collect(
            "results/{{dataset}}/rates/models/{objective}/{trained_on}/{seed}.csv",
            objective=OBJECTIVES,
            trained_on=TRAINED_ON,
            seed=SEEDS,
        ),
        pca=collect(
            "results/{{dataset}}/rates/pca/{components}.csv", components=PCA_COMPONENTS
        ),
        classical=collect(
            "results/{{dataset}}/rates/classical/{method}.csv", method=CLASSICAL_CODECS
        ),
    output:
        points=report(
            "results/{dataset}/tables/rate_distortion.csv",
            caption="../report/rate_distortion.rst",
            category="{dataset}",
            subcategory="Rate and distortion",
            labels={"table": "All points"},
        ),
        delta_rates=report(
            "results/{dataset}/tables/bd_rates.csv",
            caption="../report/bd_rates.rst",
            category="{dataset}",
            subcategory="Rate and distortion",
            labels={"table": "Delta rates"},
        ),
        bits="results/{dataset}/tables/bits_at_quality.csv",
        svg=report(
            "results/{dataset}/figures/rate_distortion.svg",
            caption="../report/rate_distortion.rst",
            category="{dataset}",
            subcategory="Rate and distortion",
            labels={"figure": "Rate-distortion curves"},
        ),
        png="results/{dataset}/figures/rate_distortion.png",
    log:
        "logs/aggregate_rates/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        families=RATE_FAMILIES,
        code=code_digest("aggregate_rates"),
    message:
        "Comparing the rates of all methods ({wildcards.dataset})"
    script:
        "../scripts/aggregate_rates.py"


rule rate_distortion:
    input:
        collect("results/{dataset}/figures/rate_distortion.svg", dataset=DATASETS),
        collect("results/{dataset}/tables/bd_rates.csv", dataset=DATASETS),
    message:
        "The rate-distortion curves are complete"
