rule clean_stale:
    log:
        "logs/clean_stale.log",
    localrule: True
    resources:
        **growing(1000, 15),
    params:
        stale=lambda wildcards: RUN.stale_files(PLAN.datasets, workflow.rules),
        delete=str(workflow.config_settings.config.get("delete", "false")),
    message:
        f"Naming the results of {PLAN.datasets} that belong to nothing in the present config"
    script:
        "../scripts/clean_stale.py"
