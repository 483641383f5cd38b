rule format_tables:
    input:
        tables=collect("results/{{dataset}}/tables/{table}.csv", table=PAPER_TABLES),
    output:
        markdown=collect("results/{{dataset}}/tables/{table}.md", table=PAPER_TABLES),
        latex=collect("results/{{dataset}}/tables/{table}.tex", table=PAPER_TABLES),
    log:
        "logs/format_tables/{dataset}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        code=code_digest("format_tables"),
    message:
        "Writing the tables of {wildcards.dataset} as Markdown and LaTeX"
    script:
        "../scripts/format_tables.py"
