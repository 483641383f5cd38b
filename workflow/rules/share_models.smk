rule share_models:
    input:
        parameters=PLAN.shared_files(f"{MODELS}/params.npz"),
        history=PLAN.shared_files(f"{MODELS}/history.csv"),
        codec=PLAN.shared_files(f"{MODELS}/codec.npz"),
    output:
        parameters=update(of_each(f"{MODELS}/params.npz", PLAN.seeds)),
        history=update(of_each(f"{MODELS}/history.csv", PLAN.seeds)),
        codec=update(of_each(f"{MODELS}/codec.npz", PLAN.seeds)),
    log:
        f"logs/share_models/{MODEL}.log",
    wildcard_constraints:
        **PLAN.sharing,
    group:
        submission("models")
    resources:
        **growing(500, 15),
    params:
        parts=parts(PLAN.seeds, "parameters", "history", "codec"),
        code=PLAN.code("share_models"),
    message:
        "Sharing the models trained on {wildcards.trained_on} with {wildcards.objective} ({wildcards.dataset})"
    script:
        "../scripts/share_models.py"
