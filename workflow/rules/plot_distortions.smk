rule plot_distortions:
    input:
        clean="resources/{dataset}/test.npz",
        variants=every("results/{dataset}/variants/{name}/test.npz", PLAN.shown_on),
        identity="results/{dataset}/scores/baselines/identity.npz",
    output:
        svg=drawn("distortions"),
        png="results/{dataset}/figures/distortions.png",
    log:
        "logs/plot_distortions/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        specs=PLAN.shown_specs,
        study_seed=SETTINGS.seed,
        code=PLAN.code("plot_distortions"),
    message:
        "Drawing the distortions of {wildcards.dataset}"
    script:
        "../scripts/plot_distortions.py"
