"""What the estimators compute with: arithmetic on many resamples at once, which knows no benchmark and no table.

`rows` (weighted moments), `straight` (curves that are lines of a transformed error), `line` (one line with analytic
intervals), `linear` (least squares and quantiles with several predictors), `nonlinear` (curves), `irreducible` (what
forms with a floor share), `errors_in_variables` (uncertain compute).
"""
