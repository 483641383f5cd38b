rule distort_images:
    input:
        clean="resources/{dataset}/{split}.npz",
    output:
        variant="results/{dataset}/variants/{distortion}/{split}.npz",
    log:
        "logs/distort_images/{dataset}/{distortion}/{split}.log",
    group:
        submission("data")
    resources:
        **growing(1000, 15),
    params:
        spec=PLAN.distortion_spec,
        study_seed=SETTINGS.seed,
        code=PLAN.distortion_code,
    message:
        "Distorting {wildcards.dataset} {wildcards.split} by {wildcards.distortion}"
    script:
        "../scripts/distort_images.py"
