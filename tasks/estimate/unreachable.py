"""How probable it is that no compute reaches a target: the posterior of the error that no model gets below.

A known share of wrong labels is no verdict. It is a lower bound of the mistakes in a test, of which models learn those
that are systematic. So the share is the mean of a prior (its sd half of it; without one, `UNKNOWN_FLOOR`), and the
posterior that of the power law with a floor, which lies above no error that was reached. Where that has no fit, it is
the prior cut off at the lowest error.
"""

from scipy import stats

from tasks.fit.model import Fit
from tasks.fit.numerics.irreducible import RELATIVE_SD, UNKNOWN_FLOOR


def probability_unreachable(target_error: float, best_error: float, share: float | None, fit: Fit | None) -> float:
    """Probability (0 to 1) that the floor lies at or above a target error; 0 for one that was reached.

    Args:
        target_error: A fraction.
        best_error: The lowest error in the data, a fraction.
        share: The known share of wrong labels, a fraction.
        fit: The power law with a floor of the same data, if there is one.
    """
    if target_error >= best_error:
        return 0.0
    if fit is not None and fit.floor_draws is not None:
        return float((fit.floor_draws >= target_error).mean())
    mean, sd = UNKNOWN_FLOOR if share is None else (share, RELATIVE_SD * share)
    below_target, below_best, below_zero = stats.norm.cdf([target_error, best_error, 0.0], mean, sd)
    return float((below_best - below_target) / (below_best - below_zero))
