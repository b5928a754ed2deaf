"""Reference tables of costs, drawn from their published sources when those come out anew.

    python -m tasks.costs.sources grid FILE            # Our World in Data: carbon intensity of electricity
    python -m tasks.costs.sources prices FILE          # Epoch AI: hardware prices
    python -m tasks.costs.sources reference_chips FILE # Epoch AI: notable models

and, every night, from what discover found of the first two (`raw_grid_intensity`, `raw_chip_prices`).

Each prints the rows that `warehouse/reference/{grid_intensity,chip_hour_prices,reference_chips}.csv` hold; rows of
other sources, entered by hand, are kept. `tests/data/test_prices.py` holds the tables against the same files.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Protocol, TypeVar

from schemas.rows import Record
from schemas.rows import record as flat_record
from tasks.reference.chip_hour_prices import (
    COMMITTED_1_YEAR,
    COMMITTED_3_YEARS,
    ON_DEMAND,
    ChipHourPrice,
    load_chip_hour_prices,
)
from tasks.reference.grid_intensity import GridYear, load_grid_intensity
from tasks.reference.hardware import burden_peak, load_hardware
from tasks.reference.reference_chips import ReferenceChip, load_reference_chips
from tasks.reference.table import record
from tasks.sources.csv_files import ParsedFile
from tasks.sources.epoch_hardware import chip_named, chip_prices
from tasks.sources.epoch_models import NOTABLE, models
from tasks.sources.owid import grid_intensities
from tasks.wording import words

OWID = "Our World in Data (Ember; Energy Institute), carbon intensity of electricity, CC BY"
EPOCH_PRICES = "Epoch AI, hardware prices 2025-08, CC BY 4.0"
EPOCH_MODELS = "Epoch AI, notable AI models 2026-07, CC BY 4.0"

FIRST_YEAR = 2000

REGIONS = {
    "World": "",
    "United States": "us|usa",
    "Canada": "ca|can",
    "Brazil": "br|bra",
    "United Kingdom": "uk|gb|gbr",
    "Ireland": "ie|irl",
    "France": "fr|fra",
    "Germany": "de|deu",
    "Netherlands": "nl|nld",
    "Belgium": "be|bel",
    "Denmark": "dk|dnk",
    "Norway": "no|nor",
    "Sweden": "se|swe",
    "Finland": "fi|fin",
    "Switzerland": "ch|che",
    "Italy": "it|ita",
    "Spain": "es|esp",
    "Poland": "pl|pol",
    "Israel": "il|isr",
    "United Arab Emirates": "ae|are",
    "Saudi Arabia": "sa|sau",
    "Russia": "ru|rus",
    "India": "in|ind",
    "China": "cn|chn",
    "Hong Kong": "hk|hkg",
    "Taiwan": "tw|twn",
    "South Korea": "kr|kor",
    "Japan": "jp|jpn",
    "Singapore": "sg|sgp",
    "Australia": "au|aus",
}
"""The world, and the countries with data centres or laboratories that train large models; with their codes."""

_KINDS = {
    ON_DEMAND: "usd_per_chip_hour",
    COMMITTED_1_YEAR: "usd_per_chip_hour_1_year",
    COMMITTED_3_YEARS: "usd_per_chip_hour_3_years",
}


def grid_rows(found: Iterable[Record]) -> list[GridYear]:
    """Rows of grid_intensity.csv from rows of raw_grid_intensity: `REGIONS` since `FIRST_YEAR`, in kg."""
    order = list(REGIONS)
    wanted = [r for r in found if r["region"] in REGIONS and int(r["grid_year"]) >= FIRST_YEAR]
    return [
        GridYear(
            region=r["region"].lower().replace(" ", "-"),
            codes=tuple(REGIONS[r["region"]].split("|")) if REGIONS[r["region"]] else (),
            year=int(r["grid_year"]),
            co2e_kg_per_kwh=float(f"{r['co2e_g_per_kwh'] / 1000:.6g}"),
            source=OWID,
        )
        for r in sorted(wanted, key=lambda r: (order.index(r["region"]), int(r["grid_year"])))
    ]


def price_rows(found: Iterable[Record]) -> list[ChipHourPrice]:
    """Rows of chip_hour_prices.csv from rows of raw_chip_prices.

    For each chip, year and kind the median of the vendors' medians; lower and upper the cheapest and the most expensive
    vendor's. Medians twice, because one vendor lists many shapes of one offer (a T4 with 64 CPU cores costs eight times
    a T4 with 4), and vendors are few.
    """
    offers: dict[tuple[str, str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for r in found:
        for kind, column in _KINDS.items():
            if r["hardware"] and r[column]:
                offers[r["hardware"], r["price_date"][:4], kind][r["vendor"] or ""].append(r[column])
    rows = []
    for (slug, year, kind), vendors in sorted(offers.items()):
        medians = sorted(median(prices) for prices in vendors.values())
        rows.append(
            ChipHourPrice(
                hardware=slug,
                year=int(year),
                kind=kind,
                usd_per_chip_hour=float(f"{median(medians):.4g}"),
                lower=float(f"{medians[0]:.4g}"),
                upper=float(f"{medians[-1]:.4g}"),
                source=f"{EPOCH_PRICES}: {', '.join(sorted(vendors))}",
            )
        )
    return rows


def reference_chip_rows(found: Iterable[Record]) -> list[ReferenceChip]:
    """Rows of reference_chips.csv from rows of raw_models: the chip that most models of a year were trained on.

    Only where two models or more name it and no other chip is named as often. Processors and chips without a peak
    (TPU v1, which trains nothing) do not count.
    """
    trains = {h.slug for h in load_hardware() if h.kind != "cpu" and burden_peak(h)}
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for r in found:
        slugs = {chip_named(name) for name in (r["hardware_text"] or "").split(",")}
        named[str(r["year"])].update(s for s in slugs if s in trains)
    rows = []
    for year, counts in sorted(named.items()):
        first, second = [*counts.most_common(2), ("", 0), ("", 0)][:2]
        if first[1] >= 2 and first[1] > second[1]:
            source = f"{EPOCH_MODELS}: hardware of {first[1]} models of {year}; the next chip, of {second[1]}"
            rows.append(ReferenceChip(year=int(year), hardware=first[0], source=source))
    return rows


class _Sourced(Protocol):
    @property
    def source(self) -> str: ...


SourcedT = TypeVar("SourcedT", bound=_Sourced)


def replaced(rows: Sequence[SourcedT], source: str, drawn: Sequence[SourcedT]) -> list[SourcedT]:
    """A reference table with what was drawn in the place of one source's rows; unchanged where nothing was drawn."""
    return [*drawn, *(r for r in rows if not r.source.startswith(source))] if drawn else list(rows)


_TABLES: dict[
    str, tuple[Callable[[bytes], ParsedFile[Any]], Callable[[Iterable[Record]], Any], Callable[[], Any], str]
] = {
    "grid": (grid_intensities, grid_rows, load_grid_intensity, OWID),
    "prices": (chip_prices, price_rows, load_chip_hour_prices, EPOCH_PRICES),
    "reference_chips": (
        partial(models, source_table=NOTABLE),
        reference_chip_rows,
        load_reference_chips,
        EPOCH_MODELS,
    ),
}


def renewed(table: str, published: Path) -> list[Any]:
    """The whole of a reference table with the rows of one source drawn anew; rows of other sources stay.

    Raises:
        ChangedFeed: the published file cannot be read.
    """
    parse, draw, ours, source = _TABLES[table]
    drawn = draw(flat_record(c.row, words) for c in parse(published.read_bytes()).rows if not c.doubts)
    return replaced(ours(), source, drawn)


if __name__ == "__main__":
    table = [record(row) for row in renewed(sys.argv[1], Path(sys.argv[2]))]
    writer = csv.DictWriter(sys.stdout, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
