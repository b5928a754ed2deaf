"""Load: rows into the warehouse, validated, corrected by hand, and compared with what stood there."""
