rule fetch_dataset:
    input:
        lambda wildcards: map(local, FETCHING.out_of_reach(wildcards.dataset)),
    output:
        train="resources/{dataset}/train.npz",
        test="resources/{dataset}/test.npz",
    log:
        "logs/fetch_dataset/{dataset}.log",
    group:
        submission("data")
    resources:
        **growing(1000, 60),
    params:
        source=lambda wildcards: FETCHING.key(wildcards.dataset),
        code=PLAN.source_code,
    message:
        "Fetching the data set {wildcards.dataset}"
    script:
        "../scripts/fetch_dataset.py"
