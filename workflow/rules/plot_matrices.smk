def shown_matrix(key):
    metric, reference = key
    labels = {"metric": metric, "compared with": reference}
    return shown(f"figures/matrices/{metric}/{reference}.svg", "Matrices", **labels)


rule plot_matrices:
    input:
        summary="results/{dataset}/tables/summary.csv",
    output:
        svg=map(shown_matrix, PLAN.drawn_matrices),
        png=every("results/{dataset}/figures/matrices/{name}.png", map("/".join, PLAN.drawn_matrices)),
    log:
        "logs/plot_matrices/{dataset}.log",
    resources:
        **growing(1000, 15),
    params:
        matrices=PLAN.drawn_matrices,
        objectives=PLAN.objectives,
        titles=PLAN.titles,
        trained_on=PLAN.trained_on,
        tested_on=PLAN.tested_on,
        code=PLAN.code("plot_matrices"),
    message:
        "Drawing the matrices of {wildcards.dataset}"
    script:
        "../scripts/plot_matrices.py"
