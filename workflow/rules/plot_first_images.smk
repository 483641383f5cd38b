rule plot_first_images:
    input:
        scores=collect(
            "results/{{dataset}}/scores/{{objective}}/{trained_on}/{seed}.npz",
            trained_on=TRAINED_ON,
            seed=SEEDS[0],
        ),
    output:
        svg=report(
            "results/{dataset}/figures/first_images/{objective}.svg",
            caption="../report/first_images.rst",
            category="{dataset}",
            subcategory="First test images",
            labels={"figure": "PSNR and SSIM, objective {objective}"},
        ),
        png="results/{dataset}/figures/first_images/{objective}.png",
    log:
        "logs/plot_first_images/{dataset}/{objective}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        code=code_digest("plot_first_images"),
    message:
        "Drawing the metrics of the first test images of {wildcards.dataset} ({wildcards.objective})"
    script:
        "../scripts/plot_first_images.py"
