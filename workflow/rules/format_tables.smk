rule format_tables:
    input:
        tables=every("results/{dataset}/tables/{name}.csv", PLAN.paper_tables),
    output:
        markdown=every("results/{dataset}/tables/{name}.md", PLAN.paper_tables),
        latex=every("results/{dataset}/tables/{name}.tex", PLAN.paper_tables),
    log:
        "logs/format_tables/{dataset}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 5),
    params:
        smallest=PLAN.resolved["statistics"]["smallest_difference"],
        code=PLAN.code("format_tables"),
    message:
        "Writing the tables of {wildcards.dataset} as Markdown and LaTeX"
    script:
        "../scripts/format_tables.py"
