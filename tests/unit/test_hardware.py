"""The hardware table: complete, unambiguous, sourced; and each disagreement with Epoch's table explained."""

import csv
from pathlib import Path

import pytest

from tasks.hardware import GENERIC, Hardware, burden_peak, by_slug, half_precision_peak, load_hardware

HARDWARE = load_hardware()
EPOCH_CSV = Path(__file__).parents[3] / "shared" / "sources" / "epoch_ml_hardware_2026-07.csv"


def test_sixty_chips_have_a_peak() -> None:
    assert sum(burden_peak(h) is not None for h in HARDWARE) >= 80


def test_slugs_are_unique_and_plain() -> None:
    slugs = [h.slug for h in HARDWARE]
    assert len(set(slugs)) == len(slugs)
    assert all(s == s.lower() and " " not in s for s in slugs)


def test_no_alias_names_two_chips() -> None:
    seen: dict[str, str] = {}
    for h in HARDWARE:
        for alias in h.aliases:
            assert seen.setdefault(alias.lower(), h.slug) == h.slug, alias


@pytest.mark.parametrize("h", HARDWARE, ids=lambda h: h.slug)
def test_rows_are_sourced_and_of_plausible_magnitude(h: Hardware) -> None:
    assert h.source
    assert h.chips_per_board >= 1
    rates = [h.fp32_flop_per_s, h.fp16_flop_per_s, h.bf16_flop_per_s, h.fp8_flop_per_s]
    assert all(1e11 < rate < 1e16 for rate in rates if rate is not None)
    assert h.tdp_w is None or 5 <= h.tdp_w <= 2000


def test_generic_names_have_no_peak() -> None:
    table = by_slug(HARDWARE)
    for slug in GENERIC:
        assert burden_peak(table[slug]) is None
        assert half_precision_peak(table[slug]) is None


@pytest.mark.parametrize(
    ("slug", "peak"),
    [
        ("nvidia-gtx-580", 1.581e12),
        ("nvidia-p100", 9.526e12),
        ("nvidia-k80", 4.113e12),  # a chip, not the board
        ("tpu-v2", 4.6e13),  # a chip of two cores: bf16
        ("tpu-v3", 1.23e14),
    ],
)
def test_burden_peaks(slug: str, peak: float) -> None:
    assert burden_peak(by_slug(HARDWARE)[slug]) == pytest.approx(peak, rel=1e-3)


COLUMNS = {
    "fp32_flop_per_s": ("FP32 (single precision) performance (FLOP/s)",),
    "fp16_flop_per_s": ("Tensor-FP16/BF16 performance (FLOP/s)", "FP16 (half precision) performance (FLOP/s)"),
    "bf16_flop_per_s": ("Tensor-FP16/BF16 performance (FLOP/s)",),
    "fp8_flop_per_s": ("FP8 performance (FLOP/s)",),
}

EXPLAINED = {
    ("nvidia-k80", "fp32_flop_per_s"): "per chip; Epoch has the board of two",
    ("nvidia-m60", "fp32_flop_per_s"): "per chip; Epoch has the board of two",
    ("nvidia-rtx-3090", "fp16_flop_per_s"): "tensor cores; Epoch has the shader rate",
    ("nvidia-rtx-4080", "fp16_flop_per_s"): "tensor cores; Epoch has the shader rate",
    ("nvidia-rtx-4090", "fp16_flop_per_s"): "FP32 accumulate; Epoch has FP16 accumulate",
    ("nvidia-rtx-4090", "bf16_flop_per_s"): "FP32 accumulate; Epoch has FP16 accumulate",
    ("nvidia-quadro-rtx-6000", "fp16_flop_per_s"): "tensor cores; Epoch has the shader rate",
    ("nvidia-quadro-rtx-8000", "fp16_flop_per_s"): "tensor cores; Epoch has the shader rate",
}


@pytest.mark.skipif(not EPOCH_CSV.exists(), reason="Epoch's hardware file is not on this machine")
def test_every_disagreement_with_epoch_is_explained() -> None:
    epoch = {row["Hardware name"]: row for row in csv.DictReader(EPOCH_CSV.open(encoding="utf-8"))}
    apart = {}
    for h in HARDWARE:
        name = h.source.partition("row '")[2].rstrip("')")
        if name not in epoch:
            continue
        for column, theirs in COLUMNS.items():
            ours = getattr(h, column)
            printed = next((epoch[name][c] for c in theirs if epoch[name][c]), "")
            if ours and printed and abs(ours / float(printed) - 1) > 0.05:
                apart[h.slug, column] = (ours, float(printed))
    assert apart.keys() == EXPLAINED.keys(), apart
