"""Speed of the study side by side with what a user would pick.

`make bench` (or `python -m benchmarks`) measures everything on one machine in one run; docs/performance.md
explains the numbers. Every contender runs in a process of its own (`benchmarks.worker`), and the rounds
of all contenders take turns, so that a machine that gets busier or hotter slows all of them.
"""
