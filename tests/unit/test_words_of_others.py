"""Whatever stands in a paper or in a source's file, its readers answer: with figures that can be, or with none."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.extract.training.chips import find_chips
from tasks.extract.training.units import measured_numbers
from tasks.reference.hardware import load_hardware
from tasks.sources.arxiv import oai
from tasks.sources.tabular import number_in

HARDWARE = load_hardware()
WORDS = """
    8 16 1,024 2.5 10^{23} ½ ∞ -3 1e400 two hundred million 12:30 v3-128 4x4 3.0/19.6 GPUs GPU TPU v3 TPUs A100 A100s
    V100 H100 P100 K80 nodes with each days hours GPU-hours GPU-days per chip FLOPs GFLOPs peta tokens billion B M
    parameters epochs images x × - – to of and the ( ) , . / % in for
"""
sentences = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join))


@given(sentences)
@example("trained for 1E400 days")
@example("from 2 to 1e400 days")
def test_units_are_read_in_any_text(text):
    for found in measured_numbers(text):
        number = found.number
        assert all(math.isfinite(end) for end in (number.value, number.lower or 0, number.upper or 0))
        assert 0 <= found.end <= len(text)


@given(sentences, st.sampled_from(["", "pretraining"]))
def test_chips_are_read_in_any_text(text, phase):
    for found in find_chips(text, HARDWARE, phase):
        assert 0 <= found.start <= found.end <= len(text)
        assert isinstance(found.value, str) or found.value > 0


@given(st.one_of(st.text(max_size=40), st.datetimes().map(lambda d: f"{d:%a, %d %b %Y %H:%M:%S} GMT")))
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("Fri, 31 Dec 9999 23:59:59 -1200")
@example("Mon, 07 Oct 2024 10:45:05 +99999999999")
def test_a_day_of_a_source_is_one_or_none(text):
    told = oai._time(text)
    assert told is None or datetime.strptime(told, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


@given(st.one_of(st.text(max_size=20), st.floats().map(str), st.integers().map(str)))
@pytest.mark.filterwarnings("error")
def test_a_cell_of_a_source_is_a_number_or_blank_or_refused(cell):
    try:
        number = number_in(cell)
    except ValueError:
        return
    assert (number is None) == (not cell.strip())
    assert number is None or math.isfinite(number)
