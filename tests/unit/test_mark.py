"""Findings in the warehouse: written anew each night, and kept out of the fits unless a person has looked."""

import math
import random
from pathlib import Path

import pytest

from schemas.codes import Coded
from schemas.codes.matching import DefectSign, Exclusion
from schemas.rows import record
from schemas.rows.claims import Disclosure, Result
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Defect
from schemas.tables import TABLES
from schemas.vocabularies import DefectRule
from tasks.compute.methods import ComputeAssumptions
from tasks.defects import mark
from tasks.defects.mark import find_spoilt, mark_defects, spoilt_rows
from tasks.defects.rules import RULES, SPOILING, Suspects, find_defects
from tasks.defects.suspects import ask_for, list_rows, suspects
from tasks.load.insert import insert_rows, insert_valid
from tasks.load.source_rows import load_rows
from tasks.match.accuracy import Accuracy
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.reference.known_defects import load_known_defects
from tasks.refresh import capabilities
from tasks.refresh.accuracies import pooled_series, sure_accuracies
from tasks.refresh.compute import estimate_compute
from tasks.refresh.joined import join_observations
from tasks.wording import words
from tests.defect_rows import disclosures, estimates, swaps_of
from tests.unit.rows import candidates, good_row
from warehouse.connection import LOOKUPS, connect, migrate
from warehouse.rows import records, rows_of, typed

FLOP = 1.645056e21


def estimate(model: str, paper: str, source: str = "folder", flop: float = FLOP) -> dict:
    """An estimate that rests on no words and no run of its own."""
    low_high = {"training_flop": flop, "training_flop_lower": flop / 3, "training_flop_upper": flop * 3}
    return good_row(
        "core_compute_estimates",
        estimate_id=f"estimate of {model}",
        paper_id=paper,
        model=model,
        model_key=model.lower(),
        source_id=source,
        quote=None,
        hardware=None,
        evidence_ids=f"disclosure-of-{model}",
        method="operation_count",
        is_preferred=True,
        flags=None,
        training_set=None,
        **low_high,
    )


def result(model: str, paper: str, value: float, **more) -> dict:
    known = {
        "result_id": f"result of {model}",
        "paper_id": paper,
        "model": model,
        "model_key": model.lower(),
        "benchmark": "imagenet-1k",
        "metric": "top1_accuracy",
        "value": value,
        "is_own": True,
        "is_ensemble": False,
        "test_protocol": None,
        "source_id": "folder",
        "confidence": 0.9,
        "corrected_from": None,
        "correction": None,
    }
    return good_row("core_results", **known | more)


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        yield con


def fill(con, **more) -> None:
    load_rows(
        con,
        "folder",
        candidates(
            {
                "core_compute_estimates": [
                    estimate("Nasnet", "p1"),
                    estimate("Senet", "p2"),
                    estimate("Vgg", "p3", flop=2e19),
                ],
                "core_results": [
                    result("Nasnet", "p1", 82.7, **more),
                    result("Senet", "p2", 82.7),
                    result("Vgg", "p3", 74.5),
                ],
            }
        ),
    )


def observed(con) -> dict[str, str | None]:
    join_observations(con)
    return {r["model"]: r["exclusion_reason"] for r in records(con, "core_observations")}


def test_copied_compute_is_marked_and_left_out_of_the_fits(warehouse):
    fill(warehouse)
    for _ in range(2):  # a second night marks the same
        assert mark_defects(warehouse)["core_defects"] == 2
    reasons = observed(warehouse)
    assert reasons["Vgg"] is None
    assert reasons["Senet"].startswith("copied compute:") and "Nasnet" in reasons["Senet"]
    assert len(records(warehouse, "core_compute_estimates")) == 3  # a mark takes nothing away


def test_compute_under_a_name_of_no_model_is_marked_like_a_score(warehouse):
    read = [estimate("% clean", "p1", flop=3e20), estimate("Vgg", "p2", flop=2e19)]
    rows = {
        "core_compute_estimates": [e | {"compute_source": "paper"} for e in read],
        "core_results": [result("English", "p1", 61.0)],
    }
    load_rows(warehouse, "folder", candidates(rows))
    mark_defects(warehouse)
    marked = {(d["rule"], d["row_id"]) for d in records(warehouse, "core_defects")}
    assert marked == {("no_models_name", "estimate of % clean"), ("no_models_name", "result of English")}


def test_what_a_person_has_checked_stays_in(warehouse):
    fill(warehouse, correction="the page says so")
    mark_defects(warehouse)
    assert spoilt_rows(warehouse).keys() == {
        "estimate of Nasnet",
        "estimate of Senet",
    }  # of the result, not of its compute
    evidence = good_row(
        "core_disclosures",
        disclosure_id="disclosure-of-Nasnet",
        field="epochs",
        phase="training",
        source_id="folder",
        correction="the page says so",
    )
    load_rows(warehouse, "folder", candidates({"core_disclosures": [evidence]}))
    mark_defects(warehouse)
    reasons = observed(warehouse)
    assert reasons["Nasnet"] is None and reasons["Senet"]


def test_observations_read_by_hand_are_marked_and_stay_in(warehouse):
    fill(warehouse)
    rows = [estimate("Nasnet", "p1", "reference"), estimate("Senet", "p2", "reference")]
    load_rows(warehouse, "folder", candidates({"core_compute_estimates": []}))
    load_rows(warehouse, "reference", candidates({"core_compute_estimates": rows}))
    assert mark_defects(warehouse)["core_defects"] == 2
    assert spoilt_rows(warehouse) == {}


def marked(con, *defects: tuple[str, str]) -> dict[str, Coded[Exclusion]]:
    """What is spoilt where rules point at the estimates of these models, all of one paper and of one name."""
    con.execute("DELETE FROM core_defects")
    sign = Coded.of(DefectSign.KNOWN_BY_HAND, reason="because", who="we", when="today", source="the page")
    same = {"table_name": "core_compute_estimates", "paper_id": "p", "model": "ViT", "signs": (sign,)}
    rows = [Defect(rule=rule, row_id=f"estimate of {model}", **same) for rule, model in defects]
    insert_valid(con, "core_defects", [record(row, words) for row in rows])
    return spoilt_rows(con)


def test_only_spoiling_rules_keep_rows_out_and_all_do_of_structured_sources(warehouse):
    study, _ = study_row("theirs")
    load_rows(warehouse, "study-data", candidates({"raw_models": [study]}))
    insert_valid(warehouse, "core_compute_estimates", [estimate("theirs", "p", "study-data"), estimate("ours", "p")])
    for rule in DefectRule:
        spoilt = marked(warehouse, (rule, "ours"), (rule, "theirs"))
        assert spoilt.keys() == {"estimate of theirs"} | ({"estimate of ours"} if rule in SPOILING else set())
        assert {s.code for s in spoilt.values()} == {Exclusion(f"defect_{rule}")}
        assert all(str(s["reason"]).startswith("because (by hand") for s in spoilt.values())


def test_of_two_computes_the_one_that_no_person_has_checked_is_kept_out(warehouse):
    insert_valid(warehouse, "core_compute_estimates", [estimate("read", "p"), estimate("by hand", "p", "reference")])
    two = DefectRule.TWO_COMPUTES
    assert marked(warehouse, (two, "read"), (two, "by hand")).keys() == {"estimate of read"}
    assert marked(warehouse, (two, "read"), (two, "another")) == {}
    find_spoilt(warehouse)
    assert warehouse.execute("FROM spoilt").fetchall() == []


def test_of_papers_only_sure_scores_of_one_network_and_of_their_own_stand_with_their_day(warehouse):
    rows = [
        result("Vgg", "1409.1556", 74.5, year=2014),
        result("Undated", "p1", 75.0, year=None),
        result("English", "p2", 61.0),  # a rule says that it is no model
        result("Unsure", "p3", 76.0, confidence=0.5),
        result("Put right", "p4", 77.0, confidence=0.5, correction="the page says so", year=2015),
        result("Several", "p5", 78.0, is_ensemble=True),
        result("Cited", "p6", 79.0, is_own=False),
        result("Elsewhere", "p7", 80.0, benchmark="another"),
    ]
    load_rows(warehouse, "folder", candidates({"core_results": rows}))
    mark_defects(warehouse)
    found = {a.model: day for a, day in sure_accuracies(warehouse, pooled_series())}
    assert found == {"Vgg": "2014-09-30", "Undated": None, "Put right": "2015-12-31"}


def test_scores_of_models_come_with_the_compute_that_fits_use(warehouse):
    fill(warehouse)
    join_observations(warehouse)
    found = {
        s.model: (round(s.score, 3), s.training_flop) for s in capabilities.known_scores(warehouse, ["imagenet-1k"])
    }
    assert found == {"Nasnet": (0.827, FLOP), "Senet": (0.827, FLOP), "Vgg": (0.745, 2e19)}


def test_what_was_known_at_a_time_are_the_scores_of_papers_by_then(warehouse, monkeypatch):
    asked = {"benchmark": "gsm8k", "metric": "accuracy", "shots": "8"}
    rows = [result("Alpaca-7", "2003.00001", 60, **asked), result("Bison-9", "2201.00001", 70, **asked)]
    load_rows(warehouse, "folder", candidates({"core_results": rows}))
    monkeypatch.setattr(capabilities, "record_drifts", lambda scores, first, *_: ([s.model for s in scores], first))
    drifts_at = capabilities.capability_drifts(warehouse)
    assert drifts_at(2021.0) == (["Alpaca-7"], {"alpaca7": pytest.approx(2020.25, abs=0.01)})
    assert drifts_at(math.inf)[0] == ["Alpaca-7", "Bison-9"]


def test_an_empty_warehouse_has_no_defects(warehouse):
    assert mark_defects(warehouse)["core_defects"] == 0
    assert spoilt_rows(warehouse) == {}


# --- rows of others


def study_row(model: str, **more) -> tuple[dict, dict]:
    """One row of the study as its source yields it: a row of raw_models and one of raw_scores."""
    same = {"source_id": "study-data", "source_table": "imagenet", "model": model, "model_key": model.lower()}
    same |= {"year": 2018, "paper_id": None, "paper_title": None, "quote": f"words of {model}"}
    nothing = {c.name: None for c in TABLES["raw_models"].columns if not c.required}
    burden = {"hardware_burden_flop": 1e20, "model_row_id": content_id(model)}
    score = {"result_id": f"score of {model}", "benchmark": "imagenet-1k", "metric": "top1_accuracy", "value": 80.0}
    score |= {"is_ensemble": None, "test_protocol": None, "note": None, "extra_data": "none"}
    return {**nothing, **same, **burden, **more}, good_row("raw_scores", **same, **score)


def of_the_study(con, *models: str, **more) -> None:
    rows = [study_row(m, **more) for m in models]
    load_rows(con, "study-data", candidates({"raw_models": [m for m, _ in rows], "raw_scores": [s for _, s in rows]}))
    estimate_compute(con, ComputeAssumptions())
    mark_defects(con)
    join_observations(con)


def fitted(con) -> dict[str, bool]:
    return {r["model"]: r["in_fit"] for r in records(con, "core_observations")}


def test_one_network_s_compute_under_several_networks_accuracy(warehouse):
    of_the_study(warehouse, "ZFNet (6 convnets)", "ResNet-50")
    assert {r["rule"] for r in records(warehouse, "core_defects")} == {"ensemble_with_single_compute"}
    assert fitted(warehouse) == {"ZFNet (6 convnets)": False, "ResNet-50": True}


def test_a_series_filled_down_in_others_tables_stays_out(warehouse):
    title = {"paper_title": "Deep high-resolution representation learning", "paper_id": "1908.07919"}
    rows = [study_row(f"HRNet-{n}", hardware_burden_flop=n * 203.4e15, **title) for n in range(74, 81)]
    scores = [{**s, "paper_id": "1908.07919"} for _, s in rows]
    load_rows(warehouse, "study-data", candidates({"raw_models": [m for m, _ in rows], "raw_scores": scores}))
    estimate_compute(warehouse, ComputeAssumptions())
    mark_defects(warehouse)
    join_observations(warehouse)
    assert len(fitted(warehouse)) == 7 and not any(fitted(warehouse).values())
    assert {r["rule"] for r in records(warehouse, "core_defects")} == {"filled_series"}


def test_a_defect_known_by_hand_is_marked_and_kept_out(warehouse, reference):
    path = reference / "known_defects.csv"
    header = "source_id,source_table,model,rule,reason,source,who,when"
    path.write_text(f"{header}\nstudy-data,imagenet,MUXNet-l,search_as_training,so,its row,me,2026-11-27\n")
    of_the_study(warehouse, "MUXNet-l", "ResNet-50")
    (mark,) = records(warehouse, "core_defects")
    assert (mark["model"], mark["rule"]) == ("MUXNet-l", "search_as_training")
    assert mark["reason"] == "so (by hand: me, 2026-11-27; its row)"
    assert fitted(warehouse) == {"MUXNet-l": False, "ResNet-50": True}


def test_a_known_defect_of_no_rule_is_refused(reference):
    path = reference / "known_defects.csv"
    path.write_text("source_id,source_table,model,rule,reason,source,who,when\na,b,c,bad_luck,d,e,f,g\n")
    with pytest.raises(ValueError, match="line 2, column rule: 'bad_luck' is none of copied_compute"):
        load_known_defects()


def test_every_known_defect_that_ships_names_rule_reason_and_source():
    assert load_known_defects()


# --- suspects


def test_the_queries_for_suspects_leave_out_nothing_that_a_rule_points_at(warehouse):
    rng = random.Random(1)
    rows = everything(rng)
    insert_rows(warehouse, "core_compute_estimates", rows.estimates)
    insert_rows(warehouse, "core_disclosures", rows.disclosures)
    insert_valid(warehouse, "core_results", stated_results(rng))
    listed = (LOOKUPS / "estimates_to_join.sql").read_text()
    accuracies = [*map(Accuracy.of_result, rows_of(warehouse, Result, "core_results"))]
    whole = Suspects(
        typed(warehouse.execute(listed), ListedEstimate),
        rows_of(warehouse, Disclosure, "core_disclosures"),
        accuracies,
        swaps_of(accuracies),
    )
    others = list_rows(warehouse)
    ask_for(warehouse, [f"p{i}" for i in range(12)])
    found = [*find_defects(RULES, suspects(warehouse, others))]
    assert set(found) == {*find_defects(RULES, lambda _: whole)}
    assert {d.rule for d in found} == set(RULES)


def test_a_night_marks_again_what_changed_and_no_other(warehouse, monkeypatch):
    """Marked paper by paper, over several nights, the table is that of one night that sees everything at once."""
    rng = random.Random(2)
    rows = everything(rng)
    stated = stated_results(rng)
    monkeypatch.setattr(mark, "PAPERS_AT_A_TIME", 2)
    insert_rows(warehouse, "core_compute_estimates", rows.estimates)
    insert_valid(warehouse, "core_results", stated[::2])
    mark_defects(warehouse)
    before = records(warehouse, "core_defects")
    insert_rows(warehouse, "core_disclosures", [d for d in rows.disclosures if d.paper_id in ("p1", "p2")])
    insert_valid(warehouse, "core_results", stated[1::2])
    warehouse.execute("DELETE FROM core_compute_estimates WHERE paper_id = 'p3'")
    warehouse.execute("DELETE FROM core_results WHERE paper_id = 'p3'")
    mark_defects(warehouse)
    after = records(warehouse, "core_defects")
    warehouse.execute("DELETE FROM computed_parts")
    mark_defects(warehouse)
    assert after == records(warehouse, "core_defects") != before
    assert any(d["paper_id"] == "p3" for d in before) and not any(d["paper_id"] == "p3" for d in after)


def test_papers_that_have_not_changed_are_not_looked_at(warehouse, monkeypatch):
    fill(warehouse)
    mark_defects(warehouse)
    load_rows(warehouse, "arxiv", candidates({"core_results": [result("English", "p4", 61.0, source_id="arxiv")]}))
    asked = []
    monkeypatch.setattr(mark, "ask_for", lambda con, papers: (asked.extend(papers), ask_for(con, papers)))
    assert mark_defects(warehouse)["core_defects"] == 3
    assert asked == ["p4"]


def everything(rng: random.Random) -> Suspects:
    """Rows in which each rule meets what it points at, and much that it leaves alone."""

    def paper() -> str:
        return f"p{rng.randrange(12)}"

    quotes = (None, "The search took 4 days.", "We train for 300 epochs.", "We trained 300 models on 8 GPUs.")
    found = (
        {
            "model": rng.choice(("Nasnet-A", "Senet", "ResNet-50", "Ensemble of 6")),
            "paper_id": paper(),
            "training_flop": rng.choice((1.23456e20, 6.4e19, 1e17, *(1e18 * n for n in range(70, 80)))),
            "is_preferred": rng.random() < 0.7,
            "quote": rng.choice(quotes),
            "method": rng.choice(("hardware_time", "operation_count")),
            "chips": rng.choice((None, 8.0)),
            "duration_hours": rng.choice((None, 96.0)),
        }
        for _ in range(200)
    )
    stated = (
        {
            "field": field,
            "model": rng.choice(("ResNet-50", "VGG-16", None)),
            "paper_id": paper(),
            "number": number,
            "raw_value": rng.choice((f"{number:g}", "8/16/32")),
            "phase": rng.choice(("training", "search")),
            "quote": "as printed",
            "source_id": "folder",
            "extractor_version": "1",
        }
        for field, number in rng.choices((("forward_ops", 4.1e9), ("forward_ops", 8.2e9), ("chips", 8.0)), k=200)
    )
    return Suspects(estimates(*found), disclosures(*stated))


def stated_results(rng: random.Random) -> list[dict]:
    values = {f"p{i}": rng.choice((82.7, 82.7, 87.2, 74.5)) for i in range(12)}
    return [
        result(
            model,
            paper,
            values[paper],
            result_id=f"{model} in {paper}",
            model_key=model_key(model),
            is_ensemble=rng.choice((None, False, True)),
            is_own=rng.random() < 0.8,
        )
        for model in ("ResNet-50", "Nasnet-A", "Ensemble of 6", "VGG-16", "AP_{50}", "test set")
        for paper in values
    ]
