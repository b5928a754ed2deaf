"""Carbon of electricity by region and year (`warehouse/reference/grid_intensity.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class GridYear:
    """Carbon intensity of one region's electricity in one year."""

    region: Annotated[str, Column("Region, in small letters with hyphens.")]
    codes: Annotated[tuple[str, ...], Column("Its country codes.", optional=True)]
    year: Annotated[int, Column("Year.", "year")]
    co2e_kg_per_kwh: Annotated[float, Column("Carbon of a kilowatt-hour.", "kg/kWh", minimum=0)]
    source: Annotated[str, Column("Where it comes from.")]


GRID_INTENSITY = ReferenceTable(
    "grid_intensity.csv", GridYear, ("region", "year"), "Carbon of electricity by region and year."
)


def load_grid_intensity() -> tuple[GridYear, ...]:
    """Rows of grid_intensity.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return GRID_INTENSITY.rows()
