rule train_classifier:
    input:
        clean="resources/{dataset}/train.npz",
    output:
        classifier="results/{dataset}/classifier.npz",
    log:
        "logs/train_classifier/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(15),
    params:
        study_seed=lookup(dpath="seed", within=RESOLVED),
        code=code_digest("train_classifier"),
    message:
        "Training the classifier that reads the images of {wildcards.dataset}"
    script:
        "../scripts/train_classifier.py"
