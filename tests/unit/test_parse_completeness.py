"""Documents of which pages are missing, and those that only look so."""

import pytest

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.parse.completeness import missing_pages, missing_parts, second_document
from tasks.parse.page_ranges import numbers_of, ranges_text
from tasks.parse.time_limit import time_limit


def page(number: int, *lines: str) -> str:
    """A page with its number at the foot."""
    return "\n".join(["A running head", *lines, "Words of a paragraph.", str(number)])


@pytest.mark.parametrize(
    ("texts", "missing"),
    [
        ([page(n) for n in (1, 2, 3, 4)], []),
        ([page(n) for n in (1107, 1108, 1109)], []),
        ([page(n) for n in (1, 2, 5, 6, 8)], [3, 4, 7]),
        (["Page 1 of 6", "Page 2 of 6", "Page 4 of 6"], [3]),
        ([page(1), "A page without its number", page(3), page(4)], []),
        ([page(1), page(2, "A table at the foot\n76.3\n12"), page(3), "12\nFigures", page(5)], []),
        ([page(1), *["A page without its number"] * 4, page(20)], []),
        (["A document"] * 5, []),
    ],
    ids=["whole", "from proceedings", "skipped", "of so many", "one unnumbered", "other numbers", "few", "none"],
)
def test_pages_are_missing_where_printed_numbers_skip_some(texts: list[str], missing: list[int]) -> None:
    assert missing_pages(texts) == missing


def test_many_numbers_on_many_pages_take_no_time() -> None:
    texts = [f"{4 * n}\n{4 * n + 1}\nFigures\n{4 * n + 2}\n{4 * n + 3}" for n in range(400)]
    with time_limit(30):
        missing_pages(texts)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Table 1 and Figure 2 show it.\nTable 1: Results.\nFigure 2. A net.", None),
        ("Table 1 and Figure 2 show it, as does Fig. 3.\nTable 1: Results.", "figure 2 figure 3"),
        ("As Table 7 of another paper shows.\nTable 1: Results.", None),
    ],
    ids=["all there", "two lacking", "another paper's"],
)
def test_tables_and_figures_spoken_of_have_to_stand_somewhere(text: str, labels: str | None) -> None:
    assert missing_parts([text]) == ([Coded.of(ParseNote.CAPTIONS_MISSING, labels=labels)] if labels else [])


@pytest.mark.parametrize("heading", ["References", "7 REFERENCES", "VI. Bibliography", "Notes and References", ""])
def test_who_cites_has_a_list_of_references(heading: str) -> None:
    citing = "\n".join(f"as shown before [{n}]." for n in range(1, 12))
    notes = missing_parts([citing, heading + "\nA. Author: A paper."])
    assert notes == ([] if heading else [Coded.of(ParseNote.REFERENCES_MISSING, citations=11)])


@pytest.mark.parametrize("title", ["Supplementary Material: Wide Nets", "Appendix", "A. Appendices", "On the Appendix"])
def test_a_supplement_leaves_tables_and_references_to_its_paper(title: str) -> None:
    citing = "\n".join(f"As Table {n} of the paper shows [{n}]." for n in range(1, 12))
    codes = [note.code for note in missing_parts([f"{title}\n{citing}"])]
    is_paper = title == "On the Appendix"
    assert codes == [ParseNote.CAPTIONS_MISSING, ParseNote.REFERENCES_MISSING] * is_paper


@pytest.mark.parametrize(
    ("text", "is_missing"),
    [
        ("Abstract\n2 Related Work", False),
        ("ABSTRACT—We widen nets.\nII. RELATED WORK", False),
        ("1 I NTRODUCTION\n2 R ELATED W ORK", False),
        ("2 Related Work\n3 Method", True),
        ("II. RELATED WORK\nAn introduction to it is given by others.", True),
        ("A letter without numbers\nMethods", False),
        ("Supplementary Material\n2 Proofs", False),
        ("Abstract\f2 Related Work\fReferences", False),
        ("2 Related Work\fAbstract\fReferences", True),
        ("References\f1 Introduction\fA table", True),
        ("Contents\fSome words\fAbstract\f2 Related Work", False),
        ("Contents\nReferences 45\fAbstract\f2 Related Work", False),
    ],
)
def test_a_second_section_follows_an_abstract_or_an_introduction(text: str, is_missing: bool) -> None:
    assert missing_parts(text.split("\f")) == [Coded(ParseNote.BEGINNING_MISSING)] * is_missing


@pytest.mark.parametrize(
    ("pages", "labels"),
    [
        (["Table 1: a\nFigure 1. b", "Table 2: c", "Table 3: d"], None),
        (["Table 3: d", "Table 2: c", "Table 1: a"], "table 2 table 3"),
        (["Figure 2. d", "Table 2: c", "Table 1: a\nFigure 1. b"], "figure 2 table 2"),
        (["Table 2: c", "Table 1: a", "Table 3: d"], None),
        (["Table 2 shows it.\nTable 3 as well.", "Table 1: a", "Table 2: b", "Table 3: c"], None),
    ],
    ids=["in order", "backwards", "of both kinds", "one", "lines that are no captions"],
)
def test_pages_in_another_order_are_told_by_their_tables(pages: list[str], labels: str | None) -> None:
    assert missing_parts(pages) == ([Coded.of(ParseNote.PAGES_DISORDERED, labels=labels)] if labels else [])


_PAPER = ["Wide Nets\nAbstract\nWe widen nets.", "References\n[1] A paper."]
_STAMPED = ["arXiv:2101.00001v2  [cs.CV]  3 Jan 2021\nDeep Nets", "[1] A paper."]


@pytest.mark.parametrize(
    ("texts", "begins"),
    [
        (_PAPER, None),
        (_PAPER + _PAPER, 3),
        ([*_PAPER, "Abstract—We deepen nets."], 3),
        ([*_PAPER, "Appendix\nAbstract Algebra 76.3"], None),
        ([*_PAPER, "Supplementary Material: Wide Nets"], None),
        (_STAMPED + [text.replace("00001v2", "00007v1") for text in _STAMPED], 3),
        (_STAMPED + _STAMPED, None),
        (["Contents\nAbstract . . . i\nReferences 45", *_PAPER], None),
    ],
    ids=[
        "one",
        "two",
        "without references",
        "a subject",
        "a supplement",
        "two of arXiv",
        "twice the same",
        "a table of contents",
    ],
)
def test_another_document_in_the_file_is_found(texts: list[str], begins: int | None) -> None:
    assert second_document(texts) == begins


def test_ranges_of_pages_come_back() -> None:
    assert ranges_text([1, 2, 3, 7, 9, 10]) == "1-3 7 9-10"
    assert numbers_of("1-3 7 9-10") == [1, 2, 3, 7, 9, 10]
