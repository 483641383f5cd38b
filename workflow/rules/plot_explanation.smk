rule plot_explanation:
    input:
        table="results/{dataset}/tables/explanations/{explanation}.csv",
    output:
        svg=drawn("explanations", "{explanation}"),
        png="results/{dataset}/figures/explanations/{explanation}.png",
    log:
        "logs/plot_explanation/{dataset}/{explanation}.log",
    group:
        submission("results")
    resources:
        **growing(1000, 15),
    params:
        code=PLAN.explaining.drawing_code,
    message:
        "Drawing the explanation {wildcards.explanation} of {wildcards.dataset}"
    script:
        "../scripts/plot_explanation.py"
