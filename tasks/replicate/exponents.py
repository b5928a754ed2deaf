"""What the study says a target error asks of compute: its two curves, refitted to its points and inverted.

Both are forward least squares of a performance on log10 compute: log10(1/error) ("polynomial") or 1/error
("exponential"). Versions: 2020, on the points of its public web site (`published_points.csv`); 2022, on the
consolidated hardware burden of its replication data. Powers of ten that the study prints are floors of the exponent.
The published refits of 2020 are unrounded lines inverted, those of 2022 lines with the coefficients that the notebooks
print.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from tasks.fit.model import Floats
from tasks.fit.numerics.line import Line, least_squares
from tasks.fit.sample import MIN_POINTS
from tasks.reference.published_points import load_published_points
from tasks.reference.published_targets import PublishedTarget
from tasks.replicate.data import StudyData

LOG10_FLOP_PER_GFLOP = 9
PRINTED_DECIMALS = 4  # of a coefficient in statsmodels' summary
TOLERANCE = 0.01
"""How near an exponent must be to the published refit (printed with two decimals)."""

PERFORMANCE: dict[str, Callable[[Floats], Floats]] = {
    "polynomial": lambda error: -np.log10(error),
    "exponential": lambda error: 1 / error,
}


@dataclass(frozen=True)
class StudyCurve:
    """One of the study's curves on one sample; `best` is the sample's lowest error (fraction)."""

    version: str
    benchmark: str
    form: str
    line: Line
    best: float

    def log10_flop_at(self, error: float, decimals: int | None = None) -> float:
        """Compute (log10 FLOP) at which the line reaches the error (fraction); infinite where it never does.

        With `decimals` the coefficients are rounded first, as a reader of a printed line has them.
        """
        slope, intercept = self.line.slope.value, self.line.intercept.value
        if decimals is not None:
            slope, intercept = round(slope, decimals), round(intercept, decimals)
        performance = float(PERFORMANCE[self.form](np.array(error)))
        return (performance - intercept) / slope if slope > 0 else math.inf

    @property
    def power(self) -> float | None:
        """p of compute ~ (1/error)^p: one over the slope of the power law; None for the other form."""
        slope = self.line.slope.value
        return 1 / slope if self.form == "polynomial" and slope > 0 else None


@dataclass(frozen=True)
class Exponent:
    """A published target beside the compute that the refitted curve asks for it, log10 of GFLOP."""

    target: PublishedTarget
    curve: StudyCurve

    @property
    def log10_gflop(self) -> float:
        """Reproduced as it was published: of 2022 by the coefficients in their printed digits."""
        decimals = PRINTED_DECIMALS if self.target.version == "2022" else None
        return self.curve.log10_flop_at(self.target.error, decimals) - LOG10_FLOP_PER_GFLOP

    @property
    def log10_gflop_unrounded(self) -> float:
        """Reproduced by the coefficients in full."""
        return self.curve.log10_flop_at(self.target.error) - LOG10_FLOP_PER_GFLOP

    @property
    def agrees(self) -> bool:
        """Within a hundredth of the published refit, with the printed power as its floor where one is printed."""
        target, found = self.target, self.log10_gflop
        is_near = abs(found - target.log10_gflop) <= TOLERANCE
        return is_near and (target.gflop_power is None or math.floor(found) == target.gflop_power)


def curves_of_points() -> list[StudyCurve]:
    """Both curves of every benchmark of the 2020 version."""
    samples: dict[str, list[tuple[float, float]]] = {}
    for row in load_published_points():
        samples.setdefault(row.benchmark, []).append((row.hardware_burden_flop, 1 - row.accuracy))
    return [c for name, points in samples.items() for c in _curves("2020", name, np.array(points))]


def curves_of_data(data: Iterable[StudyData], names: dict[str, str]) -> list[StudyCurve]:
    """Both curves of every file with points enough for a line; `names` gives a file its benchmark's name, if any."""
    curves: list[StudyCurve] = []
    for study in data:
        used = study.frame[["hardware_burden_consolidated", f"{study.score}_error_percent"]].dropna()
        if len(used) >= MIN_POINTS and used.nunique().min() > 1:
            curves += _curves("2022", names.get(study.stem, study.stem), used.to_numpy(float))
    return curves


def _curves(version: str, benchmark: str, points: Floats) -> Iterator[StudyCurve]:
    """Both curves through points of shape (n, 2): FLOP and error."""
    log10_flop, error = np.log10(points[:, 0]), points[:, 1]
    for form, performance in PERFORMANCE.items():
        line = least_squares(log10_flop, performance(error), 0.95)
        yield StudyCurve(version, benchmark, form, line, float(error.min()))


def reproduce(targets: Iterable[PublishedTarget], curves: Iterable[StudyCurve]) -> list[Exponent]:
    """Every published target that a curve is there for."""
    by_key = {(c.version, c.benchmark, c.form): c for c in curves}
    keyed = ((t, by_key.get((t.version, t.benchmark, t.form))) for t in targets)
    return [Exponent(target, curve) for target, curve in keyed if curve]
