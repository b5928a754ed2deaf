"""A CSV whose columns drift is read by name: what is unknown is reported, and only what is needed stops it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.sources import SourceBroken
from tasks.sources.tabular import ChangedFeed, amounts_in, number_in, read_table
from tests.unit.rows import said

WANTED = {"model": ("Model",), "flop": ("Training compute (FLOP)", "Compute"), "notes": ("Notes",)}


def read(text: str | bytes, required=("model",), **more):
    content = text if isinstance(text, bytes) else text.encode()
    return read_table(content, WANTED, required, what="models.csv", **more)


def test_columns_are_found_by_name_wherever_they_stand_and_blank_cells_are_none():
    table = read("Notes, training  COMPUTE (flop) ,Model\n n ,1e18,A\n,,B\n")
    assert table.rows == [
        {"model": "A", "flop": "1e18", "notes": "n"},
        {"model": "B", "flop": None, "notes": None},
    ]
    assert table.notes == []


def test_a_byte_order_mark_and_quoted_line_breaks_are_normal():
    table = read(b'\xef\xbb\xbfModel,Compute,Notes\r\n"A, B",1,"first\nsecond ""two"""\r\n')
    assert table.rows == [{"model": "A, B", "flop": "1", "notes": 'first\nsecond "two"'}]


def test_of_two_known_headers_the_best_is_taken():
    assert read("Compute,Training compute (FLOP),Model,Notes\n1,2,A,\n").rows[0]["flop"] == "2"


def test_unknown_columns_are_named_once_and_those_known_as_unused_are_not():
    table = read("Model,Compute,Notes,Abstract,Frontier?\nA,1,,x,y\n", unused=("abstract",))
    assert table.notes == ["models.csv: unknown columns: Frontier?"]


def test_a_missing_column_is_reported_with_the_one_it_may_be_called_now():
    table = read("Model,Training compute [FLOP],Notes\nA,1,\n")
    assert table.rows == [{"model": "A", "flop": None, "notes": None}]
    assert (
        "missing: no column 'Training compute (FLOP)' (flop), perhaps renamed 'Training compute [FLOP]'?"
        in (table.notes[1])
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Models,Compute,Notes\nA,1,\n", "no column 'Model' (model), perhaps renamed 'Models'?"),
        ("Xyz,Compute,Notes\nA,1,\n", "no column 'Model' (model);"),
        ("Model,Compute,Model\nA,1,B\n", "stands there twice"),
        ("Model,Compute,Notes\n", "no usable row with model"),
        ("Model,Compute,Notes\n,1,x\n", "no usable row with model"),
        ("Model,Compute,Notes\nA,1\n", "no usable row"),
        ("", "models.csv is empty"),
        (b"\xef\xbb\xbf \n\n", "is empty"),
        ("\n <!DOCTYPE html><html>", "no CSV; its address may have moved"),
        ('Model,Compute,Notes\nA,1,x\nB,2,"cut o', "ends within a quoted cell that opens in line 3"),
        ('{"error": "not found"}', "no column 'Model'"),
        ("Model,Compute,Notes\nA,1," + 200_000 * "x", "cannot be read as CSV near line 2"),
    ],
)
def test_what_cannot_be_read_says_why(text, words):
    with pytest.raises(ChangedFeed) as error:
        read(text)
    assert words in str(error.value) and "models.csv" in str(error.value)
    assert isinstance(error.value, SourceBroken)


def test_rows_of_other_widths_stay_out_with_their_lines_and_surplus_blanks_are_cut():
    table = read('Model,Compute,Notes\nA,1,"x\ny"\nB,2\n\nC,3,z,\nD,4,z,surplus\n,,\n')
    assert [r["model"] for r in table.rows] == ["A", "C"]
    assert table.notes == ["models.csv: 2 rows have not the header's 3 fields and stay out: lines 4, 7"]


def test_of_many_lines_ten_are_named():
    table = read("Model,Compute,Notes\nA,1,\n" + 13 * "B\n")
    assert table.notes[0].endswith("lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 3 more")


def test_bytes_that_are_no_utf8_are_replaced_counted_and_placed():
    table = read(b"Model,Compute,Notes\nCaf\xe9,1,\nB,2,\xff\xfe\nC,3,\xc3\xa9\n")
    assert [r["model"] for r in table.rows] == ["Caf\ufffd", "B", "C"]
    assert table.rows[2]["notes"] == "é"
    assert table.notes == ["models.csv: 3 bytes are no UTF-8 and were replaced: lines 2, 3"]


cells = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters='\n",'), max_size=12)


@given(st.lists(st.tuples(cells.filter(str.strip), cells, cells), min_size=1, max_size=6), st.permutations(range(4)))
def test_whatever_a_csv_writer_writes_is_read_back_in_any_order_of_columns(rows, order):
    stream = io.StringIO()
    writer = csv.writer(stream)
    for row in [("Model", "Compute", "Notes", "New"), *((*r, "?") for r in rows)]:
        writer.writerow([row[i] for i in order])
    expected = [dict(zip(WANTED, (c.strip() or None for c in r), strict=True)) for r in rows]
    assert read("\ufeff" + stream.getvalue()).rows == expected


@given(st.binary(max_size=200))
def test_no_bytes_whatever_break_the_reader(content):
    try:
        table = read(content + b"\nModel,Compute\n")
    except ChangedFeed as error:
        assert "models.csv" in str(error)
    else:
        assert all(set(r) == set(WANTED) for r in table.rows)


@pytest.mark.parametrize(
    ("cell", "number"),
    [(None, None), (" ", None), ("1e18", 1e18), ("$1,234.50", 1234.5), ("-3", -3), (".5", 0.5), ("7680.0", 7680)],
)
def test_numbers_in_cells(cell, number):
    assert number_in(cell) == number


@pytest.mark.parametrize(
    "cell", ["n/a", "1,2", "1 000", "12%", "1e999", "nan", "inf", "1_000", "2260275840,2290000001"]
)
def test_a_cell_that_is_no_number_is_no_number(cell):
    with pytest.raises(ValueError, match="number"):
        number_in(cell)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_back(value):
    assert number_in(repr(value)) == value


def test_amounts_are_above_zero_or_doubted():
    cells = {"hours": "7", "chips": "-8", "watts": "n/a", "price": None, "days": "0", "tax": "0"}
    amounts, doubts = amounts_in(cells, {name: name.title() for name in cells}, may_be_zero=("tax",))
    assert amounts == {"hours": 7, "chips": -8, "watts": None, "price": None, "days": 0, "tax": 0}
    assert said(doubts) == ["Chips: -8 is not above zero", "Watts: 'n/a' is no number", "Days: 0 is not above zero"]


def test_a_field_is_too_long_whatever_other_packages_set():
    before = csv.field_size_limit(10**9)  # as frictionless does where it is imported
    try:
        with pytest.raises(ChangedFeed, match="cannot be read as CSV near line 2"):
            read("Model,Compute,Notes\nA,1," + 200_000 * "x")
    finally:
        csv.field_size_limit(before)
