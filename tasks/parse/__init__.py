"""Parse: from a PDF's bytes to a Document of words, lines and tables.

`parse_document` is the whole face. Plain text of all pages comes first and chooses the pages whose layout is read.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2 as pdfium

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.parse.broken_words import join_broken_words, unbroken, vocabulary_of, whole_words
from tasks.parse.captions import Caption, captions_of
from tasks.parse.completeness import missing_parts, second_document
from tasks.parse.continued import continue_tables
from tasks.parse.document import Box, Document, PageTable, PdfPage, TextLine, Word
from tasks.parse.fonts import font_notes
from tasks.parse.glyphs import runs_up, turned_back, turned_box, words_of
from tasks.parse.grid import build_grid
from tasks.parse.legible import is_unreadable, without_letters
from tasks.parse.lines import find_gutter, lines_of, rows_of
from tasks.parse.logical_pages import LogicalPage, logical_pages
from tasks.parse.objects import object_notes, repaired
from tasks.parse.page_ranges import ranges_text
from tasks.parse.painted import painted_text, text_without
from tasks.parse.pairing import captions_stand_above, pair, with_titles
from tasks.parse.plain import ParseLimits, UnreadableDocument, open_pdf, plain_pages, tidy, worth_layout
from tasks.parse.regions import (
    PlacedLines,
    Region,
    extended,
    horizontal_rules,
    lone_rule_regions,
    ruled_regions,
    unruled_region,
    words_in,
)
from tasks.parse.sheet import PageSheet, sheet_of
from tasks.parse.time_limit import time_limit

__all__ = ["ParseLimits", "UnreadableDocument", "parse_document"]

_DEFAULT_LIMITS = ParseLimits()

MAX_POINTS = 14400
"""The longest side of a page: 200 inches at 72 points (ISO 32000-1:2008, annex C.2; from memory, not checked)."""
_UNREADABLE_SHARE = 0.5
"""Of a page's signs: where more are no letters, it is not only the labels of a figure that cannot be read."""


@dataclass(slots=True)
class _Layout:
    """The layout of a page (or of one of two logical pages on it) before captions are given to tables."""

    page: PdfPage
    words: list[Word]
    sideways: list[Word]
    gutter: float | None
    captions: list[Caption]
    regions: list[Region]
    on_page: Callable[[Box], Box] | None = None
    """Where a box of the layout stands on the page; None where all stand as they are."""


def parse_document(path: Path, sha256: str, limits: ParseLimits = _DEFAULT_LIMITS) -> Document:
    """Read a PDF.

    Args:
        path: The PDF.
        sha256: Hash of its bytes, kept in the Document.
        limits: Bounds on pages and seconds. When the time is up, the pages read so far stand and a note says so.

    Raises:
        UnreadableDocument: With the reason in words, when nothing can be read.
    """
    with closing(open_pdf(path)) as shown:
        return _parse(path, shown, sha256, limits)


def _parse(path: Path, shown: pdfium.PdfDocument, sha256: str, limits: ParseLimits) -> Document:
    deadline = time.monotonic() + limits.max_seconds
    broken = plain_pages(shown, limits)
    vocabulary = vocabulary_of(broken)
    texts = [unbroken(text, vocabulary) for text in broken]
    document = Document(sha256, len(texts), [PdfPage(i + 1, 0.0, 0.0, text) for i, text in enumerate(texts)])
    if missing := [i for i, text in enumerate(texts) if not text.strip()]:
        document.notes.append(_on_pages(ParseNote.TEXT_MISSING, missing))
    for page in document.pages:
        if is_unreadable(page.plain_text):
            document.notes.append(Coded.of(ParseNote.TEXT_UNREADABLE, page=page.number))
            page.plain_text = texts[page.number - 1] = ""
    wanted = worth_layout(texts, len(texts))
    chosen = worth_layout(texts, limits.max_layout_pages) if len(wanted) > limits.max_layout_pages else wanted
    document.notes += [*object_notes(path), *missing_parts(texts), *_left_out(texts, wanted, chosen)]
    if second := second_document(texts):
        document.notes.append(Coded.of(ParseNote.SEVERAL_DOCUMENTS, page=second))
    layouts = _read_layouts(path, shown, document, chosen, deadline, limits.max_page_seconds)
    for page in document.pages:
        page.plain_text = unbroken(page.plain_text, vocabulary)  # that of which glyphs were left out was read again
    above = captions_stand_above([(layout.captions, layout.regions) for layout in layouts])
    for layout in layouts:
        with _one_page(document, layout.page, limits.max_page_seconds):
            document.notes += _fill_page(layout, above, vocabulary)
    continue_tables(document.pages)
    if document.pages[0].layout_read:
        document.title = _title(document.pages[0])
    return document


def _left_out(texts: list[str], wanted: list[int], chosen: list[int]) -> list[Coded[ParseNote]]:
    """Notes on the written pages whose layout is not wanted."""
    over = [i for i in wanted if i not in chosen]
    plain = [i for i, text in enumerate(texts) if text.strip() and i not in wanted]
    reasons = {ParseNote.LAYOUT_OVER_LIMIT: over, ParseNote.LAYOUT_NOT_NEEDED: plain}
    return [_on_pages(code, pages) for code, pages in reasons.items() if pages]


def _on_pages(code: ParseNote, indexes: list[int]) -> Coded[ParseNote]:
    return Coded.of(code, pages=ranges_text([i + 1 for i in indexes]))


@contextmanager
def _one_page(document: Document, page: PdfPage, seconds: float) -> Iterator[None]:
    """Work on one page: whatever a broken or endless one provokes is a note, and takes no other page with it."""
    try:
        with time_limit(seconds):
            yield
    except Exception as error:  # noqa: BLE001  pdfminer raises whatever a broken file provokes
        reason = f"{type(error).__name__}: {error}"
        document.notes.append(Coded.of(ParseNote.LAYOUT_FAILED, page=page.number, error=reason))


def _read_layouts(
    path: Path,
    shown: pdfium.PdfDocument,
    document: Document,
    chosen: list[int],
    deadline: float,
    page_seconds: float,
) -> list[_Layout]:
    layouts: list[_Layout] = []
    try:
        pdf = _opened(path, document.page_count)
    except Exception as error:  # noqa: BLE001  pdfminer raises whatever a broken file provokes
        document.notes.append(Coded.of(ParseNote.LAYOUT_NOT_OPENED, error=f"{type(error).__name__}: {error}"))
        return layouts
    try:
        for done, index in enumerate(chosen):
            if time.monotonic() > deadline:
                document.notes.append(_on_pages(ParseNote.LAYOUT_OUT_OF_TIME, chosen[done:]))
                break
            page = document.pages[index]
            with _one_page(document, page, page_seconds):
                layouts += _read_page(pdf.pages[index], shown[index], page, document.notes)
    finally:
        pdf.stream.close()  # not pdf.close(): it makes every page anew only to close it
    return layouts


def _opened(path: Path, pages: int) -> pdfplumber.PDF:
    """The document in pdfplumber, as qpdf repairs it where pdfminer cannot read it as it is.

    Raises:
        ValueError: it has other pages so than pdfium shows.
        Exception: whatever pdfminer and qpdf raise.
    """
    try:
        return pdfplumber.open(path)
    except Exception:  # noqa: BLE001  pdfminer raises whatever a broken file provokes
        pdf = pdfplumber.open(repaired(path))
    if len(pdf.pages) != pages:
        raise ValueError(f"{len(pdf.pages)} pages as repaired, {pages} as shown")
    return pdf


def _read_page(source: Any, shown: pdfium.PdfPage, page: PdfPage, notes: list[Coded[ParseNote]]) -> list[_Layout]:
    """Words, rules and captions of one page; the page is closed whatever happens (`with` would leak it)."""
    is_written = bool(page.plain_text.strip())
    try:
        _check_size(shown)
        sheet = sheet_of(source, shown)
        notes += font_notes(sheet, source.page_obj, page.number)
        painted = painted_text(sheet, shown, page.number)
        if painted.dropped:
            page.plain_text = tidy(text_without(painted, sheet, shown))
        words, sideways, turned = words_of(painted.kept, sheet.width, sheet.height)
        upwards = runs_up(painted.kept)
        rules = horizontal_rules(sheet, turned, upwards)
    finally:
        source.close()
        shown.close()
    notes += painted.notes
    if is_written and not (words or sideways):
        notes.append(Coded.of(ParseNote.TEXT_MISSING, pages=str(page.number)))
    if without_letters("".join(w.text for w in [*words, *sideways])) > _UNREADABLE_SHARE:
        notes.append(Coded.of(ParseNote.TEXT_UNREADABLE, page=page.number))
    page.width, page.height = (sheet.height, sheet.width) if turned else (sheet.width, sheet.height)
    across = _sideways_layout(page, sheet, sideways, upwards)
    halves = logical_pages(words, [] if across else sideways, rules, page.width, page.height)
    return [*(_layout(page, half) for half in halves), *across]


def _check_size(shown: pdfium.PdfPage) -> None:
    """Refuse a page beyond any sheet, before anything is made of its size.

    Raises:
        ValueError: a side is longer than `MAX_POINTS`.
    """
    width, height = shown.get_size()
    if max(width, height) > MAX_POINTS:
        raise ValueError(f"a page of {width:g} x {height:g} points, more than {MAX_POINTS} on a side")


def _sideways_layout(page: PdfPage, sheet: PageSheet, sideways: list[Word], upwards: bool) -> list[_Layout]:
    """The tables that stand sideways on an upright page, read as a page of their own; none without a caption."""
    size = (page.width, page.height)
    words = [replace(w, box=turned_box(w.box, *size, upwards)) for w in sideways]
    if not words or not any(c.is_table for c in captions_of(lines_of(rows_of(words), None), [])):
        return []
    rules = horizontal_rules(sheet, True, upwards)
    layout = _layout(page, LogicalPage(0.0, page.height, words, [], rules))
    layout.on_page = lambda box: turned_back(box, *size, upwards)
    return [layout]


def _layout(page: PdfPage, half: LogicalPage) -> _Layout:
    words, rules = half.words, half.rules
    rows = rows_of(words)
    gutter = find_gutter(rows, half.width, half.left)
    captions = captions_of(lines_of(rows, gutter), rules)
    regions = ruled_regions(rules, words, captions)
    regions = [extended(r, rows, captions, [o for o in regions if o is not r]) for r in regions]
    regions += lone_rule_regions(rules, rows, captions, regions)
    # a caption beside its table shares baselines with it: once the table's words are known, captions come out whole
    inside = {id(w) for r in regions for w in words_in(words, r.box)}
    outside = rows_of([w for w in words if id(w) not in inside]) if inside else rows
    captions = captions_of(lines_of(outside, gutter), rules)
    return _Layout(page, words, half.sideways, gutter, captions, with_titles(regions, words))


def _fill_page(layout: _Layout, captions_above: bool, vocabulary: set[str]) -> list[Coded[ParseNote]]:
    """Give the page its tables and lines; notes say which tables could not be read."""
    page = layout.page
    pairs, notes = _captioned(layout, captions_above)
    tables = []
    for region, caption in sorted(pairs, key=lambda p: (p[0].box[1], p[0].box[0])):
        words = words_in(layout.words, region.box)
        built = build_grid(words, region, layout.sideways)
        label, text = (caption.label, whole_words(caption.text, vocabulary)) if caption else ("", "")
        if built is None:
            notes.append(Coded.of(ParseNote.TABLE_NOT_GRIDDED, page=page.number, label=label or "without a caption"))
            continue
        tables.append(PageTable(page.number, label, text, region.box, *built, region.title))
        inside = {id(w) for w in words}
        layout.words = [w for w in layout.words if id(w) not in inside]
    lines = join_broken_words(lines_of(rows_of(layout.words), layout.gutter), vocabulary)
    if layout.on_page:
        tables, lines = _turned_back(tables, lines, layout.on_page)
    page.tables += tables
    page.lines += lines
    page.layout_read = True
    return notes


def _captioned(
    layout: _Layout, captions_above: bool
) -> tuple[list[tuple[Region, Caption | None]], list[Coded[ParseNote]]]:
    """The regions of tables with their captions; notes name the captions that no table goes with."""
    pairs, notes = pair(layout.regions, layout.captions, layout.words, captions_above), list[Coded[ParseNote]]()
    used = {id(c) for _, c in pairs if c is not None}
    alone = [caption for caption in layout.captions if caption.is_table and id(caption) not in used]
    lines = lines_of(rows_of(layout.words), layout.gutter) if alone else []
    placed = PlacedLines(lines, layout.captions, [r.box for r, _ in pairs])
    for caption in alone:
        region = unruled_region(caption, placed, layout.gutter)
        if region is not None:
            pairs.append((region, caption))
            placed.take(region.box)
        else:
            notes.append(Coded.of(ParseNote.TABLE_NOT_FOUND, page=layout.page.number, label=caption.label))
    return pairs, notes


def _turned_back(
    tables: list[PageTable], lines: list[TextLine], on_page: Callable[[Box], Box]
) -> tuple[list[PageTable], list[TextLine]]:
    """Tables and lines with their boxes as they stand on the page."""
    for table in tables:
        table.box = on_page(table.box)
        table.rows = [[replace(c, box=on_page(c.box)) if c.box else c for c in row] for row in table.rows]
    return tables, [TextLine([replace(w, box=on_page(w.box)) for w in line.words]) for line in lines]


def _title(page: PdfPage) -> str:
    """The lines in the largest type on the upper half of the first page."""
    upper = [line for line in page.lines if line.box[1] < 0.5 * page.height and len(line.text) > 3]
    if not upper:
        return ""
    largest = max(_line_size(line) for line in upper)
    title: list[TextLine] = []
    for line in upper:
        if _line_size(line) > 0.93 * largest:
            title.append(line)
        elif title:
            break
    return re.sub(r"\s*[\^_]\{[^}]*\}", "", " ".join(line.text for line in title)).strip()


def _line_size(line: TextLine) -> float:
    return sorted(w.size for w in line.words)[len(line.words) // 2]
