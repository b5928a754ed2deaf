"""The study's rows recomputed: `python -m tools.compare_study` prints what agrees, and what does not and why."""

from pathlib import Path

from tasks.reference.hardware import load_hardware
from tasks.reference.study_2020_runs import load_study_2020_runs
from tasks.reference.study_exceptions import load_study_exceptions
from tasks.sources.study_data import load_chips
from tasks.sources.study_file import StudyRow
from tests.study import (
    BURDEN,
    BURDEN_TYPED,
    OPERATIONS,
    Comparison,
    Peaks,
    burden,
    compare,
    compare_points,
    our_burden,
    read_points,
    read_study,
    share_within,
)

SHARED = Path(__file__).parents[2] / "shared"
STUDY = SHARED / "sources" / "computational_limits"
POINTS = SHARED / "reference" / "study_2020_points.csv"

_WORDS = {BURDEN: "hardware burden, our peaks", BURDEN_TYPED: "…, the rates typed", OPERATIONS: "network operations"}


def study_rows() -> list[StudyRow]:
    """All rows of the replication data of 2022 that lie here."""
    return [row for path in sorted(STUDY.glob("*.csv")) for row in read_study(path)]


def study_peaks() -> Peaks:
    """Our hardware table, with the study's names read as study_chips.csv says."""
    return Peaks(load_hardware(), load_chips())


def chip_comparisons(rows: list[StudyRow], peaks: Peaks) -> list[Comparison]:
    """Their burden beside ours with the rows of hardware.csv alone: no PCIe card, no device as announced."""
    found = []
    for row in rows:
        ours = burden(row, our_burden(peaks, as_announced=False))
        if ours is not None and row.hardware_burden_flop is not None:
            found.append(Comparison(row.benchmark, row.model, "chips", ours, row.hardware_burden_flop))
    return found


def _line(benchmark: str, words: str, found: list[Comparison]) -> str:
    near, wide = (sum(c.within(t) for c in found) for t in (0.02, 0.10))
    share = f"{share_within(found):6.1%}" if found else "     –"
    return f"{benchmark:36} {words:28} {len(found):4} {near:6} {wide:6}  {share}"


def main() -> None:
    """Print the tables."""
    rows, peaks = study_rows(), study_peaks()
    found = compare(rows, peaks)
    print(f"{'benchmark':36} {'quantity':28} rows  <=2 % <=10 %  share")
    for benchmark in [*sorted({r.benchmark for r in rows}), ""]:
        for quantity, words in _WORDS.items():
            here = [c for c in found if c.quantity == quantity and benchmark in (c.benchmark, "")]
            print(_line(benchmark or "all", words, here))
    print(_line("all", "…, hardware.csv alone", chip_comparisons(rows, peaks)))
    points = compare_points(read_points(POINTS), load_study_2020_runs(), peaks)
    print(_line("points of 2020, as far as traced", "hardware burden, our peaks", points))
    print("\nbeyond 2 %:")
    causes = {(e.benchmark, e.model, e.quantity): e.cause for e in load_study_exceptions()}
    for c in [*found, *points]:
        if not c.within():
            words = causes.get(c.key, "NOT EXPLAINED")
            print(
                f"  {c.benchmark}: {c.model}, {c.quantity}: {c.ours:.3g} / {c.theirs:.3g} = {c.ratio:.3f}\n    {words}"
            )


if __name__ == "__main__":
    main()
