"""Dates: when a benchmark's record will reach a target, by methods that back-tests choose between.

`records` makes the record of every benchmark, `methods` the distributions of a date, `backtest` their scores, `targets`
the rows that are published.
"""
