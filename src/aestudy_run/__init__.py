"""What surrounds a run of the workflow: its jobs, digests of code, locks, checks, progress.

The science in `aestudy` never imports this package, so that no edit here makes a result stale.
"""
