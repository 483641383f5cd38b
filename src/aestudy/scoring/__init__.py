"""Score models, codecs, baselines and denoisers on every condition (rules `evaluate_*`)."""
