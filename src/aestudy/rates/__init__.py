"""Measure bits and quality of models and classical codecs (rules `measure_*`, `aggregate_rates`)."""
