rule plot_reconstructions:
    input:
        clean="resources/{dataset}/test.npz",
        variants=every("results/{dataset}/variants/{name}/test.npz", PLAN.shown_on),
        identity="results/{dataset}/scores/baselines/identity.npz",
        scores=every("results/{dataset}/scores/{objective}/{name}.npz", PLAN.of_first_seed),
    output:
        svg=drawn("reconstructions", "{objective}"),
        png="results/{dataset}/figures/reconstructions/{objective}.png",
    log:
        "logs/plot_reconstructions/{dataset}/{objective}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        specs=PLAN.shown_specs,
        study_seed=SETTINGS.seed,
        code=PLAN.code("plot_reconstructions"),
    message:
        "Drawing original, distorted and decoded images of {wildcards.dataset} ({wildcards.objective})"
    script:
        "../scripts/plot_reconstructions.py"
