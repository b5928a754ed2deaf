"""Epoch AI's chips and prices as rows, names of chips, and where its figures and ours part."""

from dataclasses import replace

import pytest

from schemas.rows import from_record
from schemas.rows.sources import SourceChip
from tasks.load.validate import validate_candidates
from tasks.reference.hardware import by_slug, load_hardware
from tasks.sources import SourceUnavailable
from tasks.sources.addresses import Addresses
from tasks.sources.epoch_hardware import (
    CHIP_COLUMNS,
    chip_named,
    chip_offered,
    chip_prices,
    chips,
    differences,
    discover,
    unexplained,
)
from tests.unit.rows import flat, said
from tests.unit.web_at_hand import WebAtHand, source

ADDRESSES = Addresses()
HARDWARE = by_slug(load_hardware())
CHIP_HEADER = ",".join(headers[0] for headers in CHIP_COLUMNS.values())
PRICE_HEADER = (
    "Price source,Price date,Hardware model,Vendor,Location,Price per chip-hour (on-demand),"
    "Price per chip-hour (1-year CUD),Price per chip-hour (3-year CUD),Price (hardware purchase),Notes,"
    "Cloud GPU description,Number of GPUs"
)


def chip(name: str = "NVIDIA V100", **cells: str) -> str:
    return ",".join({"name": name, **cells}.get(column, "") for column in CHIP_COLUMNS)


def read_chips(*lines: str) -> list[dict]:
    return flat(chips("\n".join([CHIP_HEADER, *lines]).encode()).rows)


def rows_of(lines: list[dict]) -> list[SourceChip]:
    return [from_record(SourceChip, line) for line in lines]


def read_prices(*lines: str) -> list[dict]:
    return flat(chip_prices("\n".join([PRICE_HEADER, *lines]).encode()).rows)


def test_a_tensor_rate_stands_before_that_of_the_ordinary_units():
    both, one = read_chips(
        chip(tensor_flop_per_s="1.25e14", fp16_flop_per_s="3.1e13"), chip("X", fp16_flop_per_s="3e13")
    )
    assert (both["fp16_flop_per_s"], one["fp16_flop_per_s"]) == (1.25e14, 3e13)
    assert (both["hardware"], one["hardware"]) == ("nvidia-v100", None)
    assert "tensor_flop_per_s" not in both


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"tdp_w": "-300"}, "TDP (W): -300 is not above zero"),
        ({"fp32_flop_per_s": "fast"}, "no number"),
        ({"name": ""}, "names no chip"),
    ],
)
def test_doubtful_chips_are_quarantined(cells, words):
    cells = {"name": "Y", "kind": "GPU", **cells}
    content = "\n".join([CHIP_HEADER, chip(), chip(**cells)]).encode()
    good, refused = validate_candidates(chips(content).rows, "raw_chips")
    assert len(good) == 1 and words in refused["reason"][0]


def test_one_name_on_two_rows_is_doubted():
    assert all("2 rows have the name" in r["doubt"] for r in read_chips(chip(tdp_w="250"), chip(tdp_w="300")))


def test_prices_keep_their_words_and_tell_shapes_of_one_offer_apart():
    line = "https://a.example,2022-08-05,NVIDIA Tesla T4,Cloud A,US,1.20,,0.5,,g4dn,T4 (16 GB),1"
    first, second, other = read_prices(line, line, line.replace("Cloud A", "Cloud B"))
    assert first["note"] == "T4 (16 GB); US; g4dn"
    assert (first["hardware"], first["vendor"], first["chips"]) == ("nvidia-t4", "Cloud A", 1)
    assert (first["usd_per_chip_hour"], first["usd_per_chip_hour_1_year"]) == (1.2, None)
    assert len({r["price_row_id"] for r in (first, second, other)}) == 3
    assert first["price_row_id"] == read_prices(line.replace("1.20", "1.30"))[0]["price_row_id"]  # changed, not new


def test_a_price_without_a_date_or_below_zero_is_doubted():
    undated, negative, dollars = read_prices(
        ",,NVIDIA V100,A,,1,,,,,,",
        ",2020-01-01,NVIDIA V100,A,,-1,,,,,,",
        ',2020-01-01,NVIDIA V100,A,,,,,"$8,499.00",,,',
    )
    assert "has no date" in undated["doubt"] and "not above zero" in negative["doubt"]
    assert dollars["purchase_usd"] == 8499 and "doubt" not in dollars


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("NVIDIA Tesla V100 DGXS 32 GB", "nvidia-v100"),
        ("NVIDIA B200 GPUs", "nvidia-b200"),
        ("Nvidia H100 80G", "nvidia-h100"),
        ("NVIDIA H100 NVL", "nvidia-h100-nvl"),
        ("NVIDIA GeForce RTX 2080 Ti", "nvidia-rtx-2080-ti"),
        ("Google TPU v6e", "tpu-v6e"),
        ("GPU", None),
        ("NVIDIA V100 Ultra", None),
        ("", None),
    ],
)
def test_a_name_means_one_chip_or_none(name, slug):
    assert chip_named(name) == slug


def test_an_offer_counts_among_the_rents_of_the_chip_that_it_means():
    assert chip_offered("NVIDIA Tesla P4", "P100 (16 GB)") == "nvidia-p100"
    assert chip_offered("NVIDIA Tesla P4", "P4 (8 GB)") == "nvidia-p4"
    assert chip_offered("NVIDIA H100 PCIe", "") == "nvidia-h100"


# --- where figures part


def difference(**cells: str):
    ours = replace(HARDWARE["nvidia-v100"], epoch_names=("NVIDIA V100",))
    return differences(rows_of(read_chips(chip(**cells))), [ours])


def test_figures_within_five_percent_agree():
    watts = HARDWARE["nvidia-v100"].tdp_w
    assert difference(tdp_w=str(watts * 1.04)) == []
    (found,) = difference(tdp_w=str(watts * 1.1))
    assert (found.slug, found.column, found.theirs) == ("nvidia-v100", "tdp_w", pytest.approx(watts * 1.1))
    assert "tdp_w is 300 in hardware.csv and 330 at Epoch's 'NVIDIA V100'" in str(found)


def test_another_year_of_release_is_a_difference_and_another_day_is_none():
    assert difference(release_date=HARDWARE["nvidia-v100"].release_date[:4] + "-12-31") == []
    assert [d.column for d in difference(release_date="2031-01-01")] == ["release_date"]


def test_an_explanation_holds_for_the_figure_that_it_explains():
    columns = {"name": "NVIDIA Tesla K80", "tdp_w": "300"}
    told = differences(rows_of(read_chips(chip(**columns))), [HARDWARE["nvidia-k80"]])
    assert [d.column for d in told] == ["tdp_w"] and unexplained(told) == []
    changed = differences(rows_of(read_chips(chip(**(columns | {"tdp_w": "350"})))), [HARDWARE["nvidia-k80"]])
    assert unexplained(changed) == changed != []


# --- files


def test_a_new_difference_is_a_note_and_a_missing_file_is_deferred(tmp_path):
    content = "\n".join([CHIP_HEADER, chip("NVIDIA Tesla K80", tdp_w="999")]).encode()
    found = discover(WebAtHand(tmp_path, {ADDRESSES.epoch_hardware: content}), ADDRESSES)
    assert list(found.rows) == ["raw_chips"]  # prices told before stand
    assert len(found.deferred) == 1 and said(found.deferred)[0].startswith("Hardware prices.csv: ")
    assert any(note.startswith("nvidia-k80: tdp_w is 150 in hardware.csv and 999") for note in found.notes)


def test_without_either_file_the_source_is_unavailable(tmp_path):
    with pytest.raises(SourceUnavailable, match="offline"):
        discover(WebAtHand(tmp_path, {}), ADDRESSES)


def test_the_real_files_are_read_whole_and_agree_with_ours_or_say_why(tmp_path):
    given = {
        ADDRESSES.epoch_hardware: source("epoch_ml_hardware_2026-07.csv"),
        ADDRESSES.epoch_prices: source("epoch_hardware_prices_2025-08.csv"),
    }
    found = discover(WebAtHand(tmp_path, given), ADDRESSES)
    assert (found.notes, found.deferred) == ([], [])
    for table, count, refusals in (("raw_chips", 176, 0), ("raw_chip_prices", 590, 1)):
        good, refused = validate_candidates(found.rows[table], table)
        assert (len(good), len(refused)) == (count, refusals)
    assert sum(r.row.hardware is not None for r in found.rows["raw_chips"]) == 167
