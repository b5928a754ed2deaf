"""The observations that ship with the project: enough of them, each with its place and words, each reckoned right."""

import csv
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from tasks.discover import reference
from tasks.extract.accuracy.benchmarks import load_benchmarks
from tasks.hardware import by_slug, load_hardware
from tasks.reckon.methods import ReckonAssumptions
from tasks.refresh import reckon_observation
from tasks.validate import validate
from warehouse.connection import REFERENCE

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "pdf"

with (REFERENCE / "observations.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))


def test_there_are_enough_for_each_benchmark():
    series = {b.slug: b.series for b in load_benchmarks(REFERENCE / "benchmarks.csv")}
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
    good, refused = validate(reference.discover(REFERENCE).rows["raw_observations"], "raw_observations")
    assert len(good) == len(ROWS)
    assert not len(refused)


def test_the_compute_that_stands_in_the_file_is_what_its_inputs_give():
    hardware, assumptions = by_slug(load_hardware()), ReckonAssumptions()
    good, _ = validate(reference.discover(REFERENCE).rows["raw_observations"], "raw_observations")
    stated = 0
    for row in good.astype(object).where(good.notna(), None).to_dict("records"):
        reckoned = reckon_observation(row, hardware, assumptions)
        assert not reckoned.get("doubt"), (row["model"], reckoned.get("doubt"))
        if row["training_flop"]:
            stated += 1
            assert reckoned["training_flop"] == pytest.approx(row["training_flop"], rel=0.01), row["model"]
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
