"""The study's own rows, recomputed: what our formulas make of what its replication data type.

What a row holds, and how it is read, stands in tasks/sources/study_file.py.
"""

import csv
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.compute.methods import FLOP_PER_MULTIPLY_ADD, PASSES_PER_STEP, hardware_burden
from tasks.reference.hardware import Hardware, by_slug
from tasks.reference.study_2020_runs import Study2020Run
from tasks.reference.study_chips import StudyChip
from tasks.reference.study_exceptions import StudyException
from tasks.reference.units import SECONDS_PER_HOUR
from tasks.sources import study_file
from tasks.sources.study_data import StudyChips
from tasks.sources.study_file import FILES, FLOP_PER_GFLOP, StudyRow, Units

BURDEN, BURDEN_TYPED, OPERATIONS = "hardware_burden", "hardware_burden_typed_rate", "network_operations"
"""Their hardware burden by our peaks; the same by the rate that they typed; their network operations."""

TOLERANCE = 0.02
"""How near a recomputed figure must be to count as theirs (inputs are typed with three digits)."""


@dataclass(frozen=True)
class Comparison:
    """A recomputed quantity beside theirs, FLOP."""

    benchmark: str
    model: str
    quantity: str
    ours: float
    theirs: float

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it."""
        return self.benchmark, self.model, self.quantity

    @property
    def ratio(self) -> float:
        """Ours over theirs."""
        return self.ours / self.theirs

    def within(self, tolerance: float = TOLERANCE) -> bool:
        """Whether the two differ by no more than a share of theirs."""
        return abs(self.ratio - 1) <= tolerance


# --- reading


def read_study(path: Path) -> list[StudyRow]:
    """Rows of one benchmark's CSV; the benchmark is the file's name without ending.

    Raises:
        OSError: the file cannot be read.
        KeyError, ChangedFeed: it has not the form of the replication data.
    """
    return study_file.read_study(path.read_bytes(), FILES[path.stem])[0]


# --- recomputing


class Peaks(StudyChips):
    """Peak of one of the study's units by our hardware table: GPUs and CPUs at FP32, TPUs at bf16.

    With `chips` the units are read as study_chips.csv says; without, every unit is one chip of the row that its name is
    an alias of, and a Cloud TPU four.
    """

    def __init__(self, hardware: Iterable[Hardware], chips: Mapping[str, StudyChip]) -> None:
        super().__init__(hardware, chips)
        self._by_slug = by_slug(list(self.hardware))

    def burden(self, name: str, units: float, duration_hours: float, as_announced: bool = True) -> float:
        """Units x peak x time at full utilisation, FLOP.

        Args:
            name: The unit's name, as the study writes it.
            units: How many.
            duration_hours: How long.
            as_announced: Take the unit's own rate where study_chips.csv has one, else our row's alone.

        Raises:
            UnknownChip: the name means no chip of ours.
            ValueError: the chip's peak is not known.
        """
        read = self.named(name)
        if read and read.unit_flop_per_s and as_announced:
            return units * read.unit_flop_per_s * duration_hours * SECONDS_PER_HOUR
        return hardware_burden(self._by_slug[self.slug(name)], self.chips(name, units), duration_hours)


def burden(row: StudyRow, unit_burden: Callable[[Units, float], float | None]) -> float | None:
    """The row's hardware burden in FLOP, summed over phases and kinds; None where a unit's part is not known.

    Args:
        row: The row.
        unit_burden: FLOP of some units over so many hours.
    """
    parts = []
    for phase in row.phases:
        if phase.duration_seconds is None:
            continue
        for units in phase.units:
            if units.amount is None or not units.name:
                return None
            parts.append(unit_burden(units, phase.duration_seconds / SECONDS_PER_HOUR))
    known = [p for p in parts if p is not None]
    return sum(known) if parts and len(known) == len(parts) else None


def typed_burden(units: Units, duration_hours: float) -> float | None:
    """Units x the rate that the study typed x time, FLOP."""
    if units.amount is None or units.peak_flop_per_s is None:
        return None
    return units.amount * units.peak_flop_per_s * duration_hours * SECONDS_PER_HOUR


def our_burden(peaks: Peaks, as_announced: bool = True) -> Callable[[Units, float], float | None]:
    """Units x our peak x time, FLOP, as a function of units and hours."""
    return lambda units, hours: peaks.burden(units.name, units.amount or 0.0, hours, as_announced)


def network_operations(row: StudyRow) -> float | None:
    """Forward operations (FLOP, else 2 x multiply-adds) x 3 x examples x epochs, summed over the phases, in FLOP.

    None where operations, or epochs of every phase, are not known.
    """
    forward = row.flops
    if forward is None and row.multiply_adds is not None:
        forward = FLOP_PER_MULTIPLY_ADD * row.multiply_adds
    seen = [p.epochs * p.set_size for p in row.phases if p.epochs is not None and p.set_size is not None]
    return forward * PASSES_PER_STEP * sum(seen) if forward is not None and seen else None


def compare(rows: Iterable[StudyRow], peaks: Peaks) -> list[Comparison]:
    """Every quantity of every row that the study gives and whose inputs the row discloses."""
    found = []
    for row in rows:
        for quantity, ours, theirs in (
            (BURDEN, burden(row, our_burden(peaks)), row.hardware_burden_flop),
            (BURDEN_TYPED, burden(row, typed_burden), row.hardware_burden_flop),
            (OPERATIONS, network_operations(row), row.network_operations_flop),
        ):
            if ours is not None and theirs is not None:
                found.append(Comparison(row.benchmark, row.model, quantity, ours, theirs))
    return found


def share_within(comparisons: Iterable[Comparison], tolerance: float = TOLERANCE) -> float:
    """Share of comparisons within a tolerance; NaN for none."""
    near = [c.within(tolerance) for c in comparisons]
    return sum(near) / len(near) if near else math.nan


def unexplained(comparisons: Iterable[Comparison], exceptions: Iterable[StudyException]) -> list[str]:
    """A line for each figure beyond 2 % without an explanation, and for each explanation that no longer fits one."""
    by_key = {(e.benchmark, e.model, e.quantity): e for e in exceptions}
    beyond = {c.key: c for c in comparisons if not c.within()}
    lines = [
        f"no explanation: {' / '.join(key)}: ours {c.ours:.4g}, theirs {c.theirs:.4g}, ratio {c.ratio:.3f}"
        for key, c in beyond.items()
        if key not in by_key
    ]
    for key, e in by_key.items():
        c = beyond.get(key)
        if c is None:
            lines.append(f"stale: {' / '.join(key)}: nothing there is beyond {TOLERANCE:.0%}")
        elif not e.cause.strip():
            lines.append(f"no cause: {' / '.join(key)}")
        elif not all(math.isclose(a, b, rel_tol=5e-3) for a, b in _pairs(e, c)):
            lines.append(f"stale: {' / '.join(key)}: it speaks of {e.ours:g} and {e.theirs:g}, not of {c.ours:.4g}")
    return lines


def _pairs(e: StudyException, c: Comparison) -> list[tuple[float, float]]:
    return [(e.ours, c.ours), (e.theirs, c.theirs), (e.ratio, c.ratio)]


# --- the version of 2020


def read_points(path: Path) -> list[dict[str, str]]:
    """Rows of the regression sample of 2020: benchmark, model, year, hardware_burden_gflop, accuracy.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def compare_points(points: Iterable[dict[str, str]], runs: Iterable[Study2020Run], peaks: Peaks) -> list[Comparison]:
    """The burdens of the 2020 points that runs explain; the benchmark's name says `2020`.

    Raises:
        KeyError: a run whose point is not there.
    """
    by_point = {(p["benchmark"], float(p["accuracy"])): float(p["hardware_burden_gflop"]) for p in points}
    return [
        Comparison(
            f"2020 {run.benchmark}",
            run.model,
            BURDEN,
            peaks.burden(run.name, run.amount, run.duration_hours),
            by_point[run.benchmark, run.accuracy] * FLOP_PER_GFLOP,
        )
        for run in runs
    ]
