rule train_model:
    input:
        clean="resources/{dataset}/train.npz",
        variant="results/{dataset}/variants/{trained_on}/train.npz",
    output:
        parameters=of_each_seed(
            "results/{dataset}/models/{objective}/{trained_on}/{seed}/params.npz"
        ),
        history=of_each_seed(
            "results/{dataset}/models/{objective}/{trained_on}/{seed}/history.csv"
        ),
    log:
        f"logs/train_model/{{dataset}}/{{objective}}/{{trained_on}}/{SEED_OF_A_JOB}.log",
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=training_minutes,
    params:
        spec=training_spec,
        study_seed=lookup(dpath="seed", within=RESOLVED),
        hidden=lookup(dpath="model/hidden", within=RESOLVED),
        target=of_goal("target"),
        rate_weight=of_goal("rate_weight"),
        code_size=of_goal("code_size"),
        activation=lookup(dpath="model/activation", within=RESOLVED),
        code_activation=lookup(dpath="model/code_activation", within=RESOLVED),
        loss=lookup(dpath="training/loss", within=RESOLVED),
        optimizer=lookup(dpath="training/optimizer", within=RESOLVED),
        learning_rate=lookup(dpath="training/learning_rate", within=RESOLVED),
        schedule=lookup(dpath="training/schedule", within=RESOLVED),
        epochs=lookup(dpath="training/epochs", within=RESOLVED),
        batch_size=lookup(dpath="training/batch_size", within=RESOLVED),
        validation_fraction=lookup(
            dpath="training/validation_fraction", within=RESOLVED
        ),
        shifted_fraction=lookup(dpath="training/shifted_fraction", within=RESOLVED),
        squared_error_fraction=lookup(
            dpath="training/squared_error_fraction", within=RESOLVED
        ),
        code=training_code,
    message:
        (
            "Training on {wildcards.trained_on} to {wildcards.objective} ({wildcards.dataset}, "
            + ("all seeds)" if SEEDS_TOGETHER else "seed {wildcards.seed})")
        )
    script:
        "../scripts/train_model.py"
