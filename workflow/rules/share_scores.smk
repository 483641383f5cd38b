rule share_scores:
    input:
        scores=PLAN.shared_files(f"{SCORES}.npz"),
        codec_scores=PLAN.shared_files(f"{CODEC_SCORES}.npz"),
    output:
        scores=update(of_each(f"{SCORES}.npz", PLAN.seeds)),
        codec_scores=update(of_each(f"{CODEC_SCORES}.npz", PLAN.seeds)),
    log:
        f"logs/share_scores/{MODEL}.log",
    wildcard_constraints:
        **PLAN.sharing,
    group:
        submission("models")
    resources:
        **growing(500, 15),
    params:
        parts=parts(PLAN.seeds, "scores", "codec_scores"),
        code=PLAN.code("share_scores"),
    message:
        "Sharing the scores of models trained on {wildcards.trained_on} with {wildcards.objective} ({wildcards.dataset})"
    script:
        "../scripts/share_scores.py"
