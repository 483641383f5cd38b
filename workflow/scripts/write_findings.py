"""Turn the tables of one data set into sentences."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Read the tables, write the findings."""
    from aestudy.distortions.groups import read_conditions
    from aestudy.findings.evidence import read_evidence
    from aestudy.findings.files import write_findings

    given, params = job.input, job.params
    evidence = read_evidence(
        given.comparisons, given.summary, given.scores, read_conditions(params.conditions),
        sizes=given.sizes, qualities=given.qualities, explanations=given.explanations,
    )  # fmt: skip
    write_findings(job.output.findings, evidence, confidence=params.confidence, smallest=params.smallest)


fix_environment()
run_job(main, globals().get("snakemake"))
