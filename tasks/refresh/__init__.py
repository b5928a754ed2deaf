"""Refresh: from loaded claims to estimates, step by step inside the warehouse.

Each step reads what the step before wrote and puts its tables in the place of the old ones; the science stands in
`tasks.compute`, `match`, `fit`, `estimate` and `evaluate`. The same claims and assumptions give the same tables.
"""
