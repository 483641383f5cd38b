rule render_report:
    input:
        train="resources/{dataset}/train.npz",
        test="resources/{dataset}/test.npz",
        summary="results/{dataset}/tables/summary.csv",
        by_seed="results/{dataset}/tables/scores.csv",
        comparisons="results/{dataset}/tables/comparisons.csv",
        findings="results/{dataset}/findings.json",
        identity="results/{dataset}/scores/baselines/identity.npz",
        baselines=collect(
            "results/{{dataset}}/scores/baselines/{method}.npz", method=BASELINES
        ),
        scores=collect(
            "results/{{dataset}}/scores/{objective}/{trained_on}/{seed}.npz",
            objective=OBJECTIVES,
            trained_on=TRAINED_ON,
            seed=SEEDS,
        ),
        codec_scores=collect(
            "results/{{dataset}}/scores/codec/{objective}/{trained_on}/{seed}.npz",
            objective=OBJECTIVES,
            trained_on=TRAINED_ON,
            seed=SEEDS[:1],
        ),
        distortions="results/{dataset}/figures/distortions.png",
        reconstructions=collect(
            "results/{{dataset}}/figures/reconstructions/{objective}.png",
            objective=OBJECTIVES,
        ),
        losses="results/{dataset}/figures/losses.svg",
        matrices=collect(
            "results/{{dataset}}/figures/matrices/{matrix}.svg",
            matrix=["/".join(key) for key in DRAWN_MATRICES],
        ),
        first_images=collect(
            "results/{{dataset}}/figures/first_images/{objective}.svg",
            objective=OBJECTIVES,
        ),
        severity=SEVERITY_FIGURES,
        rates=RATE_FIGURES,
    output:
        report=report(
            "results/{dataset}/report.html",
            caption="../report/report.rst",
            category="{dataset}",
            subcategory="Report",
            labels={"page": "The whole study"},
        ),
    log:
        "logs/render_report/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(15),
    params:
        # A function, so that Snakemake looks for no wildcards in the names of the user's own files.
        study=lambda wildcards: settings.canonical(RESOLVED),
        notebook_comparison=lookup(
            dpath="evaluation/compare_with_notebook", within=RESOLVED
        ),
        code=code_digest("render_report"),
    message:
        "Writing the report of {wildcards.dataset}"
    script:
        "../scripts/render_report.py"
