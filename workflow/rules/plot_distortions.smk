rule plot_distortions:
    input:
        clean="resources/{dataset}/test.npz",
        variants=collect(
            "results/{{dataset}}/variants/{tested_on}/test.npz", tested_on=TESTED_ON
        ),
        identity="results/{dataset}/scores/baselines/identity.npz",
    output:
        svg=report(
            "results/{dataset}/figures/distortions.svg",
            caption="../report/distortions.rst",
            category="{dataset}",
            subcategory="Pictures",
            labels={"figure": "The distortions"},
        ),
        png="results/{dataset}/figures/distortions.png",
    log:
        "logs/plot_distortions/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        specs=TESTED_SPECS,
        study_seed=lookup(dpath="seed", within=RESOLVED),
        code=code_digest("plot_distortions"),
    message:
        "Drawing the distortions of {wildcards.dataset}"
    script:
        "../scripts/plot_distortions.py"
