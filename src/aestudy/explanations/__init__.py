"""Why the numbers are what they are: each explanation measures one mechanism behind the scores.

`table` lists them. A module has one function `measure(study) -> rows`; `study` opens the files of a job,
`responses` computes what a condition does to images on average. docs/method.md has the definitions.
"""
