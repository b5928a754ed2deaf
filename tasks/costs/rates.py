"""What an hour of a chip takes, by chip, year and region: power, dollars, and the carbon of its electricity.

Whatever number a run was given (`Assumption.is_given`) holds before the tables. Where nothing is known the answer is
None, never a guess.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from schemas.suggestions import did_you_mean
from tasks.compute.methods import ComputeAssumptions, training_peaks
from tasks.costs.assumptions import Assumption, Assumptions, Choices
from tasks.costs.tables import CostTables, Figure, exactly, grid_intensity, product, pue_of, rent_of
from tasks.reference.hardware import Hardware

REFERENCE_HARDWARE = "reference"
"""The choice of `cost_hardware` that keeps the study's accelerator of 2018."""

HOURS_PER_YEAR = 24 * 365.25
WATTS_PER_KILOWATT = 1000.0

LATER_RENT_YEARS = 1
"""A rent first known a year after the run still prices it; an older run is priced by what the chip cost to buy."""

GRID_REGIONS = ("grid_region", "grid_region_lower", "grid_region_upper")

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100

REFERENCE_YEAR = 2018
"""Year of the study's accelerator and of its prices (assumptions.csv)."""


@dataclass(frozen=True)
class CostSetting:
    """What a run of the pipeline assumes about costs: numbers, words, tables, and what compute was estimated by."""

    numbers: Assumptions
    choices: Choices
    tables: CostTables
    compute: ComputeAssumptions = field(default_factory=ComputeAssumptions)

    def number(self, name: str) -> Figure:
        """An assumed number with its range; an open end is the value."""
        return as_figure(self.numbers[name])

    def is_given(self, name: str) -> bool:
        """Whether this run was given the number."""
        return self.numbers[name].is_given


def as_figure(assumption: Assumption) -> Figure:
    """An assumed number as a figure; an open end is the value."""
    a = assumption
    return Figure(
        a.value,
        a.value if a.lower is None else a.lower,
        a.value if a.upper is None else a.upper,
        f"{a.name} {a.value:g}{' (given)' if a.is_given else ''}",
    )


def peak_flop_per_s(chip: Hardware) -> Figure | None:
    """Peak rate of a chip for training at a precision that is not known; None where the chip's peak is not known."""
    peaks = training_peaks(chip, "")
    return Figure(*peaks, f"{peaks[0]:.4g} FLOP/s") if peaks else None


def power_w(chip: Hardware, setting: CostSetting) -> Figure | None:
    """Power of a chip at work with its share of the server, W: TDP x `power_factor`; None where no TDP is known."""
    if chip.tdp_w is None:
        return None
    factor = setting.number("power_factor_tpu" if chip.kind == "tpu" else "power_factor")
    return replace(product(exactly(chip.tdp_w), factor), words=f"{chip.tdp_w:g} W TDP x {factor.value:g}")


def pue(year: int, setting: CostSetting) -> Figure:
    """Energy of a data centre over that of its computers."""
    return setting.number("pue") if setting.is_given("pue") else pue_of(setting.tables, year)


def grid_kg_per_kwh(year: int, setting: CostSetting) -> Figure:
    """Carbon of the electricity, kg CO2e/kWh: the region's, with the grids of two regions as ends of the range.

    Raises:
        ValueError: a region that the table does not have.
    """
    regions = [setting.choices[name].choice for name in GRID_REGIONS]
    of_region, *ends = (grid_intensity(setting.tables, region, year) for region in regions)
    if setting.is_given("grid_co2e_kg_per_kwh"):
        return setting.number("grid_co2e_kg_per_kwh")
    values = [of_region.value, *(end.value for end in ends)]
    words = f"{of_region.words} {of_region.value:.4g} kg/kWh"
    return Figure(of_region.value, min(values), max(values), words)


def usd_per_chip_hour(chip: Hardware, year: int, setting: CostSetting) -> Figure | None:
    """Dollars of a chip-hour: its rent, else what owning it costs; None where neither is known."""
    return rented_usd_per_hour(chip, year, setting) or owned_usd_per_hour(chip, year, setting)


def rented_usd_per_hour(chip: Hardware, year: int, setting: CostSetting) -> Figure | None:
    """Rent of a chip, USD per hour; None where none is known.

    The written rule: the rent of the year or of the nearest earlier year; the first known rent where that is at most
    `LATER_RENT_YEARS` later; the first known rent, however late, where the price of owning is not known either.
    """
    if setting.is_given("usd_per_chip_hour"):
        return setting.number("usd_per_chip_hour")
    known, rent = rent_of(setting.tables, chip.slug, year) or (0, None)
    is_of_the_time = known <= year + LATER_RENT_YEARS
    return rent if is_of_the_time or owned_usd_per_hour(chip, year, setting) is None else None


def owned_usd_per_hour(chip: Hardware, year: int, setting: CostSetting) -> Figure | None:
    """Release price x server / life + electricity, USD per chip-hour; None where price or TDP is not known."""
    watts, price = power_w(chip, setting), price_usd(chip, setting)
    if price is None or watts is None:
        return None
    energy = product(watts, pue(year, setting)).over(exactly(WATTS_PER_KILOWATT))
    total = owning_usd_per_hour(price, energy, setting.number)
    years = setting.number("owned_life_years").value
    words = f"owned: {price.words}, with server and electricity over {years:g} years"
    return replace(total, words=f"{words}, {total.value:.3g} USD/h")


def price_usd(chip: Hardware, setting: CostSetting) -> Figure | None:
    """Price of a chip, USD: that given for the run, else that at release; None where it is not known."""
    if setting.is_given("chip_price_usd"):
        return setting.number("chip_price_usd")
    price = chip.release_price_usd
    return None if price is None else exactly(price, f"{price:g} USD at release")


def owning_usd_per_hour(price: Figure, energy_kwh: Figure, number: Callable[[str], Figure]) -> Figure:
    """Dollars of an hour of a chip that is owned: price x server / life, and its electricity.

    Straight-line depreciation over a life in which the chip is at work in all hours (compare Cottier et al. 2024, arXiv
    2405.21015, section 2, which depreciates by the trend of price-performance, about 3.1 years).

    Args:
        price: Of the chip, USD.
        energy_kwh: At the meter in one hour, data centre included.
        number: The assumed numbers by name.
    """
    life_hours = product(number("owned_life_years"), exactly(HOURS_PER_YEAR))
    bought = product(price, number("owned_server_factor")).over(life_hours)
    return bought.plus(product(energy_kwh, number("usd_per_kwh")))


# --- the targets' accelerator


def target_numbers(setting: CostSetting) -> Assumptions:
    """The numbers by which targets are priced: the study's, or the tables' for the hardware, year and region given.

    Nothing asked (`cost_hardware`, `cost_year`, `grid_region`): the study's numbers. A year or a region asked: PUE and
    grid from the tables. Hardware asked: its peak, power, rent and price too; of the last two one may be missing, and
    then does not stand among the numbers. What the run was given outright stays. A year of the target asked
    (`cost_year_of_target`): prices and power follow the trends of hardware up to it (`at_year_of_target`).

    Raises:
        ValueError: hardware or a region that the tables do not have, a year that is none or before the prices', or
            hardware of which peak or power, or both rent and price, are not known.
    """
    slug = setting.choices["cost_hardware"].choice
    chip = None if slug == REFERENCE_HARDWARE else hardware_named(setting.tables, slug)
    asked_region = any(setting.choices[name].is_given for name in GRID_REGIONS)
    numbers = dict(setting.numbers)
    prices_year = REFERENCE_YEAR
    if chip or setting.is_given("cost_year") or asked_region:
        year = _given_year(setting, chip)
        found = _found(chip, year, setting)
        for name in (n for n in found if not numbers[n].is_given):
            figure = found[name]
            if figure is not None:
                of_chip = chip.slug if chip and name not in _OF_PLACE else ""
                numbers[name] = _from_table(numbers[name], figure, of_chip)
            elif name in _PRICES and any(found[p] or numbers[p].is_given for p in _PRICES):
                del numbers[name]
            else:
                raise ValueError(f"cost_hardware={slug}: no {name} is known for it; give it: --assume {name}=...")
        prices_year = year if chip else REFERENCE_YEAR
    return at_year_of_target(numbers, prices_year)


def _found(chip: Hardware | None, year: int, setting: CostSetting) -> dict[str, Figure | None]:
    """What the tables know of a place and a chip in a year, by the name of the assumption."""
    of_place: dict[str, Figure | None] = {
        "pue": pue(year, setting),
        "grid_co2e_kg_per_kwh": grid_kg_per_kwh(year, setting),
    }
    if chip is None:
        return of_place
    return of_place | {
        "chip_peak_flop_per_s": peak_flop_per_s(chip),
        "chip_power_w": power_w(chip, setting),
        "usd_per_chip_hour": rented_usd_per_hour(chip, year, setting),
        "chip_price_usd": price_usd(chip, setting),
    }


_PRICES = ("usd_per_chip_hour", "chip_price_usd")
_OF_PLACE = ("pue", "grid_co2e_kg_per_kwh")


def _from_table(assumption: Assumption, figure: Figure, slug: str) -> Assumption:
    source = f"{slug}: {figure.words}" if slug else figure.words
    found = _with_figure(assumption, figure, f"{source} (reference tables)")
    return replace(found, note="For the hardware, year and region given for this run")


def _with_figure(assumption: Assumption, figure: Figure, source: str) -> Assumption:
    return replace(assumption, value=figure.value, lower=figure.lower, upper=figure.upper, source=source)


def hardware_named(tables: CostTables, name: str) -> Hardware:
    """The accelerator that a slug, a name or an alias means.

    Raises:
        ValueError: there is none such with a known peak; the message names what may be meant.
    """
    key = name.strip().lower()
    usable = [h for h in tables.hardware.values() if training_peaks(h, "") is not None]
    for h in usable:
        if key in (h.slug, h.name.lower(), *(a.lower() for a in h.aliases)):
            return h
    told = did_you_mean(key, (h.slug for h in usable))
    raise ValueError(f"cost_hardware={name}: no such hardware with a known peak; {told}")


def release_year(chip: Hardware) -> int | None:
    """Year in which a chip came out; None where the date is not known."""
    return int(chip.release_date[:4]) if chip.release_date else None


def _given_year(setting: CostSetting, chip: Hardware | None) -> int:
    given = _year(setting.numbers["cost_year"])
    released = release_year(chip) if chip else None
    if released and given < released:
        if setting.is_given("cost_year"):
            raise ValueError(f"cost_year={given:g}: {chip.slug if chip else ''} came out in {released}")
        return released
    return given


def _year(assumption: Assumption) -> int:
    year = assumption.value
    if year != int(year) or not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(f"{assumption.name}={year:g}: a year from {EARLIEST_YEAR} to {LATEST_YEAR} is needed")
    return int(year)


# --- prices of a later year


def at_year_of_target(numbers: Assumptions, prices_year: int) -> Assumptions:
    """The numbers with prices and power as the trends of hardware make them by `cost_year_of_target`, where given.

    An hour stays an hour of the same chip: what computes as much then costs less and draws less. The trends end at
    `trend_until_year`. What the run was given outright stays.

    Raises:
        ValueError: `cost_year_of_target` is no year, or before `prices_year`.
    """
    if not numbers["cost_year_of_target"].is_given:
        return numbers
    year = _year(numbers["cost_year_of_target"])
    if year < prices_year:
        raise ValueError(f"cost_year_of_target={year}: the prices are of {prices_year}, give that year or a later one")
    until = as_figure(numbers["trend_until_year"])
    years = [max(min(year, end) - prices_year, 0) for end in (until.value, until.lower, until.upper)]
    changed = dict(numbers)
    for name, doubling in _TRENDS.items():
        if name in numbers and not numbers[name].is_given:
            gain = _gain(years, as_figure(numbers[doubling]))
            source = f"{numbers[name].source}; over {gain.value:.3g}, the trend to {year} ({doubling})"
            changed[name] = _with_figure(numbers[name], as_figure(numbers[name]).over(gain), source)
    return changed


_TRENDS = {
    "usd_per_chip_hour": "price_performance_doubling_years",
    "chip_price_usd": "price_performance_doubling_years",
    "chip_power_w": "energy_efficiency_doubling_years",
}
"""What falls with time for the same computing, and the trend that it follows."""


def _gain(years: list[float], doubling: Figure) -> Figure:
    """How many times better hardware gets in years (value, lower, upper): few years and slow, many years and fast."""
    value, lower, upper = years
    return Figure(2 ** (value / doubling.value), 2 ** (lower / doubling.upper), 2 ** (upper / doubling.lower))
