"""The study's own rows, recomputed: what its replication data type, and what our formulas make of it.

Thompson, Greenewald, Lee and Manso, *The Computational Limits of Deep Learning* (arXiv 2007.05558), replication data of
2022: one CSV a benchmark, a row a model, three sub-headers under the header. A row has three phases (training,
pre-training, fine-tuning), each with epochs, size of the set, time, and GPUs, TPUs and CPUs with an amount and a peak
rate typed in GFLOP/s. Its two results are the hardware burden (units x peak x time) and the network operations
(operations of a forward pass x 3 x examples x epochs), both in FLOP and both summed over the phases.
"""

import csv
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tasks.extract.training.chips import hardware_mentions
from tasks.hardware import Hardware
from tasks.reckon.methods import FLOP_PER_MULTIPLY_ADD, PASSES_PER_STEP, SECONDS_PER_HOUR, hardware_burden

_REFERENCE = Path(__file__).parents[1] / "warehouse" / "reference"
CHIPS_CSV = _REFERENCE / "study_chips.csv"
EXCEPTIONS_CSV = _REFERENCE / "study_exceptions.csv"
RUNS_CSV = _REFERENCE / "study_2020_runs.csv"

SUB_HEADERS = 3
"""Rows below the header that name columns again (replication package, its reader skips them too)."""

PHASES = ("training", "pretraining", "finetuning")
KINDS = ("gpu", "tpu", "cpu")
FLOP_PER_GFLOP = 1e9

BURDEN, BURDEN_TYPED, OPERATIONS = "hardware_burden", "hardware_burden_typed_rate", "network_operations"
"""Their hardware burden by our peaks; the same by the rate that they typed; their network operations."""

TOLERANCE = 0.02
"""How near a recomputed figure must be to count as theirs (inputs are typed with three digits)."""


class UnknownChip(ValueError):
    """A chip's name that leads to no row, or to several, of the hardware table."""


@dataclass(frozen=True)
class Units:
    """Processors of one kind in one phase, as typed: the peak is in FLOP/s for one unit, whatever a unit is."""

    kind: str
    name: str
    amount: float | None
    peak_flop_per_s: float | None
    typed_peak: str = ""


@dataclass(frozen=True)
class Phase:
    """One phase of a row; the time in seconds."""

    name: str
    epochs: float | None
    set_size: float | None
    duration_seconds: float | None
    units: tuple[Units, ...]


@dataclass(frozen=True)
class StudyRow:
    """One model of one benchmark as the study typed it. Compute in FLOP; `line` is its line in the file."""

    benchmark: str
    line: int
    model: str
    year: int
    flops: float | None
    multiply_adds: float | None
    phases: tuple[Phase, ...]
    network_operations_flop: float | None
    hardware_burden_flop: float | None
    score: float | None


@dataclass(frozen=True)
class StudyChip:
    """What one name of the study means where aliases do not tell it: a unit of so many of our chips.

    `unit_flop_per_s` is the unit's peak where that is not chips x our row's peak; else None.
    """

    name: str
    slug: str
    chips_per_unit: int
    unit_flop_per_s: float | None
    source: str
    note: str


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


@dataclass(frozen=True)
class StudyException:
    """Why one recomputed quantity is not theirs, as study_exceptions.csv has it. FLOP, ratio ours over theirs."""

    benchmark: str
    model: str
    quantity: str
    ours: float
    theirs: float
    ratio: float
    cause: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it."""
        return self.benchmark, self.model, self.quantity


# --- reading


def read_study(path: Path) -> list[StudyRow]:
    """Rows of one benchmark's CSV; the benchmark is the file's name without ending.

    Raises:
        OSError: the file cannot be read.
        ValueError, KeyError: it has not the form of the replication data.
    """
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return [
        _row(path.stem, line, dict(zip(header, values, strict=True)))
        for line, values in enumerate(rows[SUB_HEADERS:], start=SUB_HEADERS + 2)
    ]


def _row(benchmark: str, line: int, cells: dict[str, str]) -> StudyRow:
    log_operations = next((cells[c] for c in ("log10net", "lo10net") if c in cells), "")
    score = next((c for c in ("(TOP 1 score)", "(BOX AP)", "(EM score)") if c in cells), "")
    return StudyRow(
        benchmark=benchmark,
        line=line,
        model=cells["name"].strip(),
        year=int(cells["year"]),
        flops=_number(cells["flops"]),
        multiply_adds=_number(cells["multiadds"]),
        phases=tuple(_phase(name, cells) for name in PHASES),
        network_operations_flop=_full_precision(cells["network_operations"], log_operations),
        hardware_burden_flop=_full_precision(cells["hardware_burden"], cells.get("log10hw", "")),
        score=_number(cells.get(score, "")),
    )


def _phase(name: str, cells: dict[str, str]) -> Phase:
    units = []
    for kind in KINDS:
        model, amount, peak = (cells[f"{name}_{kind}_{c}"].strip() for c in ("model", "amount", "ptp_gflops"))
        if model or amount or peak:
            rate = _number(peak)
            units.append(Units(kind, model, _number(amount), rate * FLOP_PER_GFLOP if rate else None, peak))
    return Phase(
        name,
        epochs=_number(cells[f"{name}_epochs"]),
        set_size=_number(cells[f"{name}_set_size"]),
        duration_seconds=_number(cells[f"{name}_time_total_sec"]),
        units=tuple(units),
    )


def _number(text: str) -> float | None:
    """The number that a cell holds; None where it holds none ("32/8/128")."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _full_precision(printed: str, log10: str) -> float | None:
    """A figure printed with two or three digits, in the digits of its logarithm where the two agree (within 5 %)."""
    value, logarithm = _number(printed), _number(log10)
    if value is None or logarithm is None:
        return value
    exact = 10**logarithm
    return exact if abs(exact / value - 1) <= 0.05 else value


def load_chips(path: Path = CHIPS_CSV) -> dict[str, StudyChip]:
    """Rows of study_chips.csv by the name as the study writes it, in small letters."""
    with path.open(newline="", encoding="utf-8") as file:
        chips = [
            StudyChip(
                name=row["name"],
                slug=row["slug"],
                chips_per_unit=int(row["chips_per_unit"]),
                unit_flop_per_s=_number(row["unit_flop_per_s"]),
                source=row["source"],
                note=row["note"],
            )
            for row in csv.DictReader(file)
        ]
    return {c.name.lower(): c for c in chips}


def load_exceptions(path: Path = EXCEPTIONS_CSV) -> list[StudyException]:
    """Rows of study_exceptions.csv."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            StudyException(
                row["benchmark"],
                row["model"],
                row["quantity"],
                float(row["ours"]),
                float(row["theirs"]),
                float(row["ratio"]),
                row["cause"],
            )
            for row in csv.DictReader(file)
        ]


# --- recomputing


class Peaks:
    """Peak of one of the study's units by our hardware table: GPUs and CPUs at FP32, TPUs at bf16.

    With `chips` the units are read as study_chips.csv says; without, every unit is one chip of the row that its name is
    an alias of, and a Cloud TPU four.
    """

    def __init__(self, hardware: Iterable[Hardware], chips: dict[str, StudyChip]) -> None:
        self._hardware = tuple(hardware)
        self._by_slug = {h.slug: h for h in self._hardware}
        self._chips = chips

    def slug(self, name: str) -> str:
        """The hardware row that a name means.

        Raises:
            UnknownChip: none, or several.
        """
        read = self._chips.get(name.lower())
        if read:
            return read.slug
        slugs = {slug for slug, _, _ in hardware_mentions(name, self._hardware)}
        if len(slugs) != 1:
            raise UnknownChip(f"{name!r} names {', '.join(sorted(slugs)) or 'no chip'}")
        return slugs.pop()

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
        read = self._chips.get(name.lower())
        if read and read.unit_flop_per_s and as_announced:
            return units * read.unit_flop_per_s * duration_hours * SECONDS_PER_HOUR
        chips = units * (read.chips_per_unit if read else 1)
        return hardware_burden(self._by_slug[self.slug(name)], chips, duration_hours)


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
    by_key = {e.key: e for e in exceptions}
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


@dataclass(frozen=True)
class StudyRun:
    """A run behind a point of 2020; benchmark and accuracy name the point, as that data names few models."""

    benchmark: str
    model: str
    accuracy: float
    name: str
    amount: float
    duration_hours: float
    note: str


def load_runs(path: Path = RUNS_CSV) -> list[StudyRun]:
    """Rows of study_2020_runs.csv: points whose burden is devices x a known rate x the time that the paper states."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            StudyRun(
                row["benchmark"],
                row["model"],
                float(row["accuracy"]),
                row["name"],
                float(row["amount"]),
                float(row["duration_hours"]),
                row["note"],
            )
            for row in csv.DictReader(file)
        ]


def read_points(path: Path) -> list[dict[str, str]]:
    """Rows of the regression sample of 2020: benchmark, model, year, hardware_burden_gflop, accuracy.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def compare_points(points: Iterable[dict[str, str]], runs: Iterable[StudyRun], peaks: Peaks) -> list[Comparison]:
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
