rule train_model:
    input:
        clean="resources/{dataset}/train.npz",
        variant="results/{dataset}/variants/{trained_on}/train.npz",
    output:
        parameters="results/{dataset}/models/{objective}/{trained_on}/{seed}/params.npz",
        history="results/{dataset}/models/{objective}/{trained_on}/{seed}/history.csv",
    log:
        "logs/train_model/{dataset}/{objective}/{trained_on}/{seed}.log",
    threads: 1
    resources:
        mem_mb=1500,
    params:
        spec=training_spec,
        study_seed=lookup(dpath="seed", within=config),
        hidden=lookup(dpath="model/hidden", within=config),
        code_size=lookup(dpath="model/code_size", within=config),
        activation=lookup(dpath="model/activation", within=config),
        code_activation=lookup(dpath="model/code_activation", within=config),
        loss=lookup(dpath="training/loss", within=config),
        optimizer=lookup(dpath="training/optimizer", within=config),
        learning_rate=lookup(dpath="training/learning_rate", within=config),
        schedule=lookup(dpath="training/schedule", within=config),
        epochs=lookup(dpath="training/epochs", within=config),
        batch_size=lookup(dpath="training/batch_size", within=config),
        validation_fraction=lookup(dpath="training/validation_fraction", within=config),
        code=code_digest("train_model"),
    message:
        "Training on {wildcards.trained_on} to {wildcards.objective} ({wildcards.dataset}, seed {wildcards.seed})"
    script:
        "../scripts/train_model.py"
