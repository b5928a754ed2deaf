"""The one reader of the reference tables: it reads every file that ships, and says where one is wrong."""

import pytest

from tasks.reference import table
from tasks.reference.catalogue import reference_tables
from tasks.reference.corrections import CORRECTIONS
from tasks.reference.datasets import DATASETS, load_datasets
from tasks.reference.hardware import HARDWARE, load_hardware
from tasks.reference.table import MalformedTable, columns_of, record


def test_every_file_has_its_table_and_is_read():
    known = reference_tables()
    assert known.keys() == {p.name for p in table.FOLDER.glob("*.csv")}
    for reference in known.values():
        assert reference.rows() or reference is CORRECTIONS, reference.file  # there may be nothing to correct
        assert all(d.column.description for d in columns_of(reference.row)), reference.file


def test_a_row_goes_back_to_what_stands_in_the_file():
    chip = next(h for h in load_hardware() if h.slug == "nvidia-k80")
    flat = record(chip)
    assert (flat["aliases"], flat["chips_per_board"], flat["epoch_name"]) == ("K80|Tesla K80", 2, "NVIDIA Tesla K80")
    assert flat["tf32_flop_per_s"] is None


HEADER = "slug,names,modality,whole_images,for_pretraining,series,train_examples,train_tokens,source"
GOOD = "mine,Mine|MyNE,image,true,false,,100,,me"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([HEADER.replace(",modality", ""), "mine,Mine,true,false,,100,,me"], "line 1: column modality is missing"),
        ([f"{HEADER},colour", f"{GOOD},red"], "line 1: column colour is unknown"),
        ([f"{HEADER},source", f"{GOOD},me"], "line 1: column source stands there twice"),
        ([HEADER, GOOD, GOOD], "line 3: slug 'mine' stands on line 2 already"),
        ([HEADER, GOOD.replace("100", "many")], "line 2, column train_examples: 'many' is no whole number"),
        ([HEADER, GOOD.replace("100", "0")], "line 2, column train_examples: 0 is below 1"),
        ([HEADER, GOOD.replace("image", "smell")], "line 2, column modality: 'smell' is none of image, text, speech"),
        ([HEADER, GOOD.replace("mine,", ",")], "line 2, column slug: is empty"),
        ([HEADER, "mine,Mine,image,true,false"], "line 2, column series: 5 cells instead of 9"),
        ([HEADER, 'mine,"Mine'], "is no CSV in UTF-8"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_column(reference, lines, told):
    (reference / DATASETS.file).write_text("\n".join(lines) + "\n")
    with pytest.raises(MalformedTable) as error:
        load_datasets()
    assert told in str(error.value) and DATASETS.file in str(error.value)


def test_a_number_that_is_none_is_told(reference):
    path = reference / HARDWARE.file
    path.write_text(path.read_text().replace("6.2208e11", "fast", 1))
    with pytest.raises(MalformedTable, match=r"hardware\.csv, line 2, column fp32_flop_per_s: 'fast' is no number"):
        load_hardware()
