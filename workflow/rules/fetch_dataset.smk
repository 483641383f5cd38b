rule fetch_dataset:
    input:
        source_files,
    output:
        train="resources/{dataset}/train.npz",
        test="resources/{dataset}/test.npz",
    log:
        "logs/fetch_dataset/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        source=source_key,
        code=source_code,
    message:
        "Fetching the data set {wildcards.dataset}"
    script:
        "../scripts/fetch_dataset.py"
