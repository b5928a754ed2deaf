"""Fits that are a straight line of a transformed error on log10 compute: what the study's two recipes share.

Their intervals are analytic and take every observation as a witness of its own, as the study does.
"""

from collections.abc import Callable
from dataclasses import dataclass

from numpy.typing import ArrayLike

from tasks.fit.model import Band, Fit, Interval
from tasks.fit.numerics.line import Line, least_squares
from tasks.fit.numerics.straight import Transform
from tasks.fit.sample import Sample
from tasks.provenance.claims import content_id


@dataclass(frozen=True)
class TransformedLine:
    """The curve: performance(error) = intercept + slope log10(FLOP)."""

    line: Line
    transform: Transform

    def predict_error(self, log10_flop: ArrayLike) -> Band:
        """Error that corresponds to the mean performance; its ends swap because performance falls with error."""
        band = self.line.mean(log10_flop)
        error = self.transform.error
        return Band(error(band.value), error(band.upper), error(band.lower))

    def log10_flop_at(self, error: float) -> Interval:
        """Compute at which the mean line reaches the error, with Fieller's interval.

        Raises:
            ValueError: the error is not between 0 and 1 (exclusive), or the line is flat.
        """
        if not 0 < error < 1:
            raise ValueError(f"an error must lie between 0 and 1, not {error}")
        return self.line.x_at(float(self.transform.performance(error)))


def fit_transformed_line(
    name: str,
    title: str,
    sample: Sample,
    confidence_level: float,
    transform: Transform,
    power_of: Callable[[Line, float], Interval | None],
) -> Fit:
    """Regress performance(error) on log10 FLOP; `power_of` tells the implied power from line and largest compute."""
    line = least_squares(sample.log10_flop, transform.performance(sample.error), confidence_level)
    return Fit(
        **sample.about,
        fit_id=content_id(name, confidence_level, sample.input_hash),
        estimator=name,
        title=title,
        kind="study",
        parameters={"intercept": line.intercept, "slope": line.slope},
        units={"intercept": "", "slope": "1/decade"},
        rise=line.slope,
        r_squared=line.r_squared,
        residual_sd=line.residual_sd,
        confidence_level=confidence_level,
        implied_power=power_of(line, float(sample.log10_flop.max())),
        curve=TransformedLine(line, transform),
    )
