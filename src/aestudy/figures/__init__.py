"""The figures of a study: one module per figure, all of them drawn without pyplot and saved by `style.save`.

Importing this package does not import matplotlib; its modules (all but `choice`) do.
"""
