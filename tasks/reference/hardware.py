"""Accelerators that papers name, and their peak arithmetic rates (`warehouse/reference/hardware.csv`).

All peaks are per chip, dense (never with structured sparsity), in FLOP/s with a multiply-add counted as two operations.
16-bit peaks are those of the tensor or matrix cores, with sums kept in FP32, where a chip has such cores. FP32 is the
rate of the ordinary (vector) units; TF32 is what PyTorch's convolutions use since Ampere when a script asks for FP32.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

HARDWARE_CSV = Path(__file__).parents[2] / "warehouse" / "reference" / "hardware.csv"

GENERIC = frozenset({"gpu", "tpu", "intel-xeon"})
"""Slugs that stand for a kind of chip and not for a chip: no peak."""


@dataclass(frozen=True)
class Hardware:
    """One accelerator: rates in FLOP/s per chip, power in W per chip, price in USD per chip at release.

    `epoch_names` are the rows of Epoch AI's hardware table that speak of this chip, the variant meant here first.
    """

    slug: str
    name: str
    aliases: tuple[str, ...]
    maker: str
    kind: str
    release_date: str
    fp32_flop_per_s: float | None
    tf32_flop_per_s: float | None
    fp16_flop_per_s: float | None
    bf16_flop_per_s: float | None
    fp8_flop_per_s: float | None
    tdp_w: float | None
    chips_per_board: int
    release_price_usd: float | None
    epoch_names: tuple[str, ...]
    source: str
    note: str


def load_hardware(path: Path = HARDWARE_CSV) -> list[Hardware]:
    """Rows of the hardware table, in the file's order.

    Raises:
        OSError: the file cannot be read.
        KeyError, ValueError: a column is missing, or a number is none.
    """
    with path.open(newline="", encoding="utf-8") as file:
        return [_hardware(row) for row in csv.DictReader(file)]


def _hardware(row: dict[str, str]) -> Hardware:
    def number(column: str) -> float | None:
        return float(row[column]) if row[column] else None

    return Hardware(
        slug=row["slug"],
        name=row["name"],
        aliases=tuple(a for a in row["aliases"].split("|") if a),
        maker=row["maker"],
        kind=row["kind"],
        release_date=row["release_date"],
        fp32_flop_per_s=number("fp32_flop_per_s"),
        tf32_flop_per_s=number("tf32_flop_per_s"),
        fp16_flop_per_s=number("fp16_flop_per_s"),
        bf16_flop_per_s=number("bf16_flop_per_s"),
        fp8_flop_per_s=number("fp8_flop_per_s"),
        tdp_w=number("tdp_w"),
        chips_per_board=int(row["chips_per_board"]),
        release_price_usd=number("release_price_usd"),
        epoch_names=tuple(n for n in row["epoch_name"].split("|") if n),
        source=row["source"],
        note=row["note"],
    )


def by_slug(hardware: list[Hardware]) -> dict[str, Hardware]:
    """The table as a mapping from slug to row."""
    return {h.slug: h for h in hardware}


def half_precision_peak(hardware: Hardware) -> float | None:
    """Peak at 16 bits in FLOP/s: bf16 where the chip has it, else FP16; None where neither is known."""
    return hardware.bf16_flop_per_s or hardware.fp16_flop_per_s


def burden_peak(hardware: Hardware) -> float | None:
    """Peak in FLOP/s that the study's hardware burden uses: FP32 for GPUs and CPUs, bf16 for TPUs.

    Other accelerators have no FP32 unit worth the name: their 16-bit peak stands in.
    Source: Thompson et al., arXiv 2007.05558, and its replication data (columns `training_gpu_ptp_gflops`,
    `training_tpu_ptp_gflops`).
    """
    if hardware.kind in ("gpu", "cpu"):
        return hardware.fp32_flop_per_s
    return half_precision_peak(hardware)
