rule plot_losses:
    input:
        histories=collect(
            "results/{{dataset}}/models/{objective}/{trained_on}/{seed}/history.csv",
            objective=OBJECTIVES,
            trained_on=TRAINED_ON,
            seed=SEEDS,
        ),
    output:
        svg=report(
            "results/{dataset}/figures/losses.svg",
            caption="../report/losses.rst",
            category="{dataset}",
            subcategory="Training",
            labels={"figure": "Losses per epoch"},
        ),
        png="results/{dataset}/figures/losses.png",
    log:
        "logs/plot_losses/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        objectives=OBJECTIVES,
        titles=OBJECTIVE_TITLES,
        trained_on=TRAINED_ON,
        seeds=SEEDS,
        loss=lookup(dpath="training/loss", within=RESOLVED),
        code=code_digest("plot_losses"),
    message:
        "Drawing the losses of all models of {wildcards.dataset}"
    script:
        "../scripts/plot_losses.py"
