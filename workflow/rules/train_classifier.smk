rule train_classifier:
    input:
        clean="resources/{dataset}/train.npz",
    output:
        classifier="results/{dataset}/classifier.npz",
    log:
        "logs/train_classifier/{dataset}.log",
    group:
        submission("data")
    resources:
        **growing(1500, 15),
    params:
        study_seed=SETTINGS.seed,
        code=PLAN.code("train_classifier"),
    message:
        "Training the classifier that reads the images of {wildcards.dataset}"
    script:
        "../scripts/train_classifier.py"
