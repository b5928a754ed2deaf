"""What an estimate hangs on: single papers (`influence`), choices (`specifications`), papers, families and the other
series (`structure`, by `mixed_line` and `pooling`). `chosen_rows` fits an estimator to any choice of observations.
"""
