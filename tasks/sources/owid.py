"""Our World in Data: carbon intensity of electricity by country and year (Ember; Energy Institute), CC BY."""

import math
import re

from schemas.codes import Coded
from schemas.codes.sources import RowDoubt
from schemas.rows import Candidate
from schemas.rows.sources import GridIntensity
from tasks.sources import Discovery
from tasks.sources.addresses import Addresses
from tasks.sources.csv_files import ParsedFile, Resources, SourceFile, discover_files
from tasks.sources.structured import StructuredSource
from tasks.sources.tabular import Cells, number_in, read_table

SOURCE_ID = "owid"
FILE = "carbon-intensity-electricity.csv"

COLUMNS = {
    "region": ("Entity",),
    "region_code": ("Code",),
    "grid_year": ("Year",),
    "co2e_g_per_kwh": (
        "Carbon intensity of electricity - gCO2e/kWh",
        "Carbon intensity of electricity - gCO2/kWh",
        "Lifecycle carbon intensity of electricity - gCO2e/kWh",
        "Lifecycle carbon intensity of electricity - gCO2/kWh",
        "Carbon intensity of electricity per kWh",
        "Carbon intensity of electricity",
        "co2_intensity__gco2_kwh",
    ),
}
"""The grapher has served long names, with the unit and without, short ones (`useColumnShortNames`), and of late some
that say that the figure counts the whole life of a plant and its fuel."""
UNUSED = ("World region according to OWID", "owid_region", "time")

_GREATEST = 2000.0
"""g CO2e/kWh: lignite and oil shale, the worst of fuels, emit about 1,300; the greatest in OWID's table is 1,306.72."""


def discover(client: Resources, addresses: Addresses) -> Discovery:
    """Rows of raw_grid_intensity.

    Raises:
        SourceUnavailable: the file cannot be had, or (SourceBroken) not be read.
    """
    file = SourceFile(FILE, addresses.owid_carbon, lambda content: {"raw_grid_intensity": grid_intensities(content)})
    return discover_files(client, SOURCE_ID, [file])


def grid_intensities(content: bytes) -> ParsedFile[GridIntensity]:
    """Rows of raw_grid_intensity from the CSV; a region's code is None for groups of countries.

    Raises:
        ChangedFeed: it cannot be read.
    """
    table = read_table(content, COLUMNS, required=("region", "grid_year", "co2e_g_per_kwh"), unused=UNUSED, what=FILE)
    # A year without a figure says nothing: the grapher leaves such cells blank.
    return ParsedFile([_row(cells) for cells in table.rows if cells["co2e_g_per_kwh"]], table.notes)


def _row(cells: Cells) -> Candidate[GridIntensity]:
    grams, year = math.nan, cells["grid_year"] or ""
    doubts = []
    if not re.fullmatch(r"\d{4}", year):
        doubts.append(Coded.of(RowDoubt.NO_YEAR, text=year))
    try:
        grams = number_in(cells["co2e_g_per_kwh"]) or 0.0
    except ValueError:
        doubts.append(Coded.of(RowDoubt.NO_NUMBER, column="Carbon intensity", text=cells["co2e_g_per_kwh"] or ""))
    if not (math.isnan(grams) or 0 <= grams <= _GREATEST):
        doubts.append(Coded.of(RowDoubt.GRID_OUT_OF_RANGE, grams=grams, greatest=_GREATEST))
    row = GridIntensity(
        region=cells["region"] or "",
        region_code=cells["region_code"],
        grid_year=int(year) if re.fullmatch(r"\d{4}", year) else 0,
        co2e_g_per_kwh=grams,
        source_id=SOURCE_ID,
    )
    return Candidate(row, tuple(doubts))


SOURCE = StructuredSource(SOURCE_ID, discover)
