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
