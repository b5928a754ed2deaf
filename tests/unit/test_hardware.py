"""The hardware table: complete, unambiguous, sourced and of sane magnitudes."""

import re
from collections.abc import Iterator

import pytest

from tasks.extract.training.chips import find_chips
from tasks.reference.chip_patterns import hardware_mentions
from tasks.reference.hardware import GENERIC, Hardware, burden_peak, by_slug, half_precision_peak, load_hardware

HARDWARE = load_hardware()
WAFERS = ("cerebras-cs-1", "cerebras-cs-2", "cerebras-cs-3")
NO_PEAK = {  # chips that papers name and that have no floating-point peak in print, each with the reason in its note
    *GENERIC,
    *WAFERS,
    "tpu-v1",
    "intel-gaudi",
    "cambricon-mlu270",
    "cambricon-mlu290",
    "alibaba-hanguang-800",
}


def rates(h: Hardware) -> list[float]:
    peaks = (h.fp32_flop_per_s, h.tf32_flop_per_s, h.fp16_flop_per_s, h.bf16_flop_per_s, h.fp8_flop_per_s)
    return [rate for rate in peaks if rate is not None]


def test_the_table_is_complete() -> None:
    """At least 80 accelerators with a peak were asked for; what is left without one is listed with its reason."""
    accelerators = [h for h in HARDWARE if h.kind != "cpu"]
    assert sum(burden_peak(h) is not None for h in accelerators) >= 200
    assert {h.slug for h in HARDWARE if not rates(h)} == NO_PEAK
    assert all(h.note for h in HARDWARE if h.slug in NO_PEAK)


def test_slugs_are_unique_and_plain() -> None:
    slugs = [h.slug for h in HARDWARE]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9-]+", s) for s in slugs)


def test_no_alias_names_two_chips() -> None:
    """As aliases are matched: whatever the case, blanks and hyphens."""
    seen: dict[str, str] = {}
    for h in HARDWARE:
        for alias in h.aliases:
            bare = re.sub(r"[\s\-()]+", "", alias).lower()
            assert seen.setdefault(bare, h.slug) == h.slug, alias


def test_every_alias_leads_to_its_chip() -> None:
    table = tuple(HARDWARE)
    for h in HARDWARE:
        for alias in h.aliases:
            if not re.match(r"[a-z][\d-]", alias):  # "i7-4790" by itself is not matched: chips.py
                assert [m[0] for m in hardware_mentions(f"We trained on {alias} today.", table)] == [h.slug], alias


def test_no_alias_is_an_everyday_word() -> None:
    """An alias has a figure in it, or is one of these names that mean nothing else in a paper."""
    proper = r"Titan|Jetson|AGX|Trainium|Blackwell Ultra|DGX Spark|Grace Hopper|Graphcore|Groq|Habana|Hygon|Ironwood"
    proper += r"|Ponte Vecchio|Radeon|Vega|Trillium"
    for h in HARDWARE:
        if h.slug not in GENERIC:
            assert [a for a in h.aliases if not re.search(rf"\d|{proper}", a)] == []


def implausible(h: Hardware) -> Iterator[str]:
    """What of a row has no source or is of no plausible magnitude."""
    if len(h.source) <= 10:
        yield f"source {h.source!r}"
    if not 1 <= h.chips_per_board <= 4:
        yield f"{h.chips_per_board} chips on a board"
    yield from (f"a peak of {rate:g} FLOP/s" for rate in rates(h) if not 1e11 < rate < 1e16)
    if h.tdp_w is not None and not 5 <= h.tdp_w <= 1500:
        yield f"{h.tdp_w:g} W"
    highest_price = 3e6 if h.slug in WAFERS else 50_000
    if h.release_price_usd is not None and not 50 <= h.release_price_usd <= highest_price:
        yield f"${h.release_price_usd:g}"
    if not re.fullmatch(r"(20(0[6-9]|[12]\d)(-\d\d){0,2})?", h.release_date):
        yield f"released {h.release_date!r}"


def test_rows_are_sourced_and_of_plausible_magnitude() -> None:
    assert [(h.slug, fault) for h in HARDWARE for fault in implausible(h)] == []


def out_of_proportion(h: Hardware) -> Iterator[str]:
    """Peaks below that of a wider format, or too far above: a ratio misread, a sparse figure, a board beside a chip."""
    single, half = h.fp32_flop_per_s or 0, half_precision_peak(h)
    for peak in (h.tf32_flop_per_s, h.fp16_flop_per_s, h.bf16_flop_per_s, h.fp8_flop_per_s):
        if peak is not None and peak < 0.99 * single:
            yield f"{peak:g} FLOP/s, slower than FP32"
    if half and h.fp8_flop_per_s and not 1 <= h.fp8_flop_per_s / half <= 4.1:
        yield f"FP8 {h.fp8_flop_per_s / half:.2f} times the half precision"
    if half and h.tf32_flop_per_s and h.maker == "NVIDIA" and h.tf32_flop_per_s != pytest.approx(half / 2, rel=0.03):
        yield f"TF32 {h.tf32_flop_per_s / half:.2f} times the half precision"
    if half and single and h.kind == "gpu" and half / single >= 40:
        yield f"half precision {half / single:.0f} times FP32"


def test_narrower_numbers_are_never_slower() -> None:
    assert [(h.slug, fault) for h in HARDWARE for fault in out_of_proportion(h)] == []


def test_generic_names_have_no_peak() -> None:
    table = by_slug(HARDWARE)
    for slug in GENERIC:
        assert burden_peak(table[slug]) is None
        assert half_precision_peak(table[slug]) is None


@pytest.mark.parametrize(
    ("slug", "peak"),
    [
        ("nvidia-gtx-580", 1.581e12),
        ("nvidia-gtx-590", 1.2442e12),  # a chip, not the board
        ("nvidia-p100", 9.526e12),
        ("nvidia-k80", 4.113e12),  # a chip, not the board
        ("tpu-v2", 4.6e13),  # a chip of two cores: bf16
        ("tpu-v3", 1.23e14),
        ("intel-xeon-platinum-8168", 4.147e12),  # two AVX-512 units
    ],
)
def test_burden_peaks(slug: str, peak: float) -> None:
    assert burden_peak(by_slug(HARDWARE)[slug]) == pytest.approx(peak, rel=1e-3)


@pytest.mark.parametrize(
    ("slug", "column", "rate"),
    [
        ("nvidia-rtx-2080-ti", "fp16_flop_per_s", 5.38e13),  # FP32 accumulate: half of the printed 107.6
        ("nvidia-a100", "tf32_flop_per_s", 1.56e14),  # printed 312 with sparsity
        ("nvidia-h100", "bf16_flop_per_s", 9.894e14),  # printed 1979 with sparsity
        ("nvidia-h100-pcie", "bf16_flop_per_s", 7.56e14),
        ("nvidia-rtx-5090", "bf16_flop_per_s", 2.095e14),  # printed 838 with sparsity and FP16 accumulate
        ("nvidia-l40s", "fp8_flop_per_s", 7.33e14),
    ],
)
def test_dense_rates_with_fp32_accumulate(slug: str, column: str, rate: float) -> None:
    assert getattr(by_slug(HARDWARE)[slug], column) == pytest.approx(rate, rel=5e-3)


@pytest.mark.parametrize(
    ("sentence", "named", "chips"),
    [
        ("Trained on 4 V100 GPUs and an Intel Xeon E5-2680 v4.", {"nvidia-v100"}, {4}),
        ("Trained on 8 GPUs beside an AMD EPYC 7763.", {"gpu"}, {8}),
        ("Training ran on an Intel Xeon E5-2680 v4.", {"intel-xeon-e5-2680-v4"}, set()),
        ("We train on 2 RTX 2080 Super cards.", {"nvidia-rtx-2080-super"}, {2}),
        ("We train on 8 H100 PCIe GPUs.", {"nvidia-h100-pcie"}, {8}),
        ("We train on 32 V100 SXM2 GPUs.", {"nvidia-v100"}, {32}),
    ],
)
def test_chips_are_told_apart_in_sentences(sentence: str, named: set[str], chips: set[int]) -> None:
    found = find_chips(sentence, tuple(HARDWARE), "training")
    assert {f.value for f in found if f.field == "hardware"} == named
    assert {f.value for f in found if f.field == "chips"} == chips
