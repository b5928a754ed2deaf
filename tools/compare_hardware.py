"""`python -m tools.compare_hardware`: our hardware table against Epoch AI's, every figure over 5 % apart.

Rows are joined by the column `epoch_name`, written by hand; several rows of Epoch's may speak of one chip of ours
(cards of other sizes, a board). Compared are the peaks, power, price and the year of release, where both have one.
Each difference has its cause in warehouse/reference/hardware_disagreements.csv; tests/data/test_hardware_epoch.py holds
the two together. Nothing here is collected by pytest.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.reference.hardware import Hardware, load_hardware

EPOCH_CSV = Path(__file__).parents[2] / "shared" / "sources" / "epoch_ml_hardware_2026-07.csv"

TOLERANCE = 0.05
"""Relative difference up to which two figures agree: rounding of clocks and of printed rates stays below it."""

TENSOR, HALF = "Tensor-FP16/BF16 performance (FLOP/s)", "FP16 (half precision) performance (FLOP/s)"
THEIR_COLUMNS = {
    "fp32_flop_per_s": ("FP32 (single precision) performance (FLOP/s)",),
    "tf32_flop_per_s": ("TF32 (TensorFloat-32) performance (FLOP/s)",),
    "fp16_flop_per_s": (TENSOR, HALF),
    "bf16_flop_per_s": (TENSOR,),
    "fp8_flop_per_s": ("FP8 performance (FLOP/s)",),
    "tdp_w": ("TDP (W)",),
    "release_price_usd": ("Release price (USD)",),
}
"""Our column, and Epoch's in order of preference: beside a tensor rate its FP16 is that of the ordinary units."""


@dataclass(frozen=True)
class ChipPair:
    """A figure of ours and one of Epoch's for the same chip."""

    slug: str
    column: str
    epoch_name: str
    ours: float
    theirs: float

    @property
    def agrees(self) -> bool:
        """Whether they are of one year, or within the tolerance."""
        if self.column == "release_date":
            return self.ours == self.theirs
        return abs(self.ours / self.theirs - 1) <= TOLERANCE


def pairs(hardware: Iterable[Hardware], epoch: dict[str, dict[str, str]]) -> Iterator[ChipPair]:
    """Every figure that our rows and Epoch's have both; the year where the column is `release_date`.

    Args:
        hardware: Our table.
        epoch: Epoch's rows by "Hardware name".

    Raises:
        KeyError: an `epoch_name` of ours is not in Epoch's table.
    """
    for chip in hardware:
        for name in chip.epoch_names:
            theirs, year = epoch[name], epoch[name]["Release date"][:4]
            if chip.release_date and year:
                yield ChipPair(chip.slug, "release_date", name, float(chip.release_date[:4]), float(year))
            for column, headers in THEIR_COLUMNS.items():
                ours = getattr(chip, column)
                printed = next((theirs[h] for h in headers if theirs[h]), "")
                if ours and printed:
                    yield ChipPair(chip.slug, column, name, ours, float(printed))


def disagreements(hardware: Iterable[Hardware], epoch: dict[str, dict[str, str]]) -> list[ChipPair]:
    """The pairs that differ by more than the tolerance."""
    return [pair for pair in pairs(hardware, epoch) if not pair.agrees]


def read_epoch(path: Path = EPOCH_CSV) -> dict[str, dict[str, str]]:
    """Epoch's hardware table by the name of the row."""
    with path.open(newline="", encoding="utf-8") as file:
        return {row["Hardware name"]: row for row in csv.DictReader(file)}


if __name__ == "__main__":
    for d in disagreements(load_hardware(), read_epoch()):
        print(f"{d.slug},{d.column},{d.epoch_name},{d.ours:g},{d.theirs:g}")
