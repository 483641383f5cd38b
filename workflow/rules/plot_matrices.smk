rule plot_matrices:
    input:
        summary="results/{dataset}/tables/summary.csv",
    output:
        svg=[
            report(
                f"results/{{dataset}}/figures/matrices/{metric}/{reference}.svg",
                caption="../report/matrices.rst",
                category="{dataset}",
                subcategory="Matrices",
                labels={"metric": metric, "compared with": reference},
            )
            for metric, reference in DRAWN_MATRICES
        ],
        png=collect(
            "results/{{dataset}}/figures/matrices/{matrix}.png",
            matrix=["/".join(key) for key in DRAWN_MATRICES],
        ),
    log:
        "logs/plot_matrices/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        matrices=DRAWN_MATRICES,
        objectives=OBJECTIVES,
        titles=OBJECTIVE_TITLES,
        trained_on=TRAINED_ON,
        tested_on=TESTED_ON,
        code=code_digest("plot_matrices"),
    message:
        "Drawing the matrices of {wildcards.dataset}"
    script:
        "../scripts/plot_matrices.py"
