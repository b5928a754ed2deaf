"""Reference tables of costs, drawn from their published sources when those come out anew.

    python -m tasks.costs.sources grid FILE            # Our World in Data: carbon intensity of electricity
    python -m tasks.costs.sources prices FILE          # Epoch AI: hardware prices
    python -m tasks.costs.sources reference_chips FILE # Epoch AI: notable models

Each prints the rows that `warehouse/reference/{grid_intensity,chip_hour_prices,reference_chips}.csv` hold; rows of
other sources, entered by hand, are kept. `tests/data/test_prices.py` holds the tables against the same files.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from tasks.costs.tables import COMMITTED_1_YEAR, COMMITTED_3_YEARS, GRID_CSV, ON_DEMAND, PRICES_CSV, REFERENCE_CHIPS_CSV

Rows = list[dict[str, str]]

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

CHIPS = {
    "Google TPU v2": "tpu-v2",
    "Google TPU v3": "tpu-v3",
    "Google TPU v4": "tpu-v4",
    "Google TPU v5e": "tpu-v5e",
    "Google TPU v6e Trillium": "tpu-v6e",
    "NVIDIA A10 PCIe": "nvidia-a10",
    "NVIDIA A10G": "nvidia-a10g",
    "NVIDIA A100": "nvidia-a100",
    "NVIDIA A100 PCIe": "nvidia-a100",
    "NVIDIA A100 SXM4 40 GB": "nvidia-a100",
    "NVIDIA A100 SXM4 80 GB": "nvidia-a100",
    "NVIDIA A30 PCIe": "nvidia-a30",
    "NVIDIA A40 PCIe": "nvidia-a40",
    "NVIDIA A800 PCIe": "nvidia-a800",
    "NVIDIA GeForce GTX 480": "nvidia-gtx-480",
    "NVIDIA GeForce GTX 580": "nvidia-gtx-580",
    "NVIDIA GeForce GTX TITAN X": "nvidia-titan-x",
    "NVIDIA GeForce RTX 2080 Ti 11GB": "nvidia-rtx-2080-ti",
    "NVIDIA GeForce RTX 3060": "nvidia-rtx-3060",
    "NVIDIA GeForce RTX 3080": "nvidia-rtx-3080",
    "NVIDIA GeForce RTX 3090": "nvidia-rtx-3090",
    "NVIDIA GeForce RTX 3090 Ti": "nvidia-rtx-3090-ti",
    "NVIDIA GeForce RTX 4080": "nvidia-rtx-4080",
    "NVIDIA GeForce RTX 4090": "nvidia-rtx-4090",
    "NVIDIA H100 PCIe": "nvidia-h100",
    "NVIDIA H100 SXM5 80GB": "nvidia-h100",
    "NVIDIA H200 SXM": "nvidia-h200",
    "NVIDIA H800 SXM5": "nvidia-h800",
    "NVIDIA L4": "nvidia-l4",
    "NVIDIA L40": "nvidia-l40",
    "NVIDIA L40S": "nvidia-l40s",
    "NVIDIA M40": "nvidia-m40",
    "NVIDIA P100": "nvidia-p100",
    "NVIDIA P40": "nvidia-p40",
    "NVIDIA Quadro RTX 4000": "nvidia-quadro-rtx-4000",
    "NVIDIA Quadro RTX 5000": "nvidia-quadro-rtx-5000",
    "NVIDIA Quadro RTX 6000": "nvidia-quadro-rtx-6000",
    "NVIDIA RTX 6000 Ada Generation": "nvidia-rtx-6000-ada",
    "NVIDIA RTX A4000": "nvidia-rtx-a4000",
    "NVIDIA RTX A5000": "nvidia-rtx-a5000",
    "NVIDIA RTX A6000": "nvidia-rtx-a6000",
    "NVIDIA Tesla K40c": "nvidia-k40",
    "NVIDIA Tesla K40m": "nvidia-k40",
    "NVIDIA Tesla K40s": "nvidia-k40",
    "NVIDIA Tesla K80": "nvidia-k80",
    "NVIDIA Tesla P4": "nvidia-p4",
    "NVIDIA Tesla T4": "nvidia-t4",
    "NVIDIA Tesla V100 DGXS 16 GB": "nvidia-v100",
    "NVIDIA Tesla V100 DGXS 32 GB": "nvidia-v100",
    "NVIDIA Tesla V100 PCIe 16 GB": "nvidia-v100",
    "NVIDIA Tesla V100 SXM2 16 GB": "nvidia-v100",
    "NVIDIA V100": "nvidia-v100",
}
"""Epoch's names of chips that are rented or often trained on, as slugs of hardware.csv. H100 NVL is another chip."""

_KINDS = {
    ON_DEMAND: "Price per chip-hour (on-demand)",
    COMMITTED_1_YEAR: "Price per chip-hour (1-year CUD)",
    COMMITTED_3_YEARS: "Price per chip-hour (3-year CUD)",
}


def grid_rows(published: Iterable[dict[str, str]]) -> Rows:
    """Rows of grid_intensity.csv for `REGIONS` since `FIRST_YEAR`; grams become kilograms."""
    rows = []
    order = list(REGIONS)
    wanted = [r for r in published if r["Entity"] in REGIONS and int(r["Year"]) >= FIRST_YEAR]
    for r in sorted(wanted, key=lambda r: (order.index(r["Entity"]), int(r["Year"]))):
        rows.append(
            {
                "region": r["Entity"].lower().replace(" ", "-"),
                "codes": REGIONS[r["Entity"]],
                "year": r["Year"],
                "co2e_kg_per_kwh": f"{float(r['Carbon intensity of electricity - gCO2e/kWh']) / 1000:.6g}",
                "source": OWID,
            }
        )
    return rows


def price_rows(published: Iterable[dict[str, str]]) -> Rows:
    """Rows of chip_hour_prices.csv: for each chip, year and kind the median of the vendors' medians.

    Lower and upper are the cheapest and the dearest vendor's median. Medians twice, because one vendor lists many
    shapes of one offer (a T4 with 64 CPU cores costs eight times a T4 with 4), and vendors are few.
    """
    offers: dict[tuple[str, str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for r in published:
        slug = _slug(r)
        for kind, column in _KINDS.items():
            if slug and r[column]:
                offers[slug, r["Price date"][:4], kind][r["Vendor"]].append(float(r[column]))
    rows = []
    for (slug, year, kind), vendors in sorted(offers.items()):
        medians = sorted(median(prices) for prices in vendors.values())
        rows.append(
            {
                "hardware": slug,
                "year": year,
                "kind": kind,
                "usd_per_chip_hour": f"{median(medians):.4g}",
                "lower": f"{medians[0]:.4g}",
                "upper": f"{medians[-1]:.4g}",
                "source": f"{EPOCH_PRICES}: {', '.join(sorted(vendors))}",
            }
        )
    return rows


def _slug(row: dict[str, str]) -> str | None:
    """The chip that an offer rents; some offers of a P100 stand under "Tesla P4", and their description says so."""
    if row["Cloud GPU description"].startswith("P100"):
        return "nvidia-p100"
    return CHIPS.get(row["Hardware model"])


def reference_chip_rows(published: Iterable[dict[str, str]]) -> Rows:
    """Rows of reference_chips.csv: the chip that most notable models of a year were trained on.

    Only where two models or more name it and no other chip is named as often. TPU v1, which trains nothing, is no chip
    of `CHIPS`.
    """
    named: dict[str, Counter[str]] = defaultdict(Counter)
    for r in published:
        slugs = {CHIPS.get(name.strip()) for name in r["Training hardware"].split(",")}
        named[r["Publication date"][:4]].update(s for s in slugs if s)
    rows = []
    for year, counts in sorted(named.items()):
        first, second = [*counts.most_common(2), ("", 0), ("", 0)][:2]
        if first[1] >= 2 and first[1] > second[1]:
            source = f"{EPOCH_MODELS}: hardware of {first[1]} models of {year}; the next chip, of {second[1]}"
            rows.append({"year": year, "hardware": first[0], "source": source})
    return rows


_TABLES: dict[str, tuple[Callable[[Iterable[dict[str, str]]], Rows], Path, str]] = {
    "grid": (grid_rows, GRID_CSV, OWID),
    "prices": (price_rows, PRICES_CSV, EPOCH_PRICES),
    "reference_chips": (reference_chip_rows, REFERENCE_CHIPS_CSV, EPOCH_MODELS),
}


def renewed(table: str, published: Path) -> Rows:
    """The whole of a reference table with the rows of one source drawn anew; rows of other sources stay."""
    draw, path, source = _TABLES[table]
    kept = [r for r in _read(path) if not r["source"].startswith(source)] if path.exists() else []
    return [*draw(_read(published)), *kept]


def _read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    drawn = renewed(sys.argv[1], Path(sys.argv[2]))
    writer = csv.DictWriter(sys.stdout, list(drawn[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(drawn)
