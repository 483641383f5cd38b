rule plot_severity:
    input:
        summary="results/{dataset}/tables/summary.csv",
    output:
        svg=drawn("severity"),
        png="results/{dataset}/figures/severity.png",
    log:
        "logs/plot_severity/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        specs=PLAN.tested_specs,
        objectives=PLAN.objectives,
        titles=PLAN.titles,
        trained_on=PLAN.trained_on,
        code=PLAN.code("plot_severity"),
    message:
        "Drawing how a growing distortion changes the results ({wildcards.dataset})"
    script:
        "../scripts/plot_severity.py"
