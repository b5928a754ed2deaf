"""Files that are not what their name says: each refused with its own clear reason; pages closed whatever happens."""

import hashlib
import io
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pdfplumber.page import Page as PlumberPage
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from schemas.codes.reading import Doubt
from schemas.rows.claims import DocumentReading
from tasks.extract.read import is_damaged, read_document
from tasks.parse import ParseLimits, UnreadableDocument, parse_document
from tasks.parse.broken_words import join_broken_words
from tasks.parse.document import Document, Word
from tasks.parse.plain import worth_layout
from tasks.parse.sheet import sheet_of
from tasks.parse.time_limit import OutOfTime, time_limit
from tasks.storage.store import DocumentStore
from tests.papers import write_paper
from tests.unit.rows import sidecar


def _pdf(
    path: Path, pages: int = 1, text: str = "Table 1 shows an accuracy of 76.3 % on ImageNet.", **options: Any
) -> Path:
    canvas = Canvas(str(path), **options)
    for _ in range(pages):
        canvas.drawString(60, 700, text)
        canvas.showPage()
    canvas.save()
    return path


def _empty(path: Path) -> Path:
    path.touch()
    return path


def _text(path: Path) -> Path:
    path.write_text("I am no PDF.")
    return path


def _truncated(path: Path) -> Path:
    data = _pdf(path, pages=20).read_bytes()
    path.write_bytes(data[: len(data) // 3])
    return path


def _encrypted(path: Path) -> Path:
    return _pdf(path, encrypt=pdfencrypt.StandardEncryption("user", "owner"))


def _scanned(path: Path) -> Path:
    return _pdf(path, pages=3, text="")


def _endless(path: Path) -> Path:
    return _pdf(path, pages=450)


CASES = [
    (_empty, "empty (0 bytes)"),
    (_text, "does not start with %PDF"),
    (_truncated, "damaged or truncated"),
    (_encrypted, "password"),
    (_scanned, "no text layer"),
    (_endless, "450 pages, more than the limit of 400"),
]


@pytest.mark.parametrize(("make", "reason"), CASES, ids=lambda x: getattr(x, "__name__", None))
def test_reason(make: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=reason.replace("(", r"\(").replace(")", r"\)")):
        parse_document(make(tmp_path / "paper.pdf"), "0")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="cannot be read"):
        parse_document(tmp_path / "nowhere.pdf", "0")


def test_every_page_is_closed_even_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    close = PlumberPage.close
    monkeypatch.setattr(PlumberPage, "close", lambda page: (closed.append(page.page_number), close(page))[1])
    calls = iter([ValueError("broken glyphs")])

    def words_of(*_: Any) -> Any:
        for error in calls:
            raise error
        return [Word("word", (60, 60, 90, 70), 10)], [], False

    monkeypatch.setattr("tasks.parse.words_of", words_of)
    document = parse_document(_pdf(tmp_path / "paper.pdf", pages=3), "0")
    assert closed == [1, 2, 3]
    assert document.notes == [Coded.of(ParseNote.LAYOUT_FAILED, page=1, error="ValueError: broken glyphs")]


def test_time_is_up(tmp_path: Path) -> None:
    document = parse_document(_pdf(tmp_path / "paper.pdf", pages=3), "0", ParseLimits(max_seconds=-1))
    assert not any(page.layout_read for page in document.pages)
    assert all("76.3" in page.plain_text for page in document.pages)
    assert document.notes == [Coded.of(ParseNote.LAYOUT_OUT_OF_TIME, pages="1-3")]


def _resized(path: Path, box: str, pages: int = 3) -> Path:
    """A PDF whose second page has another box than the others."""
    data = _pdf(path, pages).read_bytes()
    first = data.index(b"/MediaBox", data.index(b"/MediaBox") + 1)
    end = data.index(b"]", first) + 1
    path.write_bytes(data[:first] + f"/MediaBox {box}".encode() + data[end:])
    return path


def test_a_page_without_a_letter_is_told_and_the_paper_is_read_in_part(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "paper.pdf"))
    for text in ("Table 1 shows an accuracy of 76.3 % on ImageNet.", "", "It was trained on 8 GPUs for 6 days."):
        canvas.drawString(60, 700, text)
        canvas.rect(60, 300, 200, 200, fill=1)
        canvas.showPage()
    canvas.save()
    document = parse_document(tmp_path / "paper.pdf", "0")
    assert document.notes == [Coded.of(ParseNote.TEXT_MISSING, pages="2")]
    assert _status(tmp_path) == ("partly_read", 2)


@pytest.mark.parametrize("box", ["[ 0 0 1000000000 1000000000 ]", "[ 0 0 14401 792 ]", "[ -20000 0 595 842 ]"])
def test_a_page_beyond_any_sheet_is_told_and_costs_nothing(tmp_path: Path, box: str) -> None:
    document = parse_document(_resized(tmp_path / "paper.pdf", box), "0")
    (note,) = document.notes
    assert (note.code, note.parameters[0]) == (ParseNote.LAYOUT_FAILED, ("page", 2))
    assert "a page of" in str(note.parameters[1]) and "14400" in str(note.parameters[1])
    assert [p.layout_read for p in document.pages] == [True, False, True]
    assert _status(tmp_path) == ("partly_read", 2)


def test_hundreds_of_captions_without_tables_do_not_use_up_the_time_of_their_page(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "paper.pdf"), pagesize=(2000, 2000))
    canvas.setFont("Helvetica", 4)
    for i in range(800):
        canvas.drawString(20 + i // 200 * 200, 1900 - i % 200 * 8, f"Table {i + 1}: Results of model number {i}.")
    canvas.save()
    document = parse_document(tmp_path / "paper.pdf", "0", ParseLimits(max_page_seconds=20))
    assert {note.code for note in document.notes} == {ParseNote.TABLE_NOT_FOUND}
    assert document.pages[0].layout_read


def test_a_page_whose_letters_cannot_be_seen_is_told(tmp_path: Path) -> None:
    document = parse_document(_resized(tmp_path / "paper.pdf", "[ 2000 2000 2595 2842 ]"), "0")
    assert Coded.of(ParseNote.TEXT_MISSING, pages="2") in document.notes
    assert _status(tmp_path)[0] == "partly_read"


@pytest.mark.parametrize(("off", "is_told"), [(1, False), (4, True)])
def test_a_page_of_which_a_part_lies_off_the_sheet_is_told(tmp_path: Path, off: int, is_told: bool) -> None:
    canvas = Canvas(str(tmp_path / "paper.pdf"), pagesize=(600, 800))
    for line in range(10):
        canvas.drawString(60, (-100 if line < off else 700) - 14 * line, "An accuracy of 76.3 % on ImageNet.")
    canvas.save()
    notes = parse_document(tmp_path / "paper.pdf", "0").notes
    assert [n.code for n in notes] == [ParseNote.GLYPHS_OFF_PAGE, *[ParseNote.PAGE_CUT] * is_told]
    assert (_status(tmp_path)[0] == "partly_read") == is_told


@pytest.mark.parametrize(("pages", "doubt"), [(2, None), (3, Doubt.PARTLY_READ)], ids=["whole", "with a page missing"])
def test_what_a_paper_says_that_is_read_in_part_waits_for_a_look(
    tmp_path: Path, pages: int, doubt: Doubt | None
) -> None:
    write_paper(tmp_path / "paper.pdf", "GoodNet", 78.25, 4, pages)
    claims = _read(tmp_path).claims
    assert claims["core_results"] and claims["core_disclosures"]
    assert {claim["doubt_codes"] for rows in claims.values() for claim in rows} == {doubt}


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: bytes(range(256)) * 2 + content,
        lambda content: b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + content,
        lambda content: content.replace(b"startxref\n", b"startxref\n9"),
    ],
    ids=["bytes before the head", "a header of HTTP", "a trailer that leads nowhere"],
)
def test_a_file_of_which_nothing_is_lost_is_read_whole(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    write_paper(tmp_path / "paper.pdf", "GoodNet", 78.25, 4)
    with pikepdf.open(tmp_path / "paper.pdf", allow_overwriting_input=True) as pdf:
        pdf.save(tmp_path / "paper.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    whole = _read(tmp_path)
    (tmp_path / "paper.pdf").write_bytes(damage((tmp_path / "paper.pdf").read_bytes()))
    reading = _read(tmp_path)
    assert (reading.status, reading.parse_codes, reading.pages_read) == ("read", None, 2)
    values = [sorted(row["value"] for row in r.claims["core_results"]) for r in (whole, reading)]
    assert values[0] == values[1] and values[0]


def test_what_stands_in_a_file_of_two_papers_waits_for_a_look(tmp_path: Path) -> None:
    write_paper(tmp_path / "1.pdf", "GoodNet", 78.25, 4)
    _pdf(tmp_path / "2.pdf", text="References")
    write_paper(tmp_path / "3.pdf", "WideNet", 79.5, 5)
    with pikepdf.Pdf.new() as volume:
        for path in sorted(tmp_path.glob("*.pdf")):
            with pikepdf.open(path) as paper:
                volume.add_pages_from(paper)
            path.unlink()
        volume.save(tmp_path / "paper.pdf")
    reading = _read(tmp_path)
    assert (reading.status, reading.parse_codes) == ("read", "layout_not_needed several_documents")
    assert {claim["doubt_codes"] for rows in reading.claims.values() for claim in rows} == {Doubt.SEVERAL_DOCUMENTS}


@pytest.mark.parametrize(
    ("note", "doubts"),
    [
        (Coded.of(ParseNote.TEXT_UNREADABLE, page=20), False),
        (Coded.of(ParseNote.TEXT_MISSING, pages="3 7"), False),
        (Coded.of(ParseNote.TEXT_MISSING, pages="3 22-23"), True),
        (Coded.of(ParseNote.LAYOUT_NOT_OPENED, error="no table of objects"), True),
        (Coded.of(ParseNote.LAYOUT_OVER_LIMIT, pages="5-26"), False),
        (Coded.of(ParseNote.GLYPHS_TINY, page=1, glyphs=9), False),
        (Coded.of(ParseNote.GLYPHS_MISSING, page=3, glyphs=2), False),
        (Coded.of(ParseNote.FONT_MISSING, page=3, fonts="Times"), True),
        (Coded.of(ParseNote.PAGES_MISSING, pages="5"), True),
        (Coded.of(ParseNote.STREAMS_DAMAGED, pages="7"), True),
        (Coded.of(ParseNote.OBJECTS_MISSING, objects=1), True),
        (Coded.of(ParseNote.CAPTIONS_MISSING, labels="table 2 table 3"), True),
    ],
)
def test_a_paper_is_damaged_by_signs_no_whole_one_shows_or_on_more_than_a_tenth_of_its_pages(
    note: Coded[ParseNote], doubts: bool
) -> None:
    assert is_damaged(Document("0", 26, [], notes=[note])) == doubts


def test_a_page_that_is_damaged_in_two_ways_is_one_page() -> None:
    ways = ParseNote.TEXT_UNREADABLE, ParseNote.GLYPHS_MISSING
    assert not is_damaged(Document("0", 26, [], notes=[Coded.of(way, page=n) for way in ways for n in (1, 2)]))


def _status(folder: Path) -> tuple[str, int | None]:
    reading = _read(folder)
    return reading.status, reading.pages_read


def _read(folder: Path) -> DocumentReading:
    """What becomes of a paper in a home."""
    content = (folder / "paper.pdf").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    DocumentStore(folder / "home").put(io.BytesIO(content), sha256)
    return read_document(folder / "home", sidecar(sha256, "paper"))


def test_a_page_that_takes_for_ever_costs_the_others_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = iter([True])

    def sheet(*given: Any) -> Any:
        while next(slow, False):
            _work()
        return sheet_of(*given)

    monkeypatch.setattr("tasks.parse.sheet_of", sheet)
    document = parse_document(_pdf(tmp_path / "paper.pdf", pages=3), "0", ParseLimits(max_page_seconds=0.2))
    assert document.notes == [
        Coded.of(ParseNote.LAYOUT_FAILED, page=1, error="OutOfTime: over 0.2 s of processor time")
    ]
    assert [p.layout_read for p in document.pages] == [False, True, True]


def test_a_table_that_breaks_the_grid_costs_its_page_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.parse.join_broken_words", _broken_once(join_broken_words))
    document = parse_document(_pdf(tmp_path / "paper.pdf", pages=2), "0")
    assert [n.code for n in document.notes] == [ParseNote.LAYOUT_FAILED]
    assert [p.layout_read for p in document.pages] == [False, True]


def _work() -> None:
    """Work for ever."""
    began = time.process_time()
    while time.process_time() < began + 60:
        pass


def _broken_once(function: Any) -> Any:
    calls = iter([ValueError("no grid")])

    def wrapped(*given: Any) -> Any:
        for error in calls:
            raise error
        return function(*given)

    return wrapped


def test_extraction_that_takes_for_ever_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.extract.read.EXTRACT_SECONDS", 0.2)
    monkeypatch.setattr("tasks.extract.read.extract_claims", lambda *_: _work())
    _pdf(tmp_path / "paper.pdf")
    assert _read(tmp_path).reason == "extraction from its 1 pages was stopped: over 0.2 s of processor time"


def test_a_limit_leaves_the_alarm_that_was_set_before() -> None:
    before = signal.getitimer(signal.ITIMER_PROF)[0]
    signal.setitimer(signal.ITIMER_PROF, 100)
    try:
        with pytest.raises(OutOfTime), time_limit(0.01):
            _work()
        assert 50 < signal.getitimer(signal.ITIMER_PROF)[0] < 100
    finally:
        signal.setitimer(signal.ITIMER_PROF, before)


def test_pages_worth_the_layout() -> None:
    texts = ["Title", "We thank nobody.", "Table 2: accuracy 76.3", "trained on 8 GPUs for 6 days", "accuracy of 1.0"]
    assert worth_layout(texts, limit=10) == [0, 2, 3, 4]
    assert worth_layout(texts, limit=2) == [0, 2]
