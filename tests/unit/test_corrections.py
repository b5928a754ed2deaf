"""Corrections by hand: which claim each means, what becomes of it, and what is wrong with a file of them."""

import csv
from pathlib import Path

import pytest

from schemas.rows import Candidate, from_record, record
from schemas.rows.claims import Disclosure, Result
from tasks.load.corrections import (
    apply_corrections,
    claim_id,
    line_for,
    versions,
)
from tasks.names.keys import model_key
from tasks.reference.corrections import Correction, load_corrections
from tasks.reference.table import MalformedTable
from tasks.wording import words
from tests.unit.rows import CORRECTION as GOOD
from tests.unit.rows import correction, good_row

OF_HARDWARE = {"benchmark": "", "metric": "", "field": "hardware", "reported": "nvidia-k40", "corrected": "nvidia-k80"}


def claim(row_type: type, table: str, **changes) -> Candidate:
    read = good_row(table, confidence_codes=None, confidence_parameters=None, corrected_from=None, correction=None)
    return Candidate(from_record(row_type, read | changes))


def result(id_: str = "aaaa", **changes) -> Candidate[Result]:
    row = {
        "paper_id": "p1",
        "page": 6,
        "benchmark": "imagenet-1k",
        "metric": "top1_accuracy",
        "value": 78.25,
        "model": "ResNet-101",
        "bbox_x0": 170.2,
        "bbox_top": 186.2,
    } | changes
    return claim(Result, "core_results", result_id=id_, **row, model_key=model_key(row["model"]))


def disclosure(id_: str = "aaaa", **changes) -> Candidate[Disclosure]:
    figure = {"field": "duration_hours", "value": "84", "number": 84.0, "number_lower": 80.0, "number_upper": 90.0}
    place = {"paper_id": "p1", "page": 6, "bbox_x0": 170.2, "bbox_top": 186.2}
    return claim(Disclosure, "core_disclosures", disclosure_id=id_, model_key=None, **(figure | place | changes))


def met(given: Correction, *claims: Candidate) -> list[str]:
    """Ids of the claims that the correction changed."""
    return [claim_id(c.row) for c in apply_corrections(list(claims), [given]).claims if c.row.correction]


# --- which claim


def test_a_corrected_claim_has_its_new_value_and_keeps_the_old_one_and_the_reason():
    applied = apply_corrections([result(), result("bbbb", page=7)], [correction()])
    changed, other = applied.claims
    assert (changed.row.value, changed.row.corrected_from) == (78.52, "78.25")
    assert changed.row.correction == "digits swapped (Table 3; ab, 2026-11-23)"
    assert other == result("bbbb", page=7)
    assert (applied.corrected, applied.rejected, applied.stale) == (1, [], [])


def test_a_rejected_claim_leaves_with_the_reason():
    applied = apply_corrections([result(), result("bbbb", page=7)], [correction(corrected="")])
    assert [c.row.result_id for c in applied.claims] == ["bbbb"]
    ((row, rejected_by),) = applied.rejected
    assert row == result().row
    assert words(rejected_by.rejection) == "rejected by hand: digits swapped (Table 3; ab, 2026-11-23)"


@pytest.mark.parametrize(
    "changes",
    [
        {"bbox_x0": 173.9, "bbox_top": 183.0},
        {"model": "ResNet 101 (ours)"},
        {"model": "deep residual net, 101 layers", "bbox_top": 189.5},
        {"bbox_top": 300.0},
        {"model": "deep residual net, 101 layers", "bbox_top": 199.0},
        {"bbox_x0": None, "bbox_top": None},
    ],
    ids=["box shifted", "name read better", "both", "table moved", "both, by a line", "no box any more"],
)
def test_the_figure_is_met_again_under_another_id(changes):
    assert met(
        correction(), result("dddd", **changes), result("eeee", value=80.1, model="ResNet-152", bbox_x0=217.6)
    ) == ["dddd"]


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 78.52},
        {"page": 7},
        {"benchmark": "imagenet-1k-test"},
        {"metric": "top5_accuracy"},
        {"paper_id": "p2"},
    ],
    ids=["value", "page", "benchmark", "metric", "paper"],
)
def test_another_figure_is_not_taken_for_it(changes):
    applied = apply_corrections([result("dddd", **changes)], [correction()])
    assert (applied.corrected, applied.stale) == (0, [correction()])


def test_of_equal_figures_the_one_at_the_place_is_meant():
    rows = [result("above", bbox_top=174.2), result("here", bbox_top=186.9), result("elsewhere", bbox_x0=400.0)]
    assert met(correction(), *rows) == ["here"]


def test_where_the_place_reads_otherwise_now_an_equal_figure_elsewhere_is_another():
    rows = [result("here", value=78.52), result("below", model="Other", bbox_top=190.0)]
    assert met(correction(), *rows) == []


def test_the_claim_that_is_still_read_as_it_was_goes_to_its_own_correction():
    moved = correction(claim="gone", bbox_top="187.0", corrected="")
    rows = [result("aaaa"), result("bbbb", bbox_top=190.0)]
    applied = apply_corrections(rows, [moved, correction()])
    assert [(c.row.result_id, c.row.value) for c in applied.claims] == [("aaaa", 78.52)]
    assert [r.result_id for r, _ in applied.rejected] == ["bbbb"]


def test_without_model_or_place_only_a_lone_figure_is_met():
    placeless = correction(claim="", bbox_x0="", bbox_top="")
    assert met(placeless, result("dddd", model="Renamed"), result("eeee", value=80.0)) == ["dddd"]
    assert met(placeless, result("dddd"), result("eeee", model="Other")) == ["dddd"]
    vague = correction(claim="", model="", bbox_x0="", bbox_top="")
    assert met(vague, result("dddd", model="Any", bbox_top=9.0), result("eeee", value=80.0)) == ["dddd"]
    assert met(vague, result("dddd"), result("eeee", model="Other")) == []


def test_a_disclosure_is_corrected_in_number_and_text_and_loses_its_range():
    of_time = correction(benchmark="", metric="", field="duration_hours", model="", reported="84.0", corrected="3.5")
    (candidate,) = apply_corrections([disclosure("dddd", bbox_top=188.0)], [of_time]).claims
    row = candidate.row
    assert (row.value, row.number, row.number_lower, row.number_upper) == ("3.5", 3.5, None, None)
    assert row.corrected_from == "84"
    of_chips = correction(**OF_HARDWARE)
    (candidate,) = apply_corrections([disclosure(field="hardware", value="nvidia-k40")], [of_chips]).claims
    assert (candidate.row.value, candidate.row.number) == ("nvidia-k80", None)


def test_versions_change_with_a_papers_corrections_and_with_no_other_papers():
    one, other = correction(), correction(paper_id="p2")
    assert versions([one, other])["p1"] == versions([other, one])["p1"] == versions([one])["p1"]
    assert versions([correction(corrected="")])["p1"] != versions([one])["p1"]


# --- the file


def write(path: Path, *rows: dict[str, str], header: tuple[str, ...] = tuple(GOOD)) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_good_file_is_read(tmp_path):
    disclosed = GOOD | OF_HARDWARE | {"claim": "bbbb", "corrected": ""}
    path = write(tmp_path / "c.csv", GOOD, disclosed)
    assert load_corrections(path) == [correction(), correction(**disclosed)]
    assert [c.table_name for c in load_corrections(path)] == ["core_results", "core_disclosures"]


def test_the_shipped_file_is_good():
    load_corrections()


@pytest.mark.parametrize(
    ("changes", "column", "word"),
    [
        ({"paper_id": ""}, "paper_id", "empty"),
        ({"page": "six"}, "page", "six"),
        ({"page": "0"}, "page", "0"),
        ({"benchmark": "imagenet"}, "benchmark", "imagenet"),
        ({"metric": "bleu"}, "metric", "bleu"),
        ({"field": "chips"}, "field", "not both"),
        ({"benchmark": "", "metric": "", "field": "gpus"}, "field", "gpus"),
        ({"benchmark": "", "metric": ""}, "benchmark", "no field"),
        ({"bbox_top": ""}, "bbox_top", "other coordinate"),
        ({"bbox_x0": "left"}, "bbox_x0", "left"),
        ({"reported": ""}, "reported", "empty"),
        ({"reported": "78,25"}, "reported", "78,25"),
        ({"corrected": "nan"}, "corrected", "nan"),
        ({"corrected": "78.250"}, "corrected", "as reported"),
        (OF_HARDWARE | {"corrected": "K80"}, "corrected", "hardware.csv"),
        (OF_HARDWARE | {"field": "precision", "corrected": "fp17"}, "corrected", "fp16"),
        ({"reason": " "}, "reason", "empty"),
        ({"source": ""}, "source", "empty"),
        ({"who": ""}, "who", "empty"),
        ({"when": "23.11.2026"}, "when", "2026-11-23"),
        ({"claim": "aaaa"}, "claim", "above"),
        ({"claim": ""}, "claim", "above"),
    ],
)
def test_a_malformed_row_is_told_by_line_and_column(tmp_path, changes, column, word):
    path = write(tmp_path / "c.csv", GOOD | {"reason": "two\nlines"}, GOOD | {"claim": "bbbb"} | changes)
    with pytest.raises(MalformedTable, match=f"c.csv, line 4, column {column}: .*{word}"):
        load_corrections(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: column claim is missing"),
        (",".join(c for c in GOOD if c != "when"), "line 1: column when is missing"),
        (",".join([*GOOD, "note"]), "line 1: column note is unknown"),
        (",".join(GOOD) + "\naaaa,p1", "line 2, column page: 2 cells instead of 15"),
        (",".join(GOOD) + '\n"aaaa', "no CSV"),
        (",".join(GOOD) + "\n\udcff", "no CSV in UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table_is_told(tmp_path, text, message):
    path = tmp_path / "c.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(MalformedTable, match=message):
        load_corrections(path)


def test_the_line_offered_for_a_claim_needs_only_what_a_person_knows(tmp_path):
    path = write(tmp_path / "c.csv")
    (offered,) = csv.DictReader([",".join(GOOD), line_for(record(result(model="ResNet, 101").row, words))])
    assert {k for k, v in offered.items() if not v} == {"field", "corrected", "reason", "source", "who", "when"}
    write(path, offered | {"reason": "misread", "source": "p. 6", "who": "ab", "when": "2026-11-23"})
    (given,) = load_corrections(path)
    assert apply_corrections([result(model="ResNet, 101")], [given]).rejected
