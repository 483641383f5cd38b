rule distort_images:
    input:
        clean="resources/{dataset}/{split}.npz",
    output:
        variant="results/{dataset}/variants/{distortion}/{split}.npz",
    log:
        "logs/distort_images/{dataset}/{distortion}/{split}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        spec=distortion_spec,
        study_seed=lookup(dpath="seed", within=RESOLVED),
        code=distortion_code,
    message:
        "Distorting {wildcards.dataset} {wildcards.split} by {wildcards.distortion}"
    script:
        "../scripts/distort_images.py"
