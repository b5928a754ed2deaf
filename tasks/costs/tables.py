"""Prices of chip-hours, carbon of the grid, PUE and usual chips, by year: lookups in `warehouse/reference`.

Every lookup takes the year asked for or the nearest earlier one; where all are later, the earliest. The answer says
which year it is.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from tasks.costs.sources import (
    COMMITTED_1_YEAR,
    COMMITTED_3_YEARS,
    EPOCH_PRICES,
    GRID_CSV,
    ON_DEMAND,
    OWID,
    PRICES_CSV,
    REFERENCE,
    REFERENCE_CHIPS_CSV,
    grid_rows,
    price_rows,
    replaced,
)
from tasks.load.validate import Row
from tasks.reference.hardware import Hardware, by_slug, load_hardware

PUE_CSV = REFERENCE / "pue.csv"

SPOT = "spot"
KINDS = (ON_DEMAND, COMMITTED_1_YEAR, COMMITTED_3_YEARS, SPOT)
"""Kinds of rent, in the order of preference for the central value; the range spans all kinds of the year."""


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


def load_cost_tables(fresh_grid: Iterable[Row] = (), fresh_prices: Iterable[Row] = ()) -> CostTables:
    """The reference tables of costs.

    Args:
        fresh_grid: Rows of raw_grid_intensity (what is empty is None) that stand in for the reference table's rows of
            the same source; none where nothing fresher is at hand. Rows of other sources stay.
        fresh_prices: Likewise rows of raw_chip_prices.

    Raises:
        OSError: a file cannot be read.
        KeyError, ValueError: a column is missing, a number is none, a range is not in order or a kind is unknown.
    """
    prices: dict[str, dict[int, tuple[Price, ...]]] = {}
    for r in replaced(_rows(PRICES_CSV), EPOCH_PRICES, price_rows(fresh_prices)):
        if r["kind"] not in KINDS:
            raise ValueError(f"{PRICES_CSV.name}: {r['hardware']}: unknown kind {r['kind']!r}; {', '.join(KINDS)}")
        figure = _figure(r, "usd_per_chip_hour", f"{r['hardware']} {r['year']}")
        of_chip = prices.setdefault(r["hardware"], {})
        of_chip[int(r["year"])] = (*of_chip.get(int(r["year"]), ()), Price(r["kind"], figure))
    grid: dict[str, dict[int, float]] = {}
    codes: dict[str, str] = {}
    for r in replaced(_rows(GRID_CSV), OWID, grid_rows(fresh_grid)):
        grid.setdefault(r["region"], {})[int(r["year"])] = float(r["co2e_kg_per_kwh"])
        codes |= {code: r["region"] for code in r["codes"].split("|") if code}
    return CostTables(
        hardware=by_slug(load_hardware()),
        prices=prices,
        grid=grid,
        codes=codes,
        pue={int(r["year"]): _figure(r, "pue", f"PUE {r['pue']} ({r['year']})") for r in _rows(PUE_CSV)},
        reference_chips=load_reference_chips(),
    )


def load_reference_chips() -> dict[int, str]:
    """For each year the slug of the chip that most models of it were trained on."""
    return {int(r["year"]): r["hardware"] for r in _rows(REFERENCE_CHIPS_CSV)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _figure(row: dict[str, str], column: str, words: str) -> Figure:
    return Figure(float(row[column]), float(row["lower"]), float(row["upper"]), words)


def nearest_year(years: Iterable[int], year: int) -> int | None:
    """The year itself, else the nearest earlier one, else the earliest; None where there are no years."""
    known = sorted(years)
    earlier = [y for y in known if y <= year]
    return earlier[-1] if earlier else (known[0] if known else None)


def region_named(tables: CostTables, name: str) -> str:
    """The region that a name or country code means.

    Raises:
        ValueError: the table has no such region; the message lists those it has.
    """
    asked = name.strip().lower().replace(" ", "-")
    region = tables.codes.get(asked, asked)
    if region not in tables.grid:
        raise ValueError(f"no grid intensity is known for {name!r}; there are {', '.join(sorted(tables.grid))}")
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
    `KINDS`; the range spans all its kinds.
    """
    by_year = tables.prices.get(slug, {})
    known = nearest_year(by_year, year)
    if known is None:
        return None
    prices = sorted(by_year[known], key=lambda p: KINDS.index(p.kind))
    value = prices[0].figure.value
    lower, upper = min(p.figure.lower for p in prices), max(p.figure.upper for p in prices)
    return known, Figure(value, lower, upper, f"rent {value:g} USD/h, {prices[0].kind}, {known}")
