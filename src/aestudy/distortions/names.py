"""The name of the clean condition and of the groups of distortions. Importing it costs nothing."""

CLEAN = "clean"
NOISES = "noises"
FILTERS = "filters"
MIXTURES = "mixtures"
CHAINS = "chains"

COMPOSED = (MIXTURES, CHAINS)
"""The groups of what is made of other distortions. They have no average of their own."""
