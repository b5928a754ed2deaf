"""Epoch AI's models: what its files say becomes rows, what is doubtful goes to quarantine, drift is reported."""

import csv
import io

import pytest

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from tasks.http import Refused
from tasks.load.validate import validate_candidates
from tasks.sources import SourceBroken, SourceUnavailable
from tasks.sources.addresses import Addresses
from tasks.sources.epoch_models import ALL, COLUMNS, NOTABLE, UNUSED, discover, models
from tasks.sources.tabular import ChangedFeed
from tests.unit.rows import flat, said
from tests.unit.web_at_hand import WebAtHand, source

ADDRESSES = Addresses()
HEADERS = {name: headers[0] for name, headers in COLUMNS.items()}


def feed(*rows: dict[str, str], leave_out: tuple[str, ...] = (), **renamed: str) -> bytes:
    """A file in Epoch's form out of rows by our names."""
    stream = io.StringIO()
    names = [n for n in HEADERS if n not in leave_out]
    writer = csv.writer(stream)
    writer.writerow([renamed.get(n, HEADERS[n]) for n in names])
    writer.writerows([{"model": "Net-1", **row}.get(n, "") for n in names] for row in rows)
    return stream.getvalue().encode()


def one(**cells: str):
    (row,) = flat(models(feed(cells), ALL).rows)
    return row


def test_a_row_carries_what_the_source_says_in_our_columns():
    row = one(
        model="Vision-7 (L/16)",
        organisation="Lab A,Lab B",
        domain="Vision",
        task="Image classification",
        published="2021-06-03",
        paper_title="A Net",
        link="https://arxiv.org/abs/2106.04560v2\nhttps://example.org/blog",
        training_flop="3.4e+21",
        training_flop_upper="5e21",
        compute_note="6ND\n= 3.4e21",
        compute_confidence="Likely",
        hardware_text="NVIDIA A100 SXM4 40 GB",
        chips="64.0",
        duration_hours="240",
        utilisation="0.41",
        finetune_flop="0.0",
    )
    assert "doubt" not in row
    assert (row["model"], row["model_key"], row["source_table"]) == ("Vision-7 (L/16)", "vision7l16", ALL)
    assert (row["year"], row["published"], row["paper_id"]) == (2021, "2021-06-03", "2106.04560")
    assert (row["domain"], row["organisation"]) == ("Vision | Image classification", "Lab A,Lab B")
    assert (row["training_flop"], row["training_flop_lower"], row["training_flop_upper"]) == (3.4e21, None, 5e21)
    assert (row["hardware"], row["chips"], row["duration_hours"]) == ("nvidia-a100", 64, 240)
    assert (row["utilisation"], row["finetune_flop"], row["compute_confidence"]) == (0.41, 0, "Likely")
    assert (row["compute_note"], row["quote"]) == ("6ND\n= 3.4e21", "6ND = 3.4e21")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"training_flop": "3.4e21"}, "Training compute (FLOP): 3.4e21"),
        ({}, "Model: Net-1"),
        ({"compute_note": "word " * 100}, "word word …"),
    ],
)
def test_every_row_has_short_words_to_show(cells, words):
    quote = one(**cells)["quote"]
    assert quote.endswith(words) and len(quote) <= 202


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"utilisation": "40"}, "above 1: a percentage?"),
        ({"training_flop": "-1e20"}, "-1e+20 is not above zero"),
        ({"training_flop": "1e20 or so"}, "no number"),
        ({"chips": "0"}, "Hardware quantity: 0"),
        ({"training_flop": "1e20", "training_flop_lower": "2e20"}, "outside their own bounds"),
        ({"training_flop": "1e20", "training_flop_upper": "9e19"}, "outside their own bounds"),
        ({"published": "June 2021"}, "no date"),
        ({"compute_confidence": "Wrong"}, "marks the row as wrong"),
        ({"compute_confidence": "Certain"}, "schemas/fields/collected.py"),
        ({"model": "", "training_flop": "1e20"}, "names no model"),
        ({"model": "†"}, "can be joined"),
    ],
)
def test_doubtful_cells_quarantine_their_row(cells, words):
    # The row beside it keeps the file usable where the doubtful one has no name.
    rows = models(feed({"model": "Other"}, cells), ALL).rows
    assert words in flat(rows)[1]["doubt"] and not rows[0].doubts
    good, refused = validate_candidates(rows, "raw_models")
    assert good["model"].tolist() == ["Other"] and words in refused["reason"][0]


@pytest.mark.parametrize("word", ["Confident", "Speculative", "Unverified", "Unknown"])
def test_the_word_of_confidence_is_kept(word):
    assert one(compute_confidence=word)["compute_confidence"] == word


def test_no_word_of_confidence_is_unknown():
    assert one()["compute_confidence"] == "Unknown"


@pytest.mark.parametrize(
    ("link", "paper"),
    [
        ("https://arxiv.org/abs/2511.13612, https://github.com/x", "2511.13612"),
        ("https://arxiv.org/abs/2511.13612\nhttps://arxiv.org/pdf/2511.13612v2", "2511.13612"),
        ("https://arxiv.org/abs/2511.13612 https://arxiv.org/abs/2006.11239", None),
        ("https://www.nature.com/articles/s41586-024-08032-5", None),
        ("", None),
    ],
)
def test_the_paper_is_the_one_that_the_link_names(link, paper):
    assert one(link=link)["paper_id"] == paper


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("NVIDIA H100 PCIe", "nvidia-h100-pcie"),
        ("NVIDIA A100 SXM4 40 GB,NVIDIA A100 SXM4 80 GB", "nvidia-a100"),
        ("Google TPU v4,Google TPU v3", None),
        ("NVIDIA V100,Abacus 9", None),
        ("NVIDIA RTX 4000 SFF Ada Generation", None),  # no Quadro RTX 4000
        ("", None),
    ],
)
def test_hardware_is_one_chip_or_none(words, slug):
    row = one(hardware_text=words)
    assert row["hardware"] == slug and row["hardware_text"] == (words or None)


def test_sizes_of_several_training_sets_are_no_size():
    found = models(feed({"dataset_size": "2260275840,2290000001"}, {"dataset_size": "1e9"}), NOTABLE)
    assert [r["dataset_size"] for r in flat(found.rows)] == [None, 1e9]
    assert found.notes == ["notable_ai_models.csv: 1 rows give the sizes of several training sets; left blank"]


def test_rows_keep_their_ids_when_others_come_and_go():
    ids = [r["model_row_id"] for r in flat(models(feed({"model": "A"}, {"model": "B"}, {"model": "A"}), ALL).rows)]
    assert len(set(ids)) == 3
    assert [r["model_row_id"] for r in flat(models(feed({"model": "B"}, {"model": "A"}), ALL).rows)] == ids[1::-1]
    assert models(feed({"model": "A"}), NOTABLE).rows[0].row.model_row_id not in ids


def test_drift_is_reported_and_read_over():
    found = models(feed({"training_flop": "1e20"}, leave_out=("modified_at",), epochs="Epoch count"), ALL)
    assert found.rows[0].row.training_flop == 1e20 and found.rows[0].row.epochs is None
    assert "unknown columns: Epoch count" in found.notes[0]
    assert "'Epochs' (epochs)" in found.notes[1] and "'Last modified' (modified_at)" in found.notes[1]


def test_a_renamed_column_of_names_stops_the_file():
    with pytest.raises(ChangedFeed, match=r"all_ai_models.csv: no column 'Model' \(model\), perhaps renamed 'Models'"):
        models(feed({}, model="Models"), ALL)


# --- both files


def files(**of: object) -> dict:
    return {getattr(ADDRESSES, name): held for name, held in of.items()}


def test_both_files_are_read_and_told_apart(tmp_path):
    given = files(
        epoch_notable_models=feed({}), epoch_all_models=(feed({}, {"model": "B"}), Coded.of(HttpReason.SILENCE))
    )
    found = discover(WebAtHand(tmp_path, given), ADDRESSES)
    assert [(r["source_table"], r["model"]) for r in flat(found.rows["raw_models"])] == [
        (NOTABLE, "Net-1"),
        (ALL, "Net-1"),
        (ALL, "B"),
    ]
    assert {r["source_id"] for r in flat(found.rows["raw_models"])} == {"epoch"}
    assert said(found.deferred) == ["all_ai_models.csv: an older copy was read: silence"]


@pytest.mark.parametrize("held", [Refused(HttpReason.STATUS, status="HTTP 404"), b"<html>moved</html>", b"a,b\n1,2\n"])
def test_where_one_file_fails_the_other_stands(tmp_path, held):
    found = discover(WebAtHand(tmp_path, files(epoch_notable_models=feed({}), epoch_all_models=held)), ADDRESSES)
    assert len(found.rows["raw_models"]) == 1
    assert len(found.deferred) == 1 and said(found.deferred)[0].startswith("all_ai_models.csv: ")


def test_where_both_fail_the_source_is_unavailable_or_broken(tmp_path):
    with pytest.raises(SourceUnavailable) as offline:
        discover(WebAtHand(tmp_path, {}), ADDRESSES)
    assert str(offline.value) == "notable_ai_models.csv, all_ai_models.csv: this run is offline" and not isinstance(
        offline.value, SourceBroken
    )
    with pytest.raises(SourceBroken, match="is empty"):
        discover(WebAtHand(tmp_path, files(epoch_all_models=b"")), ADDRESSES)


# --- the real files


@pytest.mark.parametrize(
    ("name", "table", "rows", "with_flop", "with_paper"),
    [
        ("epoch_all_ai_models_2025-03.csv", ALL, 2228, 971, 1053),
        ("epoch_notable_ai_models_2026-07.csv", NOTABLE, 1036, 529, 534),
    ],
)
def test_snapshots_are_read_whole(name, table, rows, with_flop, with_paper):
    found = models(source(name), table)
    assert len(found.rows) == rows
    assert sum(r["training_flop"] is not None for r in flat(found.rows)) == with_flop
    assert sum(r["paper_id"] is not None for r in flat(found.rows)) == with_paper
    assert not any("unknown columns" in note for note in found.notes)
    good, refused = validate_candidates(found.rows, "raw_models")
    assert len(refused) < 10 and set(refused["check_name"]) <= {"unambiguous"}
    assert good["model_row_id"].is_unique


def test_no_column_is_both_wanted_and_unused():
    assert not {h for headers in COLUMNS.values() for h in headers} & set(UNUSED)
