"""Rents of chips by year and kind of contract (`warehouse/reference/chip_hour_prices.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable

ON_DEMAND, COMMITTED_1_YEAR, COMMITTED_3_YEARS, SPOT = "on demand", "committed 1 year", "committed 3 years", "spot"
PRICE_KINDS = (ON_DEMAND, COMMITTED_1_YEAR, COMMITTED_3_YEARS, SPOT)
"""Kinds of rent, in the order of preference for the central value; the range spans all kinds of the year."""


@dataclass(frozen=True, kw_only=True)
class ChipHourPrice:
    """Rent of one chip for one hour in one year by one kind of contract."""

    hardware: Annotated[str, Column("The chip (see hardware.csv).")]
    year: Annotated[int, Column("Year.", "year")]
    kind: Annotated[str, Column("Kind of rent.", allowed=PRICE_KINDS)]
    usd_per_chip_hour: Annotated[float, Column("Rent: median of the vendors.", "USD/chip-hour", minimum=0)]
    lower: Annotated[float, Column("Rent at the cheapest vendor.", "USD/chip-hour", minimum=0)]
    upper: Annotated[float, Column("Rent at the most expensive vendor.", "USD/chip-hour", minimum=0)]
    source: Annotated[str, Column("Where it comes from.")]


CHIP_HOUR_PRICES = ReferenceTable(
    "chip_hour_prices.csv", ChipHourPrice, ("hardware", "year", "kind"), "Rents of chips by year and kind of contract."
)


def load_chip_hour_prices() -> tuple[ChipHourPrice, ...]:
    """Rows of chip_hour_prices.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return CHIP_HOUR_PRICES.rows()
