"""A straight line by ordinary least squares, with intervals for its mean and for reading it backwards."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.tools import add_constant

from tasks.fit.model import Band, Floats, Interval


@dataclass(frozen=True)
class Line:
    """y = intercept + slope x, fitted by ordinary least squares to n points.

    `mean_x`, `mean_y` and `sxx` (sum of squared deviations of x) describe the points; `residual_sd` has n - 2
    degrees of freedom; `t` is Student's quantile of the two-sided confidence level.
    """

    slope: Interval
    intercept: Interval
    r_squared: float
    residual_sd: float
    n: int
    mean_x: float
    mean_y: float
    sxx: float
    t: float

    def mean(self, x: ArrayLike) -> Band:
        """Mean of y at x with its confidence interval: t s sqrt(1/n + (x - mean_x)^2 / Sxx).

        Draper and Smith, Applied Regression Analysis (3rd ed. 1998), section 3.1.
        """
        u = np.asarray(x, dtype=float) - self.mean_x
        value = self.mean_y + self.slope.value * u
        half = self.t * self.residual_sd * np.sqrt(1 / self.n + u**2 / self.sxx)
        return Band(value, value - half, value + half)

    def x_at(self, y: float) -> Interval:
        """The x at which the mean line reaches y, with Fieller's interval.

        The interval holds every x whose mean confidence interval holds y, that is, with u = x - mean_x and
        d = y - mean_y, every u with (b u - d)^2 <= t^2 s^2 (1/n + u^2/Sxx): a quadratic inequality in u.
        Fieller 1954, J. R. Stat. Soc. B 16:175-185; Draper and Smith 1998, section 3.2.
        Where the slope's own interval holds zero the set reaches to infinity on either side: both ends are None.

        Raises:
            ValueError: the line is exactly flat.
        """
        b, d = self.slope.value, y - self.mean_y
        if b == 0:
            raise ValueError("the line is flat: no x reaches any other y")
        value = self.mean_x + d / b
        ts2 = (self.t * self.residual_sd) ** 2
        leading = b**2 - ts2 / self.sxx
        if leading <= 0:
            return Interval(value, None, None)
        half = math.sqrt(ts2 * (d**2 / self.sxx + leading / self.n)) / leading
        centre = self.mean_x + b * d / leading
        return Interval(value, centre - half, centre + half)


def least_squares(x: Floats, y: Floats, confidence_level: float) -> Line:
    """Ordinary least squares of y on x (both of shape (n,), n >= 3, x not constant) by statsmodels."""
    result = OLS(y, add_constant(x)).fit()
    (a_low, a_high), (b_low, b_high) = result.conf_int(alpha=1 - confidence_level)
    a, b = result.params
    return Line(
        slope=Interval(float(b), float(b_low), float(b_high)),
        intercept=Interval(float(a), float(a_low), float(a_high)),
        r_squared=float(np.clip(result.rsquared, 0, 1)),
        residual_sd=math.sqrt(result.mse_resid),
        n=len(x),
        mean_x=float(x.mean()),
        mean_y=float(y.mean()),
        sxx=float(((x - x.mean()) ** 2).sum()),
        t=float(stats.t.ppf(0.5 + confidence_level / 2, len(x) - 2)),
    )
