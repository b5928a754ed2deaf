"""Forms of the curve: how error falls with compute, each fitted with the scatter in the error.

The plain power law is `directions.FORWARD`; here are the exponential, the straight line in points, the power law with
an irreducible error, M4 and the power law with a break. `estimators_for` gives those of one benchmark.
"""

from collections.abc import Callable

from tasks.fit.estimator import Batch, Estimator
from tasks.fit.estimators.broken import BROKEN_POWER_LAW
from tasks.fit.estimators.floors import power_law_with_floor
from tasks.fit.estimators.m4 import m4
from tasks.fit.model import Floats
from tasks.fit.numerics.irreducible import RELATIVE_SD, UNKNOWN_FLOOR
from tasks.fit.numerics.linear import least_squares
from tasks.fit.numerics.rows import in_blocks, once
from tasks.fit.numerics.straight import EXPONENTIAL, POINTS, Transform, error_at, log10_flop_at


def _fit_line(transform: Transform) -> Callable[[Batch], Floats]:
    def fit(batch: Batch) -> Floats:
        return least_squares((batch.x,), once(transform.performance, batch.error), batch.weight)

    return in_blocks(fit)


def _line(name: str, title: str, performance: str, transform: Transform) -> Estimator:
    return Estimator(
        name=name,
        title=title,
        kind="form",
        parameters=("intercept", "slope"),
        units=(f"{performance} at 1 FLOP", f"{performance} per decade of compute"),
        fit=_fit_line(transform),
        error_at=error_at(transform),
        log10_flop_at=log10_flop_at(transform),
    )


EXPONENTIAL_LAW = _line("exponential", "exponential: 1/error on log10 compute", "1/error", EXPONENTIAL)
POINTS_PER_DECADE = _line("points_per_decade", "the same points for every tenfold of compute", "-error", POINTS)


def estimators_for(error_floor: float | None, guess_error: float = 1.0) -> tuple[Estimator, ...]:
    """The forms for a benchmark with the given share of wrong labels (`error_floor` of benchmarks.csv, or None).

    Names, parameters and order are the same for all benchmarks; only the prior of the floor and the error of a guess,
    from which M4 starts, differ.

    Raises:
        ValueError: a floor that does not lie between 0 and 1.
    """
    if error_floor is not None and not 0 < error_floor < 1:
        raise ValueError(f"a share of wrong labels lies between 0 and 1, not {error_floor}: see benchmarks.csv")
    mean, sd = UNKNOWN_FLOOR if error_floor is None else (error_floor, RELATIVE_SD * error_floor)
    return (
        EXPONENTIAL_LAW,
        POINTS_PER_DECADE,
        power_law_with_floor(mean, sd),
        m4(mean, sd, guess_error),
        BROKEN_POWER_LAW,
    )


ESTIMATORS: tuple[Estimator, ...] = estimators_for(None)
