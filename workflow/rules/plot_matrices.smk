rule plot_matrices:
    input:
        summary="results/{dataset}/tables/summary.csv",
    output:
        svg=[drawn("matrices", name) for name in PLAN.matrix_names],
        png=every("results/{dataset}/figures/matrices/{name}.png", PLAN.matrix_names),
    log:
        "logs/plot_matrices/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        **PLAN.axes | {"tested_on": PLAN.shown_on},
        matrices=PLAN.drawn_matrices,
        titles=PLAN.titles,
        code=PLAN.code("plot_matrices"),
    message:
        "Drawing the matrices of {wildcards.dataset}"
    script:
        "../scripts/plot_matrices.py"
