"""Load: rows into the warehouse, validated, corrected by hand, and compared with what stood there.

runs         run records
documents    documents and their claims (doubts, corrections)
source_rows  rows of structured sources (differences), and how each source was asked
derived      tables that are computed from these
insert       rows of our own making

Each loads in a transaction of its own, and the same input twice changes nothing: a kill between two transactions leaves
neither a gap nor a double.
"""
