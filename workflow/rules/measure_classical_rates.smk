rule measure_classical_rates:
    input:
        clean="resources/{dataset}/test.npz",
    output:
        rates="results/{dataset}/rates/classical/{method}.csv",
    log:
        "logs/measure_classical_rates/{dataset}/{method}.log",
    wildcard_constraints:
        method=settings.either(PLAN.classical_codecs),
    group:
        submission("baselines")
    resources:
        **growing(1000, 60),
    params:
        code=PLAN.code("measure_classical_rates"),
    message:
        "Measuring the rates of {wildcards.method} ({wildcards.dataset})"
    script:
        "../scripts/measure_classical_rates.py"
