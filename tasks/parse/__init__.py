"""Parse: from a PDF's bytes to a Document of words, lines and tables.

`parse_document` is the whole face. Plain text of all pages comes first and chooses the pages whose layout is read.
"""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber

from tasks.parse.document import Document, Line, Page, Table, Word
from tasks.parse.glyphs import words_of
from tasks.parse.grid import build_grid
from tasks.parse.lines import find_gutter, join_broken_words, lines_of
from tasks.parse.plain import ParseLimits, UnreadableDocument, plain_pages, worth_layout
from tasks.parse.regions import Caption, Region, captions_of, horizontal_rules, ruled_regions, unruled_region, words_in

__all__ = ["ParseLimits", "UnreadableDocument", "parse_document"]

_DEFAULT_LIMITS = ParseLimits()


@dataclass(slots=True)
class _Layout:
    """One page's layout before captions are given to tables."""

    page: Page
    words: list[Word]
    gutter: float | None
    captions: list[Caption]
    regions: list[Region]


def parse_document(path: Path, sha256: str, limits: ParseLimits = _DEFAULT_LIMITS) -> Document:
    """Read a PDF.

    Args:
        path: The PDF.
        sha256: Hash of its bytes, kept in the Document.
        limits: Bounds on pages and seconds. When the time is up, the pages read so far stand and a note says so.

    Raises:
        UnreadableDocument: With the reason in words, when nothing can be read.
    """
    deadline = time.monotonic() + limits.max_seconds
    texts = plain_pages(path, limits)
    document = Document(sha256, len(texts), [Page(i + 1, 0.0, 0.0, text) for i, text in enumerate(texts)])
    chosen = worth_layout(texts, limits.max_layout_pages)
    vocabulary = {w.lower() for text in texts for w in re.findall(r"\w[\w\-]*\w", text)}
    layouts = _read_layouts(path, document, chosen, deadline)
    above = _captions_stand_above(layouts)
    for layout in layouts:
        _fill_page(layout, above, vocabulary)
    if document.pages[0].layout_read:
        document.title = _title(document.pages[0])
    return document


def _read_layouts(path: Path, document: Document, chosen: list[int], deadline: float) -> list[_Layout]:
    layouts: list[_Layout] = []
    try:
        pdf = pdfplumber.open(path)
    except Exception as error:  # noqa: BLE001  pdfminer raises whatever a broken file provokes
        document.notes.append(f"layout could not be read: {type(error).__name__}: {error}")
        return layouts
    try:
        for index in chosen:
            if time.monotonic() > deadline:
                document.notes.append(f"time was up: layout read on {len(layouts)} of {len(chosen)} pages")
                break
            try:
                layouts.append(_read_page(pdf.pages[index], document.pages[index]))
            except Exception as error:  # noqa: BLE001  one broken page must not take the others with it
                document.notes.append(f"page {index + 1}: layout could not be read: {type(error).__name__}: {error}")
    finally:
        pdf.stream.close()  # not pdf.close(): it makes every page anew only to close it
    return layouts


def _read_page(source: Any, page: Page) -> _Layout:
    """Words, rules and captions of one page; the page is closed whatever happens (`with` would leak it)."""
    try:
        words, turned = words_of(source.chars, source.width, source.height)
        page.width, page.height = float(source.width), float(source.height)
        if turned:
            page.width, page.height = page.height, page.width
        rules = horizontal_rules(source, turned)
    finally:
        source.close()
    gutter = find_gutter(words, page.width)
    captions = captions_of(lines_of(words, gutter))
    regions = ruled_regions(rules, words, captions)
    return _Layout(page, words, gutter, captions, regions)


def _captions_stand_above(layouts: list[_Layout]) -> bool:
    """Whether this paper sets captions above its tables, by the cases that leave no choice."""
    above = below = 0
    for layout in layouts:
        for caption in layout.captions:
            if not caption.is_table:
                continue
            distances = [_distances(caption, region) for region in layout.regions]
            near_above = any(d is not None and d[0] == "above" and d[1] < 30 for d in distances)
            near_below = any(d is not None and d[0] == "below" and d[1] < 30 for d in distances)
            above += near_above and not near_below
            below += near_below and not near_above
    return above >= below


def _distances(caption: Caption, region: Region) -> tuple[str, float] | None:
    """On which side of the region the caption stands, and how far; None where they share no column."""
    overlap = min(caption.box[2], region.box[2]) - max(caption.box[0], region.box[0])
    if overlap < 0.3 * min(caption.box[2] - caption.box[0], region.box[2] - region.box[0]):
        return None
    if caption.box[3] <= region.box[1] + 4:
        return "above", max(0.0, region.box[1] - caption.box[3])
    if caption.box[1] >= region.box[3] - 4:
        return "below", max(0.0, caption.box[1] - region.box[3])
    return None


def _fill_page(layout: _Layout, captions_above: bool, vocabulary: set[str]) -> None:
    page = layout.page
    pairs = _pair(layout, captions_above)
    used = {id(c) for _, c in pairs if c is not None}
    for caption in layout.captions:
        if caption.is_table and id(caption) not in used:
            taken = [r.box for r, _ in pairs]
            region = unruled_region(caption, lines_of(layout.words, layout.gutter), taken)
            if region is not None:
                pairs.append((region, caption))
    for region, caption in sorted(pairs, key=lambda p: (p[0].box[1], p[0].box[0])):
        words = words_in(layout.words, region.box)
        built = build_grid(words, region)
        if built is None:
            continue
        label, text = (caption.label, caption.text) if caption else ("", "")
        page.tables.append(Table(page.number, label, text, region.box, built[0], built[1]))
        inside = {id(w) for w in words}
        layout.words = [w for w in layout.words if id(w) not in inside]
    page.lines = join_broken_words(lines_of(layout.words, layout.gutter), vocabulary)
    page.layout_read = True


def _pair(layout: _Layout, captions_above: bool) -> list[tuple[Region, Caption | None]]:
    """Each region with the nearest caption on the paper's usual side, else on the other."""
    pairs: list[tuple[Region, Caption | None]] = []
    for region in layout.regions:
        best: tuple[float, Caption] | None = None
        for caption in layout.captions:
            found = _distances(caption, region)
            if found is None or not caption.is_table:
                continue
            usual = (found[0] == "above") == captions_above
            cost = found[1] + (0 if usual else 40)
            if found[1] < 160 and (best is None or cost < best[0]):
                best = (cost, caption)
        pairs.append((region, best[1] if best else None))
    return pairs


def _title(page: Page) -> str:
    """The lines in the largest type on the upper half of the first page."""
    upper = [line for line in page.lines if line.box[1] < 0.5 * page.height and len(line.text) > 3]
    if not upper:
        return ""
    largest = max(_line_size(line) for line in upper)
    title: list[Line] = []
    for line in upper:
        if _line_size(line) > 0.93 * largest:
            title.append(line)
        elif title:
            break
    return re.sub(r"\s*[\^_]\{[^}]*\}", "", " ".join(line.text for line in title)).strip()


def _line_size(line: Line) -> float:
    return sorted(w.size for w in line.words)[len(line.words) // 2]
