"""The name of the clean condition and of the groups of distortions. Importing it costs nothing."""

CLEAN = "clean"
NOISES = "noises"
FILTERS = "filters"
MIXTURES = "mixtures"
CHAINS = "chains"
