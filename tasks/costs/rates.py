"""What an hour of a chip takes, by chip, year and region: power, dollars, and the carbon of its electricity.

Whatever number a run was given (`Assumption.is_given`) holds before the tables. Where nothing is known the answer is
None, never a guess.
"""

from dataclasses import dataclass, field, replace

from tasks.costs.assumptions import Assumption, Assumptions, Choices
from tasks.costs.tables import CostTables, Figure, exactly, grid_intensity, product, pue_of, rent_of
from tasks.hardware import Hardware
from tasks.reckon.methods import ReckonAssumptions, training_peaks

REFERENCE_HARDWARE = "reference"
"""The choice of `cost_hardware` that keeps the study's accelerator of 2018."""

HOURS_PER_YEAR = 24 * 365.25
WATTS_PER_KILOWATT = 1000.0

LATER_RENT_YEARS = 1
"""A rent first known a year after the run still prices it; an older run is priced by what the chip cost to buy."""

GRID_REGIONS = ("grid_region", "grid_region_lower", "grid_region_upper")

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Setting:
    """What a run of the pipeline assumes about costs: numbers, words, the tables behind them, and how it reckoned."""

    numbers: Assumptions
    choices: Choices
    tables: CostTables
    reckoning: ReckonAssumptions = field(default_factory=ReckonAssumptions)

    def number(self, name: str) -> Figure:
        """An assumed number with its range; an open end is the value."""
        a = self.numbers[name]
        return Figure(
            a.value,
            a.value if a.lower is None else a.lower,
            a.value if a.upper is None else a.upper,
            f"{name} {a.value:g}{' (given)' if a.is_given else ''}",
        )

    def is_given(self, name: str) -> bool:
        """Whether this run was given the number."""
        return self.numbers[name].is_given


def peak_flop_per_s(chip: Hardware) -> Figure | None:
    """Peak rate of a chip for training at a precision that is not known; None where the chip's peak is not known."""
    peaks = training_peaks(chip, "")
    return Figure(*peaks, f"{peaks[0]:.4g} FLOP/s") if peaks else None


def power_w(chip: Hardware, setting: Setting) -> Figure | None:
    """Power of a chip at work with its share of the server, W: TDP x `power_factor`; None where no TDP is known."""
    if chip.tdp_w is None:
        return None
    factor = setting.number("power_factor_tpu" if chip.kind == "tpu" else "power_factor")
    return replace(product(exactly(chip.tdp_w), factor), words=f"{chip.tdp_w:g} W TDP x {factor.value:g}")


def pue(year: int, setting: Setting) -> Figure:
    """Energy of a data centre over that of its computers."""
    return setting.number("pue") if setting.is_given("pue") else pue_of(setting.tables, year)


def grid_kg_per_kwh(year: int, setting: Setting) -> Figure:
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


def usd_per_chip_hour(chip: Hardware, year: int, setting: Setting) -> Figure | None:
    """Dollars of a chip-hour: its rent, else what owning it costs, else a later rent; None where nothing is known.

    The written rule: the rent of the year or of the nearest earlier year; the first known rent where that is at most
    `LATER_RENT_YEARS` later; the release price written off (`owned_usd_per_hour`); the first known rent, however late.
    """
    if setting.is_given("usd_per_chip_hour"):
        return setting.number("usd_per_chip_hour")
    rent = rent_of(setting.tables, chip.slug, year)
    if rent and rent[0] <= year + LATER_RENT_YEARS:
        return rent[1]
    return owned_usd_per_hour(chip, year, setting) or (rent[1] if rent else None)


def owned_usd_per_hour(chip: Hardware, year: int, setting: Setting) -> Figure | None:
    """Release price x server / life + electricity, USD per chip-hour; None where price or TDP is not known."""
    watts = power_w(chip, setting)
    if chip.release_price_usd is None or watts is None:
        return None
    bought = product(exactly(chip.release_price_usd), setting.number("owned_server_factor"))
    life = product(setting.number("owned_life_years"), exactly(HOURS_PER_YEAR))
    kilowatts = watts.over(exactly(WATTS_PER_KILOWATT))
    electricity = product(kilowatts, pue(year, setting), setting.number("usd_per_kwh"))
    total = bought.over(life).plus(electricity)
    years = setting.number("owned_life_years").value
    words = f"owned: {chip.release_price_usd:g} USD at release, with server and electricity over {years:g} years"
    return replace(total, words=f"{words}, {total.value:.3g} USD/h")


# --- the targets' accelerator


def asked_numbers(setting: Setting) -> Assumptions:
    """The numbers by which targets are priced: the study's, or the tables' for the hardware, year and region asked.

    Nothing asked (`cost_hardware`, `cost_year`, `grid_region`): the study's numbers. A year or a region asked: PUE and
    grid from the tables. Hardware asked: its peak, power and price too. What the run was given outright stays.

    Raises:
        ValueError: hardware or a region that the tables do not have, a year that is none, or hardware of which peak,
            power or price is not known.
    """
    slug = setting.choices["cost_hardware"].choice
    chip = None if slug == REFERENCE_HARDWARE else hardware_named(setting.tables, slug)
    asked_region = any(setting.choices[name].is_given for name in GRID_REGIONS)
    if chip is None and not setting.is_given("cost_year") and not asked_region:
        return setting.numbers
    year = _asked_year(setting, chip)
    found: dict[str, Figure | None] = {
        "pue": pue(year, setting),
        "grid_co2e_kg_per_kwh": grid_kg_per_kwh(year, setting),
    }
    if chip:
        found |= {
            "chip_peak_flop_per_s": peak_flop_per_s(chip),
            "chip_power_w": power_w(chip, setting),
            "usd_per_chip_hour": usd_per_chip_hour(chip, year, setting),
        }
    numbers = dict(setting.numbers)
    for name, figure in found.items():
        if numbers[name].is_given:
            continue
        if figure is None:
            raise ValueError(f"cost_hardware={slug}: no {name} is known for it; give it: --assume {name}=...")
        numbers[name] = _from_table(numbers[name], figure, chip.slug if chip and name not in _OF_PLACE else "")
    return numbers


_OF_PLACE = ("pue", "grid_co2e_kg_per_kwh")


def _from_table(assumption: Assumption, figure: Figure, slug: str) -> Assumption:
    source = f"{slug}: {figure.words}" if slug else figure.words
    return replace(
        assumption,
        value=figure.value,
        lower=figure.lower,
        upper=figure.upper,
        source=f"{source} (reference tables)",
        note="For the hardware, year and region asked for in this run",
    )


def hardware_named(tables: CostTables, name: str) -> Hardware:
    """The accelerator that a slug, a name or an alias means.

    Raises:
        ValueError: there is none such with a known peak; the message lists those there are.
    """
    asked = name.strip().lower()
    usable = [h for h in tables.hardware.values() if training_peaks(h, "") is not None]
    for h in usable:
        if asked in (h.slug, h.name.lower(), *(a.lower() for a in h.aliases)):
            return h
    slugs = ", ".join(sorted(h.slug for h in usable))
    raise ValueError(f"cost_hardware={name}: no such hardware with a known peak; there are {slugs}")


def release_year(chip: Hardware) -> int | None:
    """Year in which a chip came out; None where the date is not known."""
    return int(chip.release_date[:4]) if chip.release_date else None


def _asked_year(setting: Setting, chip: Hardware | None) -> int:
    asked = setting.numbers["cost_year"].value
    if asked != int(asked) or not EARLIEST_YEAR <= asked <= LATEST_YEAR:
        raise ValueError(f"cost_year={asked:g}: a year from {EARLIEST_YEAR} to {LATEST_YEAR} is wanted")
    released = release_year(chip) if chip else None
    if released and asked < released:
        if setting.is_given("cost_year"):
            raise ValueError(f"cost_year={asked:g}: {chip.slug if chip else ''} came out in {released}")
        return released
    return int(asked)
