"""What the study's curves say that halving the error, 5 % and 1 % cost, by the study's own conversion.

The study runs its accelerator of 2018 at full utilisation; all else is the conversion of `tasks.costs.targets`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.costs.assumptions import Assumptions, Override, load_assumptions
from tasks.costs.targets import log10_costs
from tasks.fit.model import Interval
from tasks.reference.published_targets import PublishedTarget
from tasks.replicate.exponents import LOG10_FLOP_PER_GFLOP, Exponent, StudyCurve

KG_PER_LB = 0.45359237
LOG10_KG_PER_TONNE = 3

_USD_PER_CHIP_HOUR = (0.43, 0.39, 0.54)
"""0.8 to 1.1e8 GFLOP per dollar at 12 TFLOP/s (arXiv 2007.05558; see the assumption's source in assumptions.csv)."""

_WITHOUT_RANGE = ("chip_power_w", "pue", "grid_co2e_kg_per_kwh")


@dataclass(frozen=True)
class Cost:
    """What an error (fraction) asks by one curve: log10 of FLOP, US dollars, tonnes CO2e and months of New York City.

    `times` is log10 of the compute over what the same curve asks for the best error in its sample. `published` is the
    study's target of that error, if it has one.
    """

    curve: StudyCurve
    goal: str
    error: float
    log10_flop: float
    times: float
    log10_usd: float
    log10_tonnes: float
    log10_nyc_months: float
    published: PublishedTarget | None

    @property
    def published_usd(self) -> float | None:
        """log10 of the dollars printed, a floor; None where none are."""
        return self.published.usd_power if self.published else None

    @property
    def published_tonnes(self) -> float | None:
        """log10 of the tonnes CO2e in the pounds printed, a floor; None where none are."""
        power = self.published.co2_lb_power if self.published else None
        return None if power is None else power + math.log10(KG_PER_LB) - LOG10_KG_PER_TONNE


@dataclass(frozen=True)
class Rate:
    """FLOP per unit of cost, log10, that turn every reproduced exponent into the printed power of ten, as its floor.

    No rate does where `lower` is not below `upper`; `ours` is the study's conversion by assumptions.csv.
    """

    unit: str
    n: int
    lower: float
    upper: float
    ours: Interval

    @property
    def agrees(self) -> bool:
        """Whether one rate gives all of the printed powers, and lies in the range of ours."""
        low, high = (end if end is not None else math.nan for end in (self.ours.lower, self.ours.upper))
        return self.lower < self.upper and low <= self.upper and self.lower <= high


def study_assumptions() -> Assumptions:
    """The study's conversion: full utilisation, and no range but the accelerator's and the price's."""
    known = load_assumptions()
    given: dict[str, Override] = {name: known[name].value for name in _WITHOUT_RANGE}
    return load_assumptions(overrides=given | {"utilisation": 1.0, "usd_per_chip_hour": _USD_PER_CHIP_HOUR})


def costs(curves: Iterable[StudyCurve], targets: Iterable[PublishedTarget], assumptions: Assumptions) -> list[Cost]:
    """Halving the best error of the sample, 5 % and 1 %, by each curve that rises."""
    published = {(t.version, t.benchmark, t.form, t.error): t for t in targets}
    found = []
    for curve in curves:
        if not math.isfinite(curve.log10_flop_at(curve.best)):
            continue
        for goal, error in (("half of best", curve.best / 2), ("5 %", 0.05), ("1 %", 0.01)):
            target = published.get((curve.version, curve.benchmark, curve.form, error))
            found.append(_cost(curve, goal, error, target, assumptions))
    return found


def _cost(curve: StudyCurve, goal: str, error: float, target: PublishedTarget | None, assumptions: Assumptions) -> Cost:
    log10_flop = curve.log10_flop_at(error)
    cost = log10_costs(Interval(log10_flop, log10_flop, log10_flop), assumptions)
    co2e_kg = cost["co2e_kg"].value
    return Cost(
        curve=curve,
        goal=goal,
        error=error,
        log10_flop=log10_flop,
        times=log10_flop - curve.log10_flop_at(curve.best),
        log10_usd=cost["cost_usd"].value,
        log10_tonnes=co2e_kg - LOG10_KG_PER_TONNE,
        log10_nyc_months=co2e_kg - math.log10(assumptions["nyc_month_co2e_kg"].value),
        published=target,
    )


def implied_rates(exponents: Iterable[Exponent], assumptions: Assumptions) -> list[Rate]:
    """What the printed powers of pounds and dollars say of the study's conversion, beside that conversion.

    A floor p of x - r means p <= x - r < p + 1, so that r lies above x - p - 1 and not above x - p.
    """
    one_flop = log10_costs(Interval(0.0, 0.0, 0.0), assumptions)
    pound = _per_flop(one_flop["co2e_kg"], math.log10(KG_PER_LB))
    dollar = _per_flop(one_flop["cost_usd"], 0.0)
    given = list(exponents)
    pounds = [(e.log10_gflop, e.target.co2_lb_power) for e in given]
    dollars = [(e.log10_gflop, e.target.usd_power) for e in given]
    return [_rate("pound of CO2", pounds, pound), _rate("dollar", dollars, dollar)]


def _per_flop(cost: Interval, log10_unit: float) -> Interval:
    """FLOP per unit of cost from cost per FLOP; the ends swap."""
    lower, upper = cost.lower, cost.upper
    return Interval(
        log10_unit - cost.value,
        None if upper is None else log10_unit - upper,
        None if lower is None else log10_unit - lower,
    )


def _rate(unit: str, printed: list[tuple[float, int | None]], ours: Interval) -> Rate:
    known = [(x + LOG10_FLOP_PER_GFLOP, power) for x, power in printed if power is not None]
    lower = max((x - power - 1 for x, power in known), default=-math.inf)
    upper = min((x - power for x, power in known), default=math.inf)
    return Rate(unit, len(known), lower, upper, ours)
