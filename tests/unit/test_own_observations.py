"""Observations of one's own: what a file may hold, what is refused with its line, and what becomes of the rows."""

import csv
import io
from pathlib import Path

import pytest

from schemas.tables import TABLES
from tasks.compute.methods import ComputeAssumptions
from tasks.load.source_rows import load_rows
from tasks.match.row_filter import ConditionRefused, row_filter
from tasks.reference.table import MalformedTable
from tasks.refresh.compute import estimate_compute
from tasks.refresh.joined import join_observations
from tasks.refresh.own import load_own, own_left_out, own_observations
from tasks.sources.own import OWN, OwnObservations, template
from tasks.sources.reference import discover
from warehouse.connection import connect, migrate
from warehouse.rows import as_dicts

HEADER = "model,benchmark,value,training_flop"


def read(tmp_path: Path, text: str | bytes) -> OwnObservations:
    file = tmp_path / "my.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return own_observations(file, ComputeAssumptions())


def test_the_template_is_a_file_that_can_be_read(tmp_path):
    ((_, row),) = read(tmp_path, template()).numbered
    assert (row.model, row.benchmark, row.metric, row.value) == ("MyNet-L", "imagenet-1k", "top1_accuracy", 85.2)
    assert (row.method, row.hardware, row.chips) == ("hardware_time", "nvidia-a100", 64)


def test_every_column_is_described_and_columns_that_may_be_blank_may_be_left_out(tmp_path):
    assert next(csv.reader(io.StringIO(template()))) == [c.name for c in OWN.columns]
    assert all(c.column.description for c in OWN.columns)
    ((line, row),) = read(tmp_path, f"{HEADER}\nA,mmlu,70,1e24\n").numbered
    assert (line, row.year, row.extra_data, row.compute_scope) == (2, None, "unknown", None)


def test_a_row_keeps_its_words_its_place_and_its_source(tmp_path):
    own = read(tmp_path, f'\ufeff{HEADER},note\nA,mmlu,70,1e24,\n\n"B, the\nsecond",mmlu,72,2e24,"by ""us"""\n')
    first, second = (row for _, row in own.numbered)
    assert (first.quote, first.location) == ("A,mmlu,70,1e24,", "my.csv, line 2")
    assert second.quote == '"B, the second",mmlu,72,2e24,"by ""us"""'
    assert (second.location, second.compute_note) == ("my.csv, line 5", 'by "us"')
    assert {r.source_id for r in (first, second)} == {"own"}
    assert {r.paper_id for r in (first, second)} == {"own:my.csv"}


@pytest.mark.parametrize(
    ("given", "method", "flop"),
    [
        ({"training_flop": "1e24", "parameters": "1e9", "tokens": "1e12"}, "reported", 1e24),
        ({"parameters": "1e9", "tokens": "1e12"}, "operation_count", 6e21),
        (
            {"forward_ops": "4e9", "forward_ops_unit": "flop", "examples": "1e6", "epochs": "90"},
            "operation_count",
            1.08e18,
        ),
        ({"hardware": "tpu-v3", "chip_hours": "960"}, "hardware_time", 960 * 3600 * 1.23e14 * 0.38),
    ],
)
def test_what_is_told_of_the_training_gives_its_compute(tmp_path, given, method, flop):
    own = read(tmp_path, f"model,benchmark,value,{','.join(given)}\nA,mmlu,70,{','.join(given.values())}\n")
    with connect(tmp_path / "w.duckdb") as con:
        migrate(con)
        load_own(con, own)
        estimate_compute(con, ComputeAssumptions())
        found = con.execute("SELECT method, training_flop, source_id FROM core_compute_estimates").fetchall()
    assert found == [(method, pytest.approx(flop), "own")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: column model is missing; the columns are model,benchmark,value"),
        (HEADER, "my.csv has no row; `python -m flows template`"),
        ("model;benchmark;value\nA;mmlu;70\n", "line 1: column model is missing"),
        ("model,value,training_flop\nA,70,1e24\n", "line 1: column benchmark is missing"),
        ("model,benchmark,value,flops\nA,mmlu,70,1e24\n", "line 1: column flops is unknown; the columns are"),
        (HEADER.encode() + b"\nCaf\xe9,mmlu,70,1e24\n", "my.csv is no CSV in UTF-8"),
        ("\ufeff".encode("utf-16") + HEADER.encode("utf-16"), "my.csv is no CSV in UTF-8"),
        (f"{HEADER}\nA,mmlu,70\n", "line 2, column training_flop: 3 cells instead of 4"),
        (f"{HEADER}\nA,mmlu,70,1e24\n,mmlu,71,1e24\n", "line 3, column model: is empty"),
        (f"{HEADER}\n---,mmlu,70,1e24\n", "line 2, column model: '---' names no model"),
        (f"{HEADER}\nA,mmluu,70,1e24\n", "line 2, column benchmark: 'mmluu' is unknown; did you mean mmlu"),
        (f"{HEADER}\nA,mmlu,170,1e24\n", "line 2, column value: 170 is above 100"),
        (f"{HEADER}\nA,mmlu,-1,1e24\n", "line 2, column value: -1 is below 0"),
        (f"{HEADER}\nA,mmlu,0.92,1e24\n", "line 2, column value: 0.92 is no plausible score of mmlu (20 to 99 %)"),
        (f"{HEADER}\nA,mmlu,high,1e24\n", "line 2, column value: 'high' is no number"),
        (f"{HEADER}\nA,mmlu,70,-1e24\n", "line 2, column training_flop: -1e+24 is not above zero"),
        (f"{HEADER}\nA,mmlu,70,0\n", "line 2, column training_flop: 0 is not above zero"),
        (f"{HEADER}\nA,mmlu,70,inf\n", "line 2, column training_flop: 'inf' is no number"),
        (f"{HEADER}\nA,mmlu,70,1e40\n", "line 2: reported: 1e+40 FLOP is no training run"),
        (f"{HEADER}\nA,mmlu,70,\n", "line 2: nothing tells the training compute: fill in training_flop; or"),
        (
            "model,benchmark,value,hardware,chip_hours\nA,mmlu,70,A100,5\n",
            "column hardware: 'A100' is no slug of hardware",
        ),
        (f"{HEADER}\nA,imagenet-1k,0.852,1e22\n", "value: 0.852 is no plausible score of imagenet-1k (1 to 99.5 %)"),
        (f"{HEADER}\nA,coco-val,0.55,1e22\n", "value: 0.55 is no plausible score of coco-val (1 to 80 %)"),
        (f"{HEADER},shots\nA,imagenet-1k,85,1e22,5\n", "column shots: ImageNet top-1 has no such condition"),
        (f"{HEADER},test_protocol\nA,mmlu,70,1e24,one view\n", "column test_protocol: MMLU has no such condition"),
        (f"{HEADER},fine_tuned\nA,mmlu,70,1e24,no\n", "column fine_tuned: MMLU has no such condition"),
        (f"{HEADER},formulation\nA,gsm8k,70,1e24,completion\n", "column formulation: GSM8K has no such condition"),
        (f"{HEADER},formulation\nA,mmlu,70,1e24,letters\n", "column formulation: 'letters' is none of completion,"),
        (f"{HEADER},reasoning\nA,mmlu,70,1e24,perhaps\n", "line 2, column reasoning: 'perhaps' is none of yes, no"),
        (f"{HEADER},shots\nA,mmlu,70,1e24,-5\n", "line 2, column shots: -5 is below 0"),
        (f"{HEADER},year\nA,mmlu,70,1e24,20\n", "line 2, column year: 20 is below 1950"),
        (f"{HEADER},compute_scope\nA,mmlu,70,1e24,all\n", "line 2, column compute_scope: 'all' is none of pretraining"),
        (
            f"{HEADER}\nA,mmlu,70,1e24\nA,mmlu,71,1e24\n",
            "line 3: paper_id '', benchmark 'mmlu', model 'A' stands on line 2",
        ),
        (
            f"{HEADER},paper_id\nA,mmlu,70,1e24,1905.00001v1\nA,mmlu,71,1e24,arXiv:1905.00001\n",
            "line 3: row failed the check 'unique_key'",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_with_its_place(tmp_path, text, told):
    with pytest.raises(MalformedTable) as refused:
        read(tmp_path, text)
    message = str(refused.value)
    assert told in message and message.startswith("my.csv") and "\n" not in message


# --- beside what others say of the same model


@pytest.fixture(scope="module")
def read_by_hand(tmp_path_factory):
    """A warehouse with what was read by hand."""
    path = tmp_path_factory.mktemp("home") / "w.duckdb"
    with connect(path) as con:
        migrate(con)
        load_rows(con, "reference", discover().rows)
        estimate_compute(con, ComputeAssumptions())
    return path


def observed(con, model: str) -> list[dict]:
    estimate_compute(con, ComputeAssumptions())
    join_observations(con)
    return as_dicts(
        con.execute(
            "SELECT * FROM out_observations WHERE model = ? AND benchmark = 'imagenet-1k' ORDER BY in_fit", [model]
        )
    )


def test_an_own_row_stands_and_what_others_have_of_the_model_is_shown_beside_it(read_by_hand, tmp_path):
    own = read(tmp_path, f"{HEADER},extra_data\nResNet-50,imagenet-1k,77.7,5e18,none\n")
    with connect(read_by_hand) as con:
        (before,) = observed(con, "ResNet-50")
        load_own(con, own)
        others, mine = observed(con, "ResNet-50")
        assert (mine["in_fit"], mine["value"], mine["result_source_id"]) == (True, 77.7, "own")
        assert (mine["accuracy_quote"], mine["accuracy_location"]) == (
            "ResNet-50,imagenet-1k,77.7,5e18,none",
            "my.csv, line 2",
        )
        assert (others["observation_id"], others["exclusion_code"]) == (before["observation_id"], "model_there_already")
        assert others["exclusion_reason"] == "the model is there already, from own:my.csv"
        load_own(con, None)
        assert observed(con, "ResNet-50") == [before]


def test_an_own_row_says_how_a_language_model_was_asked_and_whether_it_reasons(read_by_hand, tmp_path):
    columns = f"{HEADER},reasoning,base_model,shots,prompting"
    own = read(tmp_path, f"{columns}\nA,mmlu,70,1e24,yes,no,0,chain of thought\nB,mmlu,60,1e23,,,,\n")
    with connect(read_by_hand) as con:
        load_own(con, own)
        estimate_compute(con, ComputeAssumptions())
        join_observations(con)
        told = "model, series, reasoning, base_model, shots, prompting"
        found = con.execute(f"SELECT {told} FROM out_observations WHERE result_source_id = 'own' ORDER BY 1")
        asked, unsaid = found.fetchall()
        load_own(con, None)
    assert asked == ("A", "mmlu-reasoning", "yes", "no", "0", "chain of thought")
    assert unsaid == ("B", "mmlu", "unknown", "unknown", "unknown", "unknown")


CONDITIONS = (
    "extra_data, extra_examples, test_protocol, distilled, fine_tuned, reasoning, base_model, shots, prompting,"
    " formulation"
)
NOT, UNSAID = "not applicable", "unknown"


@pytest.mark.parametrize(
    ("benchmark", "given", "series", "conditions"),
    [
        (
            "imagenet-1k",
            {"extra_data": "Photos-2B", "extra_examples": "2e9", "test_protocol": "several views", "distilled": "yes"},
            "imagenet-1k-extra-data",
            ("Photos-2B", 2e9, "several views", "yes", NOT, NOT, NOT, NOT, NOT, NOT),
        ),
        (
            "imagenet-1k",
            {"extra_data": "none"},
            "imagenet-1k",
            ("none", None, UNSAID, "no", NOT, NOT, NOT, NOT, NOT, NOT),
        ),
        (
            "arc-challenge",
            {"fine_tuned": "no", "shots": "25", "formulation": "multiple choice", "base_model": "yes"},
            "arc-challenge-multiple-choice",
            (NOT, None, NOT, "no", "no", UNSAID, "yes", "25", UNSAID, "multiple choice"),
        ),
        (
            "arc-challenge",
            {"fine_tuned": "no", "reasoning": "no", "formulation": "unnormalised completion"},
            "arc-challenge-unnormalised",
            (NOT, None, NOT, "no", "no", "no", UNSAID, UNSAID, UNSAID, "unnormalised completion"),
        ),
        (
            "boolq",
            {"fine_tuned": "yes"},
            "boolq-fine-tuned",
            (NOT, None, NOT, "no", "yes", UNSAID, UNSAID, UNSAID, UNSAID, NOT),
        ),
    ],
)
def test_an_own_row_states_its_conditions(read_by_hand, tmp_path, benchmark, given, series, conditions):
    row = ",".join(["Mine", benchmark, "70", "1e22", *given.values()])
    own = read(tmp_path, f"{HEADER},{','.join(given)}\n{row}\n")
    with connect(read_by_hand) as con:
        load_own(con, own)
        estimate_compute(con, ComputeAssumptions())
        join_observations(con)
        asked = f"SELECT in_fit, series, {CONDITIONS} FROM out_observations WHERE result_source_id = 'own'"
        ((in_fit, found_series, *found),) = con.execute(asked).fetchall()
        load_own(con, None)
    assert (in_fit, found_series, tuple(found)) == (True, series, conditions)


def test_an_own_row_that_does_not_say_how_its_question_was_put_is_left_out_and_told(read_by_hand, tmp_path):
    own = read(tmp_path, f"{HEADER}\nA,arc-challenge,70,1e24\n")
    with connect(read_by_hand) as con:
        load_own(con, own)
        estimate_compute(con, ComputeAssumptions())
        join_observations(con)
        (told,) = own_left_out(con)
        load_own(con, None)
    assert told.startswith("my.csv, line 2: no fit uses A: ") and "formulation" in told


def test_a_condition_that_leaves_nothing_to_fit_is_refused(read_by_hand):
    with connect(read_by_hand) as con:
        with pytest.raises(ConditionRefused, match="'year > 2050' leaves no observation of any benchmark to fit"):
            join_observations(con, row_filter=row_filter("year > 2050"))
        with pytest.raises(ConditionRefused, match="leaves no observation of coco to fit"):
            join_observations(con, row_filter=row_filter("series = 'imagenet-1k'"), series=["coco"])


def test_the_same_file_twice_is_the_same_rows(read_by_hand, tmp_path):
    own = read(tmp_path, f"{HEADER}\nA,mmlu,70,1e24\n")
    columns = ", ".join(TABLES["raw_observations"].column_names)
    with connect(read_by_hand) as con:
        found = []
        for _ in range(2):
            load_own(con, own)
            found.append(con.execute(f"SELECT {columns} FROM raw_observations WHERE source_id = 'own'").fetchall())
        load_own(con, None)
    assert found[0] == found[1] and len(found[0]) == 1
