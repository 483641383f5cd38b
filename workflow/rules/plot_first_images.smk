rule plot_first_images:
    input:
        scores=every("results/{dataset}/scores/{objective}/{name}.npz", PLAN.of_first_seed),
    output:
        svg=drawn("first_images", "{objective}"),
        png="results/{dataset}/figures/first_images/{objective}.png",
    log:
        "logs/plot_first_images/{dataset}/{objective}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        code=PLAN.code("plot_first_images"),
    message:
        "Drawing the metrics of the first test images of {wildcards.dataset} ({wildcards.objective})"
    script:
        "../scripts/plot_first_images.py"
