"""Prices of chip-hours, carbon of the grid, PUE and usual chips, by year: lookups in `warehouse/reference`.

Every lookup takes the year asked for or the nearest earlier one; where all are later, the earliest. The answer says
which year it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from schemas.rows import Record
from schemas.suggestions import did_you_mean
from tasks.costs.sources import EPOCH_PRICES, OWID, grid_rows, price_rows, replaced
from tasks.reference.chip_hour_prices import PRICE_KINDS, load_chip_hour_prices
from tasks.reference.grid_intensity import load_grid_intensity
from tasks.reference.hardware import Hardware, by_slug, load_hardware
from tasks.reference.pue import load_pue
from tasks.reference.reference_chips import chip_by_year


@dataclass(frozen=True)
class Figure:
    """A positive figure with the ends of its range, and in words what it is and where it comes from."""

    value: float
    lower: float
    upper: float
    words: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.lower <= self.value <= self.upper < float("inf"):
            raise ValueError(f"{self.words}: {self.lower} <= {self.value} <= {self.upper} above zero is not so")

    def over(self, other: "Figure") -> "Figure":
        """Quotient, its limits by the ends that make it least and greatest."""
        return Figure(self.value / other.value, self.lower / other.upper, self.upper / other.lower)

    def plus(self, other: "Figure") -> "Figure":
        """Sum, limit by limit."""
        return Figure(self.value + other.value, self.lower + other.lower, self.upper + other.upper)


def exactly(value: float, words: str = "") -> Figure:
    """A figure without a range."""
    return Figure(value, value, value, words)


def product(*figures: Figure) -> Figure:
    """Product of figures, limit by limit: all at their lower end, all at their upper end."""
    return reduce(lambda a, b: Figure(a.value * b.value, a.lower * b.lower, a.upper * b.upper), figures)


@dataclass(frozen=True)
class Price:
    """Rent of one chip for one hour in USD, by one kind of contract."""

    kind: str
    figure: Figure


@dataclass(frozen=True)
class CostTables:
    """All that prices a training run: hardware by slug, rents by chip and year, grids by region and year, and so on.

    `grid` is kg CO2e/kWh, `pue` the data centre's energy over its computers', `codes` a region's other names,
    `reference_chips` the slug of the chip that most models of a year were trained on.
    """

    hardware: Mapping[str, Hardware]
    prices: Mapping[str, Mapping[int, tuple[Price, ...]]]
    grid: Mapping[str, Mapping[int, float]]
    codes: Mapping[str, str]
    pue: Mapping[int, Figure]
    reference_chips: Mapping[int, str]


def load_cost_tables(fresh_grid: Iterable[Record] = (), fresh_prices: Iterable[Record] = ()) -> CostTables:
    """The reference tables of costs.

    Args:
        fresh_grid: Rows of raw_grid_intensity (what is empty is None) that stand in for the reference table's rows of
            the same source; none where nothing fresher is at hand. Rows of other sources stay.
        fresh_prices: Likewise rows of raw_chip_prices.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file is malformed, or a range is not in order.
    """
    prices: dict[str, dict[int, tuple[Price, ...]]] = {}
    for p in replaced(load_chip_hour_prices(), EPOCH_PRICES, price_rows(fresh_prices)):
        of_chip = prices.setdefault(p.hardware, {})
        figure = Figure(p.usd_per_chip_hour, p.lower, p.upper, f"{p.hardware} {p.year}")
        of_chip[p.year] = (*of_chip.get(p.year, ()), Price(p.kind, figure))
    grid: dict[str, dict[int, float]] = {}
    codes: dict[str, str] = {}
    for g in replaced(load_grid_intensity(), OWID, grid_rows(fresh_grid)):
        grid.setdefault(g.region, {})[g.year] = g.co2e_kg_per_kwh
        codes |= dict.fromkeys(g.codes, g.region)
    return CostTables(
        hardware=by_slug(load_hardware()),
        prices=prices,
        grid=grid,
        codes=codes,
        pue={p.year: Figure(p.pue, p.lower, p.upper, f"PUE {p.pue:g} ({p.year})") for p in load_pue()},
        reference_chips=chip_by_year(),
    )


def nearest_year(years: Iterable[int], year: int) -> int | None:
    """The year itself, else the nearest earlier one, else the earliest; None where there are no years."""
    known = sorted(years)
    earlier = [y for y in known if y <= year]
    return earlier[-1] if earlier else (known[0] if known else None)


def region_named(tables: CostTables, name: str) -> str:
    """The region that a name or country code means.

    Raises:
        ValueError: the table has no such region; the message names what may be meant.
    """
    key = name.strip().lower().replace(" ", "-")
    region = tables.codes.get(key, key)
    if region not in tables.grid:
        raise ValueError(f"no grid intensity is known for {name!r}; {did_you_mean(key, tables.grid)}")
    return region


def grid_intensity(tables: CostTables, region: str, year: int) -> Figure:
    """Carbon of a region's electricity, kg CO2e/kWh, without a range.

    Raises:
        ValueError: as `region_named`.
    """
    named = region_named(tables, region)
    of_region = tables.grid[named]
    known = nearest_year(of_region, year)
    assert known is not None  # a region of the table has a row
    return exactly(of_region[known], f"grid of {named} {known}")


def pue_of(tables: CostTables, year: int) -> Figure:
    """Energy of a data centre over that of its computers in a year: average of all, with cloud centres as lower end.

    Raises:
        ValueError: the table is empty.
    """
    known = nearest_year(tables.pue, year)
    if known is None:
        raise ValueError("no PUE is known")
    return tables.pue[known]


def rent_of(tables: CostTables, slug: str, year: int) -> tuple[int, Figure] | None:
    """Rent of a chip in USD per chip-hour, with the year it is known for; None where no rent is known.

    The year asked for, else the nearest earlier, else the earliest. Central is the year's first kind in the order of
    `PRICE_KINDS`; the range spans all its kinds.
    """
    by_year = tables.prices.get(slug, {})
    known = nearest_year(by_year, year)
    if known is None:
        return None
    prices = sorted(by_year[known], key=lambda p: PRICE_KINDS.index(p.kind))
    value = prices[0].figure.value
    lower, upper = min(p.figure.lower for p in prices), max(p.figure.upper for p in prices)
    return known, Figure(value, lower, upper, f"rent {value:g} USD/h, {prices[0].kind}, {known}")
