"""Files that are not what their name says: each refused with its own clear reason; pages closed whatever happens."""

from pathlib import Path
from typing import Any

import pytest
from pdfplumber.page import Page as PlumberPage
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.parse import ParseLimits, UnreadableDocument, parse_document
from tasks.parse.plain import worth_layout


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
        return [], [], False

    monkeypatch.setattr("tasks.parse.words_of", words_of)
    document = parse_document(_pdf(tmp_path / "paper.pdf", pages=3), "0")
    assert closed == [1, 2, 3]
    assert document.notes == [Coded.of(ParseNote.LAYOUT_FAILED, page=1, error="ValueError: broken glyphs")]


def test_time_is_up(tmp_path: Path) -> None:
    document = parse_document(_pdf(tmp_path / "paper.pdf", pages=3), "0", ParseLimits(max_seconds=-1))
    assert not any(page.layout_read for page in document.pages)
    assert all("76.3" in page.plain_text for page in document.pages)
    assert document.notes == [Coded.of(ParseNote.LAYOUT_OUT_OF_TIME, pages="1-3")]


def test_pages_worth_the_layout() -> None:
    texts = ["Title", "We thank nobody.", "Table 2: accuracy 76.3", "trained on 8 GPUs for 6 days", "accuracy of 1.0"]
    assert worth_layout(texts, limit=10) == [0, 2, 3, 4]
    assert worth_layout(texts, limit=2) == [0, 2]
