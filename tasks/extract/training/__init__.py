"""Training disclosures: chips, time, data, sizes and operations, in sentences and tables."""
