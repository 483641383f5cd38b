rule plot_reconstructions:
    input:
        clean="resources/{dataset}/test.npz",
        variants=collect(
            "results/{{dataset}}/variants/{tested_on}/test.npz", tested_on=TESTED_ON
        ),
        identity="results/{dataset}/scores/baselines/identity.npz",
        scores=collect(
            "results/{{dataset}}/scores/{{objective}}/{trained_on}/{seed}.npz",
            trained_on=TRAINED_ON,
            seed=SEEDS[0],
        ),
    output:
        svg=report(
            "results/{dataset}/figures/reconstructions/{objective}.svg",
            caption="../report/reconstructions.rst",
            category="{dataset}",
            subcategory="Pictures",
            labels={"figure": "Decoded images, objective {objective}"},
        ),
        png="results/{dataset}/figures/reconstructions/{objective}.png",
    log:
        "logs/plot_reconstructions/{dataset}/{objective}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        specs=TESTED_SPECS,
        study_seed=lookup(dpath="seed", within=RESOLVED),
        code=code_digest("plot_reconstructions"),
    message:
        "Drawing original, distorted and decoded images of {wildcards.dataset} ({wildcards.objective})"
    script:
        "../scripts/plot_reconstructions.py"
