"""Epoch AI: accelerators as its hardware table has them, and prices to buy and to rent them. CC BY 4.0.

Also here: which accelerator of ours (slug of hardware.csv) a name of Epoch's means.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas.codes import Coded
from schemas.codes.sources import RowDoubt
from schemas.rows import Candidate
from schemas.rows.sources import ChipPrice, SourceChip
from tasks.provenance.claims import content_id
from tasks.reference.chip_patterns import hardware_mentions
from tasks.reference.hardware import GENERIC, Hardware, load_hardware
from tasks.reference.hardware_disagreements import HARDWARE_DISAGREEMENTS, load_hardware_disagreements
from tasks.sources import Discovery
from tasks.sources.addresses import Addresses
from tasks.sources.csv_files import ParsedFile, Resources, SourceFile, discover_files
from tasks.sources.structured import StructuredSource
from tasks.sources.tabular import Cells, amounts_in, read_table

SOURCE_ID = "epoch-hardware"
CHIPS_FILE, PRICES_FILE = "ml_hardware.csv", "Hardware prices.csv"

CHIP_COLUMNS = {
    "name": ("Hardware name", "Name of the hardware"),
    "maker": ("Manufacturer",),
    "kind": ("Type",),
    "release_date": ("Release date",),
    "fp32_flop_per_s": ("FP32 (single precision) performance (FLOP/s)",),
    "tf32_flop_per_s": ("TF32 (TensorFloat-32) performance (FLOP/s)",),
    "tensor_flop_per_s": ("Tensor-FP16/BF16 performance (FLOP/s)",),
    "fp16_flop_per_s": ("FP16 (half precision) performance (FLOP/s)",),
    "fp8_flop_per_s": ("FP8 performance (FLOP/s)",),
    "memory_bytes": ("Memory (bytes)", "Memory size per board (Byte)"),
    "tdp_w": ("TDP (W)",),
    "release_price_usd": ("Release price (USD)",),
    "link": ("Link to datasheet",),
    "note": ("Notes",),
    "modified_at": ("Last modified",),
}
CHIPS_UNUSED = (
    *("FP4 performance (FLOP/s)", "FP64 (double precision) performance (FLOP/s)", "INT16 performance (OP/s)"),
    *("INT8 performance (OP/s)", "INT4 performance (OP/s)", "ML OP/s", "Max performance", "Price-performance"),
    *("Total processing performance (bit-OP/s)", "Energy efficiency", "Memory bandwidth (byte/s)"),
    *("Intranode bandwidth (byte/s)", "Internode bandwidth (bit/s)", "Memory clock (MHz)", "Memory bus (bit)"),
    *("Foundry", "Die Size (mm^2)", "Process size (nm)", "Transistors (millions)", "Tensor cores"),
    *("Base clock (MHz)", "Boost clock (MHz)", "Source for the price", "ML models"),
)

PRICE_COLUMNS = {
    "name": ("Hardware model",),
    "vendor": ("Vendor",),
    "price_date": ("Price date",),
    "usd_per_chip_hour": ("Price per chip-hour (on-demand)",),
    "usd_per_chip_hour_1_year": ("Price per chip-hour (1-year CUD)",),
    "usd_per_chip_hour_3_years": ("Price per chip-hour (3-year CUD)",),
    "purchase_usd": ("Price (hardware purchase)",),
    "chips": ("Number of GPUs",),
    "link": ("Price source",),
    "offer": ("Cloud GPU description",),
    "location": ("Location",),
    "remark": ("Notes",),
}
PRICES_UNUSED = ("Manufacturer", "Manufacturer (from Hardware model)")

_PRICES = ("usd_per_chip_hour", "usd_per_chip_hour_1_year", "usd_per_chip_hour_3_years", "purchase_usd")

RENTED = {
    "NVIDIA H100 PCIe": "nvidia-h100",
}
"""Names under which offers are priced with another chip than the hardware table's: few say which H100 they rent."""


def discover(client: Resources, addresses: Addresses) -> Discovery:
    """Rows of raw_chips and of raw_chip_prices; notes where the hardware table of ours and Epoch's differ unexplained.

    Raises:
        SourceUnavailable: neither file can be had, or (SourceBroken) be read.
    """
    files = [
        SourceFile(CHIPS_FILE, addresses.epoch_hardware, lambda content: {"raw_chips": chips(content)}),
        SourceFile(PRICES_FILE, addresses.epoch_prices, lambda content: {"raw_chip_prices": chip_prices(content)}),
    ]
    found = discover_files(client, SOURCE_ID, files)
    theirs = [chip.row for chip in found.rows.get("raw_chips", []) if isinstance(chip.row, SourceChip)]
    found.notes += [str(d) for d in unexplained(differences(theirs, load_hardware()))]
    return found


# --- files


def chips(content: bytes) -> ParsedFile[SourceChip]:
    """Rows of raw_chips from the hardware table. Peaks are those that Epoch prints: its FP16 beside a tensor rate is
    that of the ordinary units, so that the tensor rate stands where there is one.

    Raises:
        ChangedFeed: it cannot be read.
    """
    table = read_table(content, CHIP_COLUMNS, required=("name",), unused=CHIPS_UNUSED, what=CHIPS_FILE)
    names = Counter(cells["name"] for cells in table.rows)
    return ParsedFile([_chip(cells, names[cells["name"]]) for cells in table.rows], table.notes)


def _chip(cells: Cells, rows_of_name: int) -> Candidate[SourceChip]:
    headers = {n: h[0] for n, h in CHIP_COLUMNS.items() if n.endswith(("_flop_per_s", "_bytes", "_w", "_usd"))}
    amounts, doubts = amounts_in(cells, headers)
    if not cells["name"]:
        doubts.append(Coded.of(RowDoubt.NO_CHIP))
    elif rows_of_name > 1:
        doubts.append(Coded.of(RowDoubt.NAME_TWICE, rows=rows_of_name, name=cells["name"]))
    row = SourceChip(
        chip_row_id=content_id(SOURCE_ID, cells["name"]),
        source_id=SOURCE_ID,
        name=cells["name"] or "",
        hardware=chip_named(cells["name"] or ""),
        maker=cells["maker"],
        kind=cells["kind"],
        release_date=cells["release_date"],
        fp32_flop_per_s=amounts["fp32_flop_per_s"],
        tf32_flop_per_s=amounts["tf32_flop_per_s"],
        fp16_flop_per_s=amounts["tensor_flop_per_s"] or amounts["fp16_flop_per_s"],
        fp8_flop_per_s=amounts["fp8_flop_per_s"],
        memory_bytes=amounts["memory_bytes"],
        tdp_w=amounts["tdp_w"],
        release_price_usd=amounts["release_price_usd"],
        link=cells["link"],
        note=cells["note"],
        modified_at=cells["modified_at"],
    )
    return Candidate(row, tuple(doubts))


def chip_prices(content: bytes) -> ParsedFile[ChipPrice]:
    """Rows of raw_chip_prices from the table of prices.

    Raises:
        ChangedFeed: it cannot be read.
    """
    table = read_table(content, PRICE_COLUMNS, required=("name", "price_date"), unused=PRICES_UNUSED, what=PRICES_FILE)
    seen: Counter[tuple[str | None, ...]] = Counter()
    rows = []
    for cells in table.rows:
        amounts, doubts = amounts_in(cells, {n: PRICE_COLUMNS[n][0] for n in (*_PRICES, "chips")})
        # One vendor lists many shapes of one offer, some in the same words: the count among these tells them apart.
        identity = tuple(c for name, c in cells.items() if name not in _PRICES)
        seen[identity] += 1
        if not re.fullmatch(r"\d{4}(-\d\d){0,2}", cells["price_date"] or ""):
            doubts.append(Coded.of(RowDoubt.PRICE_WITHOUT_DATE, text=cells["price_date"] or ""))
        row = _price(cells, amounts, content_id(SOURCE_ID, *identity, seen[identity]))
        rows.append(Candidate(row, tuple(doubts)))
    return ParsedFile(rows, table.notes)


def _price(cells: Cells, amounts: dict[str, float | None], row_id: str) -> ChipPrice:
    return ChipPrice(
        price_row_id=row_id,
        source_id=SOURCE_ID,
        name=cells["name"] or "",
        hardware=chip_offered(cells["name"] or "", cells["offer"] or ""),
        vendor=cells["vendor"],
        price_date=cells["price_date"],
        usd_per_chip_hour=amounts["usd_per_chip_hour"],
        usd_per_chip_hour_1_year=amounts["usd_per_chip_hour_1_year"],
        usd_per_chip_hour_3_years=amounts["usd_per_chip_hour_3_years"],
        purchase_usd=amounts["purchase_usd"],
        chips=amounts["chips"],
        link=cells["link"],
        note="; ".join(c for c in (cells["offer"], cells["location"], cells["remark"]) if c) or None,
    )


# --- names


@lru_cache(maxsize=1)
def _hardware() -> tuple[tuple[Hardware, ...], dict[str, str]]:
    """The hardware table, and the slug of each name that Epoch's has."""
    table = tuple(load_hardware())
    return table, {name.casefold(): chip.slug for chip in table for name in chip.epoch_names}


# What may stand beside a chip's name without naming another chip: makers, form factors, memory.
_BESIDE = re.compile(
    r"(?:NVIDIA|Google|AMD|Huawei|Intel|Amazon|Habana|Radeon|Instinct|GeForce|Tesla|Quadro|Cloud|Tensor Core"
    r"|GPUs?|chips?|SXM\d?|PCIe|DGXS|\d+ ?GB?|[\s(),-])*",
    re.IGNORECASE,
)


def chip_named(text: str) -> str | None:
    """Slug of the one accelerator that Epoch's words name; None where they name none that we know, or several."""
    slugs = {_one_chip(name) for name in text.split(",") if name.strip()}
    return slugs.pop() if len(slugs) == 1 else None


@lru_cache(maxsize=1024)
def _one_chip(name: str) -> str | None:
    hardware, by_epoch_name = _hardware()
    name = " ".join(name.split())
    if slug := by_epoch_name.get(name.casefold()):
        return slug
    mentions = [m for m in hardware_mentions(name, hardware) if m[0] not in GENERIC]
    if len(mentions) != 1:
        return None
    ((slug, start, end),) = mentions
    return slug if _BESIDE.fullmatch(name[:start]) and _BESIDE.fullmatch(name[end:]) else None


def chip_offered(name: str, offer: str) -> str | None:
    """Slug of the accelerator whose rents an offer counts among; None where it is none that we know.

    Some offers of a P100 stand under "Tesla P4", and their description ("P100 (16 GB)") says so.
    """
    if offer.startswith("P100"):
        return "nvidia-p100"
    return RENTED.get(name) or chip_named(name)


# --- differences to the hardware table of ours

TOLERANCE = 0.05
"""Relative difference up to which two figures agree: rounding of clocks and of printed rates stays below it."""

COMPARED = ("fp32_flop_per_s", "tf32_flop_per_s", "fp16_flop_per_s", "fp8_flop_per_s", "tdp_w", "release_price_usd")


@dataclass(frozen=True)
class ChipDifference:
    """A figure of hardware.csv and one of Epoch's for the same chip that differ by more than the tolerance."""

    slug: str
    column: str
    epoch_name: str
    ours: float
    theirs: float

    def __str__(self) -> str:
        return (
            f"{self.slug}: {self.column} is {self.ours:.4g} in hardware.csv and {self.theirs:.4g} at Epoch's"
            f" '{self.epoch_name}'; correct hardware.csv, or write the cause into {HARDWARE_DISAGREEMENTS.file}"
        )


def differences(chips: Iterable[SourceChip], hardware: Sequence[Hardware]) -> list[ChipDifference]:
    """Every figure in which rows of raw_chips differ from the rows of ours that their names are joined with by hand.

    Compared are peaks, power and price, and the year of release, where both have one.
    """
    by_name = {chip.name: chip for chip in chips}
    joined = [(ours, by_name[name]) for ours in hardware for name in ours.epoch_names if name in by_name]
    found = []
    for ours, theirs in joined:
        pairs = {column: (getattr(ours, column), getattr(theirs, column)) for column in COMPARED}
        for column, (a, b) in pairs.items():
            if a and b and abs(a / b - 1) > TOLERANCE:
                found.append(ChipDifference(ours.slug, column, theirs.name, a, b))
        years = ours.release_date[:4], (theirs.release_date or "")[:4]
        if all(years) and years[0] != years[1]:
            found.append(ChipDifference(ours.slug, "release_date", theirs.name, float(years[0]), float(years[1])))
    return found


def unexplained(found: Iterable[ChipDifference]) -> list[ChipDifference]:
    """Those differences for which hardware_disagreements.csv has no cause, or had one for another figure.

    Raises:
        OSError, MalformedTable: the file cannot be used.
    """
    explained = {(r.slug, r.column, r.epoch_name): (r.ours, r.theirs) for r in load_hardware_disagreements()}
    return [d for d in found if not _is_explained(d, explained.get((d.slug, d.column, d.epoch_name)))]


def _is_explained(found: ChipDifference, explained: tuple[float, float] | None) -> bool:
    same = 1e-3  # figures are written with four digits
    return (
        explained is not None
        and abs(found.ours / explained[0] - 1) < same
        and abs(found.theirs / explained[1] - 1) < same
    )


SOURCE = StructuredSource(SOURCE_ID, discover)
