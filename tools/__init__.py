"""Tools for people who work on the project: comparisons, benchmarks, evaluations. `python -m tools.NAME --help`."""
