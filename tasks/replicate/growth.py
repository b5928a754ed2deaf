"""The study's growth in compute from AlexNet to NASNet-A, and what of it is faster chips."""

import math
from dataclasses import dataclass

from tasks.compute.methods import hardware_burden
from tasks.reference.hardware import by_slug, load_hardware
from tasks.reference.study_runs import load_study_runs

FROM, TO = "AlexNet", "NASNet-A"


@dataclass(frozen=True)
class StudyGrowth:
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


PUBLISHED = StudyGrowth(total=1095, faster=6.03, more=500 / 2, longer=4 / 5.5)
"""Thompson et al. 2020 (arXiv 2007.05558): 500 x 9.52 TFLOP/s x 4 d over 2 x 1.58 TFLOP/s x 5.5 d, 6.03 by hardware."""


def growth() -> StudyGrowth:
    """The same by the chips of hardware.csv and the runs of study_runs.csv."""
    runs = {row.model: row for row in load_study_runs()}
    chips = by_slug(load_hardware())
    base, grown = runs[FROM], runs[TO]
    more, longer = grown.chips / base.chips, grown.duration_hours / base.duration_hours
    faster = hardware_burden(chips[grown.hardware], 1, 1) / hardware_burden(chips[base.hardware], 1, 1)
    return StudyGrowth(faster * more * longer, faster, more, longer)
