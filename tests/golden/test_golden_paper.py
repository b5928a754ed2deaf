"""A paper made by the project, read from bytes to claims."""

from pathlib import Path

import pytest

from tasks.extract.accuracy.results import extract_results
from tasks.parse import parse_document
from tasks.parse.document import Document, PageTable
from tasks.reference.benchmarks import load_benchmarks
from tests.golden.paper import write_paper

REFERENCE = Path(__file__).parents[2] / "warehouse" / "reference" / "benchmarks.csv"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("golden") / "foonet.pdf"
    write_paper(path)
    return parse_document(path, "0" * 64)


def _table(document: Document, label: str) -> PageTable:
    (table,) = [t for page in document.pages for t in page.tables if t.label == label]
    return table


def test_title(document: Document) -> None:
    assert document.title == "FooNet: Small Networks for Large Images"


def test_columns_are_read_one_after_the_other(document: Document) -> None:
    lines = [line.text for line in document.pages[0].lines]
    flop = next(i for i, line in enumerate(lines) if "FLOP" in line)
    caption = next(i for i, line in enumerate(lines) if line.startswith("Table 1"))
    assert flop < caption
    assert not any("FLOP" in line and "Table" in line for line in lines)


def test_power_of_ten_keeps_its_exponent(document: Document) -> None:
    assert any("3 × 10^{18} FLOP" in line.text for line in document.pages[0].lines)


def test_booktabs_table_in_one_column(document: Document) -> None:
    table = _table(document, "Table 1")
    assert table.header_rows == 1
    assert [[c.text for c in row] for row in table.rows] == [
        ["Model", "top-1 err.", "top-5 err."],
        ["ResNet-50 [12]", "22.85", "6.71"],
        ["FooNet-S (ours)", "23.10", "6.90"],
        ["FooNet-L (ours)", "21.43", "5.71"],
    ]


def test_spanning_header(document: Document) -> None:
    table = _table(document, "Table 2")
    assert table.header_rows == 2
    assert table.column_header(1) == "ImageNet | top-1/top-5"
    assert table.column_header(2) == "CIFAR-10 | acc."


def test_rows_are_equally_long_and_cells_have_boxes(document: Document) -> None:
    for table in document.pages[0].tables:
        assert len({len(row) for row in table.rows}) == 1
        assert all(c.box is not None for row in table.rows for c in row if c.text)


def test_claims(document: Document) -> None:
    found = extract_results(document, "foonet", load_benchmarks())
    claims = [c.row for c in found]
    read = {(c.row.model, c.row.benchmark, c.row.metric, c.row.value, c.row.is_own) for c in found if not c.doubts}
    assert read == {
        ("ResNet-50", "imagenet-1k", "top1_accuracy", 77.15, False),
        ("ResNet-50", "imagenet-1k", "top5_accuracy", 93.29, False),
        ("FooNet-S", "imagenet-1k", "top1_accuracy", 76.90, True),
        ("FooNet-S", "imagenet-1k", "top5_accuracy", 93.10, True),
        ("FooNet-L", "imagenet-1k", "top1_accuracy", 78.57, True),
        ("FooNet-L", "imagenet-1k", "top5_accuracy", 94.29, True),
        ("FooNet-L", "imagenet-1k", "top1_accuracy", 78.6, True),
        ("FooNet-L", "imagenet-1k", "top5_accuracy", 94.3, True),
        ("FooNet-S", "cifar-10", "top1_accuracy", 95.25, True),
        ("FooNet-L", "cifar-10", "top1_accuracy", 96.10, True),
    }
    assert all(c.place.bbox_x0 is not None and c.quote and 0 < c.confidence <= 1 for c in claims)


def test_round_trip(document: Document) -> None:
    assert Document.from_dict(document.to_dict()) == document
