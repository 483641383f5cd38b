rule distort_images:
    input:
        train="resources/{dataset}/train.npz",
        test="resources/{dataset}/test.npz",
    output:
        train="results/{dataset}/variants/{distortion}/train.npz",
        test="results/{dataset}/variants/{distortion}/test.npz",
    log:
        "logs/distort_images/{dataset}/{distortion}.log",
    group:
        submission("data")
    resources:
        **growing(1000, 15),
    params:
        spec=PLAN.distortion_spec,
        study_seed=SETTINGS.seed,
        code=PLAN.distortion_code,
    message:
        "Distorting {wildcards.dataset} by {wildcards.distortion}"
    script:
        "../scripts/distort_images.py"
