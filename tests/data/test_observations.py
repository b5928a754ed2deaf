"""Observations: those that ship with the project, each with its place and words, each estimated right; and those that
the structured sources give alone, without one PDF: enough of them, and none of a defect."""

import csv
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from schemas.rows import from_record
from schemas.rows.compute import ComputeEstimate
from schemas.rows.sources import HandReadObservation
from schemas.vocabularies import JOIN_RULES
from tasks.compute.methods import ComputeAssumptions
from tasks.load.validate import validate_candidates
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.hardware import by_slug, load_hardware
from tasks.reference.known_defects import load_known_defects
from tasks.refresh.compute import estimate_observation
from tasks.sources import reference
from tools.count_observations import SOURCES, joined
from warehouse.connection import QUERIES, REFERENCE

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "pdf"

with (REFERENCE / "observations.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))


def test_there_are_enough_for_each_benchmark():
    series = {b.slug: b.series for b in load_benchmarks()}
    counts = Counter(series[r["benchmark"]] for r in ROWS)
    assert len(ROWS) >= 120
    assert all(counts[s] >= 8 for s in ("imagenet-1k", "coco", "squad-1.1", "wmt14-en-fr", "mmlu"))


def test_each_says_where_and_in_which_words():
    for r in ROWS:
        assert all(r[c] for c in ("paper_id", "page", "location", "quote", "compute_quote", "compute_source")), r[
            "model"
        ]
        assert r["compute_source"] == "paper" or r["compute_source"].startswith("Epoch AI"), r["model"]


def test_no_model_stands_twice_on_a_benchmark():
    assert max(Counter((r["model"], r["benchmark"]) for r in ROWS).values()) == 1


def test_each_passes_validation():
    good, refused = validate_candidates(reference.discover().rows["raw_observations"], "raw_observations")
    assert len(good) == len(ROWS)
    assert not len(refused)


def test_the_compute_that_stands_in_the_file_is_what_its_inputs_give():
    hardware, assumptions = by_slug(load_hardware()), ComputeAssumptions()
    good, _ = validate_candidates(reference.discover().rows["raw_observations"], "raw_observations")
    stated = 0
    for row in good.astype(object).where(good.notna(), None).to_dict("records"):
        estimate = estimate_observation(from_record(HandReadObservation, row), hardware, assumptions)
        assert isinstance(estimate, ComputeEstimate), (row["model"], estimate)
        if row["training_flop"]:
            stated += 1
            assert estimate.training_flop == pytest.approx(row["training_flop"], rel=0.01), row["model"]
    assert stated > 100


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real papers is not beside this checkout")
def test_each_accuracy_stands_on_the_page_that_the_row_names():
    files = {p.stem: p for p in CORPUS.glob("*.pdf")} | {p.stem.split("v")[0]: p for p in CORPUS.glob("[0-9]*.pdf")}
    for r in ROWS:
        document = pypdfium2.PdfDocument(files[r["paper_id"]])
        text = document[int(r["page"]) - 1].get_textpage().get_text_bounded()
        value = float(r["value"])
        printed = {f"{v:.{d}f}" for v in (value, 100 - value, value / 100) for d in (1, 2, 3, 4)} | {r["value"]}
        printed |= {f"{v:.0f}" for v in (value, 100 - value) if v == round(v)}
        assert any(p in text for p in printed), (r["model"], r["benchmark"], r["value"])
        document.close()


# --- without one PDF

LANGUAGE_MODELS_OF_TODAY = {"mmlu", "hellaswag", "winogrande", "gsm8k", "gpqa-diamond", "bbh", "arc-challenge"}
NO_SOURCES = pytest.mark.skipif(not SOURCES.is_dir(), reason="the shared sources are not beside this checkout")


@pytest.fixture(scope="module")
def alone():
    """The warehouse of the shared sources alone."""
    with joined(with_reference=False) as warehouse:
        yield warehouse


@NO_SOURCES
def test_the_sources_alone_give_350_observations_on_nine_benchmarks(alone):
    counts = dict(alone.execute("SELECT series, count(*) FROM core_observations WHERE in_fit GROUP BY ALL").fetchall())
    assert sum(counts.values()) >= 350
    assert sum(n >= 8 for n in counts.values()) >= 9
    assert sum(counts.get(s, 0) >= 8 for s in LANGUAGE_MODELS_OF_TODAY) >= 3
    assert alone.execute("SELECT count(*) FROM raw_documents").fetchall() == [(0,)]


@NO_SOURCES
def test_every_observation_says_by_which_rule_and_why(alone):
    rows = alone.execute("SELECT join_rule, join_reason, in_fit, exclusion_reason FROM core_observations").fetchall()
    assert {r[0] for r in rows} == set(JOIN_RULES)
    assert all(r[1].startswith("accuracy: ") and "; compute: " in r[1] and r[2] == (r[3] is None) for r in rows)


@NO_SOURCES
def test_no_model_stands_twice_in_a_fit(alone):
    for what in ("model_key", "estimate_id"):
        twice = f"SELECT series, {what} FROM core_observations WHERE in_fit GROUP BY ALL HAVING count(*) > 1"
        assert alone.execute(twice).fetchall() == [], what


@NO_SOURCES
def test_nothing_that_a_rule_points_at_stands_in_a_fit(alone):
    marked = alone.execute(
        "SELECT d.rule, o.model FROM core_observations o, core_defects d"
        " WHERE d.row_id IN (o.result_id, o.estimate_id) AND o.in_fit"
    ).fetchall()
    assert marked == []


@NO_SOURCES
@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("NASNET-A(6)", "search"),
        ("AmoebaNet-A", "search"),
        ("MnasNet-A3", "search"),
        ("MUXNet-l", "search"),
        ("AlexNet", "several networks"),  # 63.3 is that of seven, 5.4e17 FLOP are those of one
        ("ZFNet (6 convnets)", "several networks"),
        ("LUKE", "two computes"),
        ("GPT-4o", "no figure any more"),
    ],
)
def test_the_studys_defects_and_their_like_are_shown_with_the_reason(alone, model, why):
    rows = alone.execute("SELECT in_fit, exclusion_reason FROM core_observations WHERE model = ?", [model]).fetchall()
    assert rows and not any(in_fit for in_fit, _ in rows)
    assert any(why in reason for _, reason in rows)


@NO_SOURCES
def test_every_known_defect_meets_a_row(alone):
    marked = {m for (m,) in alone.execute("SELECT model FROM core_defects WHERE reason LIKE '%(by hand: %'").fetchall()}
    assert {k.model for k in load_known_defects()} == marked


@NO_SOURCES
def test_contradictions_are_seen_and_agreement_is_worth_little(alone):
    (luke,) = alone.execute(
        "SELECT compute_ratio, computes, independence FROM source_disagreements"
        " WHERE model_key = 'luke' AND metric = 'f1' AND compute_differs"
    ).fetchall()
    assert luke[0] == pytest.approx(80.0, rel=0.01)
    assert "epoch 1.81e+22 by third_party" in luke[1] and "study-data" in luke[1]
    assert luke[2] == "study-data descends from papers-with-code: agreement is no confirmation"
    agreeing = alone.execute(
        "SELECT count(*), count(*) FILTER (independence LIKE '%agreement is no confirmation')"
        " FROM source_disagreements WHERE NOT accuracy_differs AND accuracy_spread IS NOT NULL"
    ).fetchall()
    assert agreeing[0][0] == agreeing[0][1] > 20
    answer = alone.execute((QUERIES / "source_disagreements.sql").read_text()).fetchall()
    assert len(answer) > 20


@NO_SOURCES
def test_the_hand_read_stand_before_all_others():
    with joined(with_reference=True) as warehouse:
        by_hand = warehouse.execute(
            "SELECT count(*) FROM core_observations WHERE result_source_id = 'reference' AND in_fit"
        )
        assert by_hand.fetchall()[0][0] >= 120
        twice = "SELECT series, model_key FROM core_observations WHERE in_fit GROUP BY ALL HAVING count(*) > 1"
        generic = {"base", "large", "big", "small"}
        assert all(key in generic for _, key in warehouse.execute(twice).fetchall())
