rule plot_matrices:
    input:
        summary="results/{dataset}/tables/summary.csv",
    output:
        svg=[
            shown(f"figures/matrices/{key}/{to}.svg", "Matrices", **{"metric": key, "compared with": to})
            for key, to in PLAN.drawn_matrices
        ],
        png=every("results/{dataset}/figures/matrices/{name}.png", map("/".join, PLAN.drawn_matrices)),
    log:
        "logs/plot_matrices/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        **PLAN.axes,
        matrices=PLAN.drawn_matrices,
        titles=PLAN.titles,
        code=PLAN.code("plot_matrices"),
    message:
        "Drawing the matrices of {wildcards.dataset}"
    script:
        "../scripts/plot_matrices.py"
