"""Compare models: bootstrap intervals, differences, averages, p-values (rule `compare_models`)."""
