"""Turn the tables of one data set into sentences."""

from typing import TYPE_CHECKING

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake


def main() -> None:
    """Read the tables, write the findings."""
    from aestudy.findings.evidence import read_evidence
    from aestudy.findings.files import write_findings

    given = snakemake.input
    evidence = read_evidence(given.comparisons, given.summary, given.scores, snakemake.params.mixtures)
    write_findings(snakemake.output.findings, evidence, confidence=snakemake.params.confidence)


fix_environment()
with job(snakemake):
    main()
