rule plot_losses:
    input:
        histories=every_model("results/{dataset}/models/{model}/history.csv"),
    output:
        svg=drawn("losses"),
        png="results/{dataset}/figures/losses.png",
    log:
        "logs/plot_losses/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        objectives=PLAN.objectives,
        titles=PLAN.titles,
        trained_on=PLAN.trained_on,
        seeds=PLAN.seeds,
        loss=SETTINGS.training.loss,
        code=PLAN.code("plot_losses"),
    message:
        "Drawing the losses of all models of {wildcards.dataset}"
    script:
        "../scripts/plot_losses.py"
