"""What one training run took: chip-hours, energy, money, carbon, each with its range and the calculation in words."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.evaluation import CostFlag
from schemas.rows import Limits, Record, from_record, same_named
from schemas.rows.costs import RunCosts, TrainingCosts
from tasks.costs.rates import (
    WATTS_PER_KILOWATT,
    CostSetting,
    grid_kg_per_kwh,
    owned_usd_per_hour,
    peak_flop_per_s,
    power_w,
    pue,
    release_year,
    rented_usd_per_hour,
)
from tasks.costs.tables import Figure, exactly, nearest_year, product
from tasks.reference.hardware import GENERIC, Hardware, burden_peak
from tasks.reference.units import SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedRun:
    """What costs are computed from: compute in FLOP with its range, the slug of the hardware, chips and hours."""

    method: str
    training_flop: float
    training_flop_lower: float
    training_flop_upper: float
    year: int | None
    hardware: str | None
    chips: float | None
    duration_hours: float | None
    hardware_burden_flop: float | None
    range_factor: float | None = None


@dataclass(frozen=True)
class _Chip:
    hardware: Hardware
    year: int
    flags: tuple[CostFlag, ...]


def priced(run: Record, setting: CostSetting) -> TrainingCosts:
    """The costs of one row of warehouse/lookups/runs_to_price.sql."""
    identity = ("estimate_id", "paper_id", "model", "model_key", "method", "is_preferred", "training_flop", "year")
    costs = training_costs(from_record(PricedRun, run), setting)
    return TrainingCosts(**{c: run[c] for c in identity}, **same_named(costs, RunCosts))


def training_costs(run: PricedRun, setting: CostSetting) -> RunCosts:
    """Costs of one compute estimate, the hardware they are for, and what they rest on.

    chip-hours = as stated, else FLOP / (peak x utilisation); energy = chip-hours x power x PUE; cost = chip-hours x
    price, rented where a rent is known, else owned, and both ways side by side; carbon = energy x grid (Strubell et al.
    2019, arXiv 1906.02243, section 2; Patterson et al. 2021, arXiv 2104.10350, section 2.5). Ranges are the products of
    the ends: all assumptions cheap, all dear. What cannot be known is empty, and a flag says why.

    Args:
        run: The run; what is not known of it is None.
        setting: Assumptions and reference tables.
    """
    chip = _chip(run, setting)
    if chip is None:
        return RunCosts(hardware=None, cost_basis="neither the year nor the hardware is known")
    hours = _chip_hours(run, chip, setting)
    if hours is None:
        return RunCosts(
            hardware=chip.hardware.slug,
            cost_basis=f"no peak rate is known for {chip.hardware.slug}",
            flags=_coded(chip.flags),
        )
    found: dict[str, Figure] = {"chip_hours": hours}
    flags = list(chip.flags)
    basis = [hours.words, chip.hardware.slug]
    watts = power_w(chip.hardware, setting)
    if watts:
        overhead, grid = pue(chip.year, setting), grid_kg_per_kwh(chip.year, setting)
        found["energy_kwh"] = product(hours, watts, overhead).over(exactly(WATTS_PER_KILOWATT))
        found["co2e_kg"] = product(found["energy_kwh"], grid)
        basis += [watts.words, overhead.words, grid.words]
    else:
        flags.append(CostFlag.POWER_NOT_KNOWN)
    rent = rented_usd_per_hour(chip.hardware, chip.year, setting)
    owning = owned_usd_per_hour(chip.hardware, chip.year, setting)
    for name, price in (("cost_usd", rent or owning), ("cost_rented_usd", rent), ("cost_owned_usd", owning)):
        if price:
            found[name] = product(hours, price)
    basis += [price.words for price in (rent, owning) if price]
    if not rent:
        flags.append(CostFlag.RENT_NOT_KNOWN if owning else CostFlag.PRICE_NOT_KNOWN)
    limits = {name: Limits(figure.value, figure.lower, figure.upper) for name, figure in found.items()}
    return RunCosts(hardware=chip.hardware.slug, cost_basis="; ".join(basis), flags=_coded(flags), **limits)


def _coded(flags: Iterable[CostFlag]) -> tuple[Coded[CostFlag], ...]:
    return tuple(Coded.of(flag) for flag in flags)


def _chip(run: PricedRun, setting: CostSetting) -> _Chip | None:
    """The chip that the run names, else the one that most models of its year were trained on."""
    year = run.year
    named = run.hardware
    if named and named not in GENERIC and named in setting.tables.hardware:
        hardware = setting.tables.hardware[named]
        known = year or release_year(hardware)
        return _Chip(hardware, known, () if year else (CostFlag.YEAR_NOT_KNOWN,)) if known else None
    if not year:
        return None
    usual = nearest_year(setting.tables.reference_chips, year)
    if usual is None:
        return None
    return _Chip(setting.tables.hardware[setting.tables.reference_chips[usual]], year, (CostFlag.HARDWARE_NOT_NAMED,))


def _chip_hours(run: PricedRun, chip: _Chip, setting: CostSetting) -> Figure | None:
    """Chip-hours as stated, else compute over peak and utilisation; None where the peak is not known."""
    if run.chips and run.duration_hours:
        words = f"{run.chips:g} chips x {run.duration_hours:.6g} h"
        return _stated(run, chip, setting, exactly(run.chips * run.duration_hours, words))
    burden = burden_peak(chip.hardware)
    stated = run.method == "hardware_time" and run.hardware == chip.hardware.slug
    if stated and run.hardware_burden_flop and burden:
        # The burden is chip-hours x peak (`hardware_burden`): a run whose chip-hours are stated whole.
        hours = run.hardware_burden_flop / burden / SECONDS_PER_HOUR
        return _stated(run, chip, setting, exactly(hours, f"{hours:.6g} chip-hours stated"))
    peak = peak_flop_per_s(chip.hardware)
    if peak is None:
        return None
    flop = Figure(run.training_flop, run.training_flop_lower, run.training_flop_upper)
    utilisation = setting.number("utilisation")
    hours_of = flop.over(product(peak, utilisation, exactly(SECONDS_PER_HOUR)))
    words = f"{flop.value:.4g} FLOP / ({peak.words} x {utilisation.words})"
    return Figure(hours_of.value, hours_of.lower, hours_of.upper, words)


def _stated(run: PricedRun, chip: _Chip, setting: CostSetting, hours: Figure) -> Figure:
    """Stated chip-hours with the range that the paper gives ("five to six days", several counts of chips).

    The range of the compute is that of the hours times those of peak and utilisation (`from_hardware_time`): divided
    end by end, and without what the range was widened by, that of the hours is left. Where several chips are named it
    holds their peaks as well.
    """
    peak = peak_flop_per_s(chip.hardware)
    if run.method != "hardware_time" or run.hardware != chip.hardware.slug or peak is None:
        return hours
    a = setting.compute
    widened = run.range_factor or 1.0
    lower = run.training_flop_lower * widened / (peak.lower * a.utilisation_lower * SECONDS_PER_HOUR)
    upper = run.training_flop_upper / widened / (peak.upper * a.utilisation_upper * SECONDS_PER_HOUR)
    lower, upper = (hours.value if math.isclose(end, hours.value) else end for end in (lower, upper))
    return Figure(hours.value, min(lower, hours.value), max(upper, hours.value), hours.words)
