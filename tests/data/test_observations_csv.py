"""The shipped observations, row by row against the reference tables and the papers (see also test_observations)."""

import csv
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from tasks.names.keys import model_key
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.hardware import by_slug, load_hardware
from tasks.reference.networks import load_networks
from tasks.sources.folder import paper_identity
from warehouse.connection import REFERENCE

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "pdf"

with (REFERENCE / "observations.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))
BENCHMARKS = {(b.slug, b.metric): b for b in load_benchmarks()}


def name(row: dict) -> str:
    return f"{row['model']} on {row['benchmark']}"


def test_compute_read_in_a_paper_names_paper_and_page():
    read = [r for r in ROWS if r["compute_method"] != "third_party"]
    assert [name(r) for r in read if not r["compute_paper_id"] or not r["compute_page"]] == []
    assert len(read) > len(ROWS) / 2


def test_a_third_party_is_named_with_its_figure_and_confidence():
    third = [r for r in ROWS if r["compute_method"] == "third_party"]
    lacking = [r for r in third if r["compute_source"] == "paper" or not r["compute_confidence"]]
    assert [name(r) for r in lacking] == []
    assert [name(r) for r in third if not r["training_flop"]] == []
    assert third


def test_no_model_stands_twice_on_a_benchmark_under_two_spellings():
    assert [k for k, n in Counter((model_key(r["model"]), r["benchmark"]) for r in ROWS).items() if n > 1] == []


def test_every_row_is_on_a_known_benchmark_by_the_metric_that_fits_use():
    wanted = {pair for pair, benchmark in BENCHMARKS.items() if benchmark.is_fit_metric}
    assert [name(r) for r in ROWS if (r["benchmark"], r["metric"]) not in wanted] == []


def test_values_lie_inside_the_bounds_of_their_benchmark():
    def inside(row: dict) -> bool:
        benchmark = BENCHMARKS[row["benchmark"], row["metric"]]
        return benchmark.lower <= Decimal(row["value"]) <= benchmark.upper

    assert [(name(r), r["value"]) for r in ROWS if not inside(r)] == []


def test_no_accuracy_of_an_ensemble_stands_beside_the_compute_of_one_network():
    """Defect 6 of the study: AlexNet's accuracy was that of seven networks."""
    assert [name(r) for r in ROWS if r["is_ensemble"] != "false"] == []


def test_every_chip_is_in_the_hardware_table():
    assert {r["hardware"] for r in ROWS if r["hardware"]} - by_slug(load_hardware()).keys() == set()


def test_a_stated_total_is_no_product_of_chips_peak_and_time():
    """Vaswani et al. 2017 print training time x GPUs x their rate: the figure has the range of hardware time."""
    words = re.compile(r"\btime x (?:the )?(?:number of )?(?:GPUs|chips)", re.IGNORECASE)
    timed = [r for r in ROWS if words.search(r["compute_note"])]
    assert [name(r) for r in timed if r["compute_method"] != "hardware_time"] == []
    assert len(timed) >= 11


def test_hours_of_many_chips_are_no_run_of_one():
    """As one chip x all hours they would be a run of years, and the split of growth goes by chips and by time."""
    longest = 24 * 150
    assert [name(r) for r in ROWS if r["chips"] == "1" and float(r["duration_hours"]) > longest] == []
    told = [r for r in ROWS if re.search(r"\b(?:core|chip|GPU)-(?:days|hours)\b", r["compute_note"] + r["quote"])]
    assert [name(r) for r in told if r["compute_method"] == "hardware_time" and not r["chip_hours"]] == []


def test_a_figure_that_is_a_bound_or_leaves_training_out_says_so():
    notes = {name(r): (r, r["compute_note"].lower()) for r in ROWS}
    bounds = [
        r for r, note in notes.values() if re.match(r"(?:upper|lower) bound\b", note) or '("<' in note or '"<' in note
    ]
    assert [name(r) for r in bounds if not r["compute_bound"]] == []
    bases = [r for r, note in notes.values() if "excludes imagenet pre-training" in note and "if any" not in note]
    assert [name(r) for r in bases if r["compute_scope"] != "finetuning"] == []
    teachers = [r for r, note in notes.values() if "teacher" in note]
    assert [name(r) for r in teachers if not r["teacher"]] == []
    assert bounds and bases and teachers


def test_of_networks_of_one_family_the_larger_took_more():
    """VGG-16 stood above VGG-19: one booked by time, the other by operations."""
    known = load_networks()
    for family in ("vgg", "resnet", "densenet"):
        of = {}
        for row in ROWS:
            key = model_key(row["model"])
            if re.fullmatch(rf"{family}\d+", key) and key in known and row["benchmark"] == "imagenet-1k":
                of[known[key].multiply_adds] = float(row["training_flop"])
        ordered = [of[k] for k in sorted(of)]
        assert ordered == sorted(ordered), family


@cache
def papers() -> dict[str, Path]:
    return {paper_identity(p.stem)[0]: p for p in sorted(CORPUS.glob("*.pdf"))}


@cache
def page_text(paper_id: str, page: int) -> str:
    document = pypdfium2.PdfDocument(papers()[paper_id])
    try:
        return document[page - 1].get_textpage().get_text_range()
    finally:
        document.close()


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the papers are not here ({CORPUS})")
def test_every_figure_of_a_quote_stands_on_the_page_that_its_row_names():
    missing, checked = [], 0
    for row in (r for r in ROWS if r["paper_id"] in papers()):
        text = page_text(row["paper_id"], int(row["page"]))
        figures = re.findall(r"(?<![\d.])\d+\.\d+", row["quote"])
        missing += [(name(row), row["page"], f) for f in figures if not re.search(rf"(?<![\d.]){f}(?!\d)", text)]
        checked += len(figures)
    assert missing == []
    assert checked > 100


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the papers are not here ({CORPUS})")
def test_the_accuracy_is_one_of_the_figures_quoted():
    """As it stands or as an error, with or without a last nought, in percent or as a share."""
    absent = []
    for row in ROWS:
        value = Decimal(row["value"])
        forms = {value, 100 - value, value / 100, 1 - value / 100}
        quoted = {Decimal(f) for f in re.findall(r"(?<![\d.])\d*\.?\d+", row["quote"])}
        if not forms & quoted:
            absent.append((name(row), row["value"], row["quote"]))
    assert absent == []
