"""The study's growth in compute from AlexNet to NASNet-A, and what of it is faster chips."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from tasks.compute.methods import hardware_burden
from tasks.reference.hardware import by_slug, load_hardware
from warehouse.connection import REFERENCE

RUNS_CSV = REFERENCE / "study_runs.csv"

FROM, TO = "AlexNet", "NASNet-A"


@dataclass(frozen=True)
class Growth:
    """How many times the compute, and its parts: faster chips x more of them x longer."""

    total: float
    faster: float
    more: float
    longer: float

    @property
    def agrees(self) -> bool:
        """Whether it is the published growth: the whole of it as printed (a floor), the chips' part to two decimals."""
        is_total = math.floor(self.total) == PUBLISHED.total
        return is_total and round(self.faster, 2) == PUBLISHED.faster


PUBLISHED = Growth(total=1095, faster=6.03, more=500 / 2, longer=4 / 5.5)
"""Thompson et al. 2020 (arXiv 2007.05558): 500 x 9.52 TFLOP/s x 4 d over 2 x 1.58 TFLOP/s x 5.5 d, 6.03 by hardware."""


def growth(path: Path = RUNS_CSV) -> Growth:
    """The same by the chips of hardware.csv and the runs of study_runs.csv."""
    with path.open(newline="", encoding="utf-8") as file:
        runs = {row["model"]: row for row in csv.DictReader(file)}
    chips = by_slug(load_hardware())
    base, grown = runs[FROM], runs[TO]
    more, longer = (float(grown[c]) / float(base[c]) for c in ("chips", "duration_hours"))
    faster = hardware_burden(chips[grown["hardware"]], 1, 1) / hardware_burden(chips[base["hardware"]], 1, 1)
    return Growth(faster * more * longer, faster, more, longer)
