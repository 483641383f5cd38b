rule plot_severity:
    input:
        summary="results/{dataset}/tables/summary.csv",
    output:
        svg=report(
            "results/{dataset}/figures/severity.svg",
            caption="../report/severity.rst",
            category="{dataset}",
            subcategory="Severity",
            labels={"figure": "PSNR over strength"},
        ),
        png="results/{dataset}/figures/severity.png",
    log:
        "logs/plot_severity/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        specs=TESTED_SPECS,
        objectives=OBJECTIVES,
        titles=OBJECTIVE_TITLES,
        trained_on=TRAINED_ON,
        code=code_digest("plot_severity"),
    message:
        "Drawing how a growing distortion changes the results ({wildcards.dataset})"
    script:
        "../scripts/plot_severity.py"
