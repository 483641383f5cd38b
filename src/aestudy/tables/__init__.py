"""Write and read the tables of a study (rules `aggregate_scores`, `format_tables`)."""
