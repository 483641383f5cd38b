rule plot_matrices:
    input:
        summary="results/{dataset}/tables/summary.csv",
    output:
        svg=report(
            "results/{dataset}/figures/matrices/{metric}/{reference}.svg",
            caption="../report/matrices.rst",
            category="{dataset}",
            subcategory="Matrices",
            labels={"metric": "{metric}", "compared with": "{reference}"},
        ),
        png="results/{dataset}/figures/matrices/{metric}/{reference}.png",
    log:
        "logs/plot_matrices/{dataset}/{metric}/{reference}.log",
    wildcard_constraints:
        metric="mse|psnr_db|ssim",
        reference="clean|input",
    threads: 1
    resources:
        mem_mb=500,
    params:
        objectives=OBJECTIVES,
        trained_on=TRAINED_ON,
        tested_on=TESTED_ON,
        code=code_digest("plot_matrices"),
    message:
        "Drawing the matrices of {wildcards.dataset}: {wildcards.metric} against {wildcards.reference}"
    script:
        "../scripts/plot_matrices.py"
