"""What a study found, in sentences that its tables decide.

`evidence` reads the tables, `wording` writes numbers and verdicts, `models`, `mixtures` and `rivals` are the
rules that turn evidence into sentences, `files` writes `findings.json`.
"""
