"""Structure: papers, families and benchmarks as what groups observations.

`random_line` is the estimator for many resamples, `mixed_line` the full mixed model of one series with its interval,
`pooling` what the series say together, `tables` their rows.
"""

from tasks.fit.structure.random_line import RANDOM_EFFECTS

ESTIMATORS = (RANDOM_EFFECTS,)

__all__ = ["ESTIMATORS", "RANDOM_EFFECTS"]
