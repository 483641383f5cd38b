rule clean_stale:
    log:
        "logs/clean_stale.log",
    localrule: True
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(15),
    params:
        stale=stale_files,
        delete=DELETE_STALE,
    message:
        "Naming the results of {DATASETS} that belong to nothing in the present config"
    script:
        "../scripts/clean_stale.py"
