"""The hardware table and the burden formula against the study's own rows (skipped where they are absent)."""

import csv
from pathlib import Path

import pytest

from tasks.compute import hardware_burden
from tasks.extract.chips import hardware_mentions
from tasks.hardware import by_slug, load_hardware

STUDY = Path(__file__).parents[3] / "shared" / "sources" / "computational_limits"
HARDWARE = tuple(load_hardware())
TABLE = by_slug(list(HARDWARE))
CHIPS_PER_UNIT = {"gpu": 1, "tpu": 4}  # the study counts Cloud TPU devices of four chips

pytestmark = pytest.mark.skipif(not STUDY.exists(), reason="the study's data are not on this machine")


def ratios() -> list[tuple[str, float, float]]:
    """For each row with one kind of chip: name, burden by its typed peak, and by our table, over the study's burden."""
    found = []
    for path in sorted(STUDY.glob("*.csv")):
        header, *rows = csv.reader(path.open(encoding="utf-8"))
        for values in rows:
            row = dict(zip(header, values, strict=True))
            for kind, unit in CHIPS_PER_UNIT.items():
                cells = [row.get(f"training_{kind}_{c}", "") for c in ("model", "amount", "ptp_gflops")]
                try:
                    units, peak = float(cells[1]), float(cells[2]) * 1e9
                    hours, theirs = float(row["training_time_total_sec"]) / 3600, float(row["hardware_burden"])
                except ValueError:
                    continue
                slugs = [m[0] for m in hardware_mentions(cells[0], HARDWARE)]
                if len(slugs) == 1:
                    ours = hardware_burden(TABLE[slugs[0]], units * unit, hours)
                    found.append((row["name"], units * peak * hours * 3600 / theirs, ours / theirs))
    return found


def test_chips_times_peak_times_time_is_the_studys_burden() -> None:
    """Rows with pre-training or several chips have more in their burden than the training columns say."""
    alone = [typed for _, typed, _ in ratios()]
    assert len(alone) >= 40
    assert sum(abs(t - 1) < 0.05 for t in alone) >= 0.9 * len(alone)


def test_our_peaks_give_the_studys_burden_within_a_quarter() -> None:
    """V100 is SXM2 here and PCIe there (11 %), TPU v3 123 here and 105 TFLOP/s a chip there (17 %)."""
    rows = ratios()
    close = [name for name, _, ours in rows if 0.8 <= ours <= 1.25]
    assert len(close) >= 0.75 * len(rows)
