"""Our hardware table against Epoch AI's: every figure that differs by more than 5 % has its cause written down."""

from dataclasses import replace

import pytest

from tasks.reference.hardware import by_slug, load_hardware
from tasks.reference.hardware_disagreements import load_hardware_disagreements
from tools.compare_hardware import (
    EPOCH_CSV,
    HALF,
    TENSOR,
    THEIR_COLUMNS,
    ChipPair,
    disagreements,
    read_epoch,
)

HARDWARE = load_hardware()
EXPLAINED = load_hardware_disagreements()

with_epoch = pytest.mark.skipif(not EPOCH_CSV.exists(), reason="Epoch's hardware file is not on this machine")


def test_explanations_name_rows_of_ours_and_causes_in_words() -> None:
    table = by_slug(HARDWARE)
    keys = [(row.slug, row.column, row.epoch_name) for row in EXPLAINED]
    for slug, column, epoch_name in keys:
        assert column in {*THEIR_COLUMNS, "release_date"}
        assert epoch_name in table[slug].epoch_names
    assert all(len(row.cause.split()) >= 5 for row in EXPLAINED)


@with_epoch
def test_every_disagreement_is_explained_and_every_explanation_is_needed() -> None:
    """The figures are compared too, so that an explanation falls due again when one of them changes."""
    found = {(d.slug, d.column, d.epoch_name): d for d in disagreements(HARDWARE, read_epoch())}
    told = {
        (r.slug, r.column, r.epoch_name): ChipPair(r.slug, r.column, r.epoch_name, r.ours, r.theirs) for r in EXPLAINED
    }
    assert found.keys() - told.keys() == set(), "no cause is written down"
    assert told.keys() - found.keys() == set(), "explained, but the figures agree"
    for key, d in found.items():
        assert told[key].ours == pytest.approx(d.ours, rel=1e-4), key
        assert told[key].theirs == pytest.approx(d.theirs, rel=1e-4), key


@with_epoch
def test_every_row_of_epoch_s_with_a_peak_is_joined() -> None:
    """Without a rate at FP32 or 16 bits are integer chips and announcements: no rows of ours are asked for those."""
    joined = {name for h in HARDWARE for name in h.epoch_names}
    wide = (*THEIR_COLUMNS["fp32_flop_per_s"], TENSOR, HALF)
    measured = {name for name, row in read_epoch().items() if any(row[c] for c in wide)}
    assert measured - joined == set(), "a peak of Epoch's has no row of ours"


@with_epoch
def test_no_half_precision_peak_is_taken_where_it_is_an_emulated_rate() -> None:
    """Pascal does FP16 at 1/64 of FP32: nine of Epoch's rows say so, and no network was trained at that rate."""
    epoch = read_epoch()
    slow = {
        name
        for name, row in epoch.items()
        if row[HALF] and row["FP32 (single precision) performance (FLOP/s)"] and not row[TENSOR]
        if float(row[HALF]) < 0.1 * float(row["FP32 (single precision) performance (FLOP/s)"])
    }
    assert len(slow) >= 9
    for h in HARDWARE:
        if slow & set(h.epoch_names):
            assert h.fp16_flop_per_s is None, h.slug
            assert "1/64" in h.note


def test_a_difference_beyond_the_tolerance_is_found_and_one_within_is_not() -> None:
    chip = replace(by_slug(HARDWARE)["nvidia-a100"], epoch_names=("x",))
    empty = {header: "" for headers in THEIR_COLUMNS.values() for header in headers}
    assert disagreements([chip], {"x": empty | {"Release date": "2020-01-01", "TDP (W)": "385"}}) == []
    apart = empty | {"Release date": "2021-01-01", "TDP (W)": "380", TENSOR: "2.5e14"}
    found = {(d.column, d.theirs) for d in disagreements([chip], {"x": apart})}
    assert found == {("tdp_w", 380), ("fp16_flop_per_s", 2.5e14), ("bf16_flop_per_s", 2.5e14), ("release_date", 2021)}
