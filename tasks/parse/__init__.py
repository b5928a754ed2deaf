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
from tasks.parse.regions import (
    Caption,
    Region,
    captions_of,
    extended,
    horizontal_rules,
    ruled_regions,
    unruled_region,
    words_in,
)

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
    regions = [extended(r, words, captions, [o for o in regions if o is not r]) for r in regions]
    # a caption beside its table shares baselines with it: once the table's words are known, captions come out whole
    inside = {id(w) for r in regions for w in words_in(words, r.box)}
    captions = captions_of(lines_of([w for w in words if id(w) not in inside], gutter))
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
    if min(caption.box[3], region.box[3]) - max(caption.box[1], region.box[1]) > 8:
        aside = max(caption.box[0] - region.box[2], region.box[0] - caption.box[2])
        return ("aside", aside + 20) if 0 <= aside < 40 else None
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
            lines = lines_of(layout.words, layout.gutter)
            region = unruled_region(caption, lines, taken, layout.gutter, layout.captions)
            if region is not None:
                pairs.append((region, caption))
    for region, caption_ in sorted(pairs, key=lambda p: (p[0].box[1], p[0].box[0])):
        words = words_in(layout.words, region.box)
        built = build_grid(words, region)
        if built is None:
            continue
        label, text = (caption_.label, caption_.text) if caption_ else ("", "")
        page.tables.append(Table(page.number, label, text, region.box, built[0], built[1]))
        inside = {id(w) for w in words}
        layout.words = [w for w in layout.words if id(w) not in inside]
    page.lines = join_broken_words(lines_of(layout.words, layout.gutter), vocabulary)
    page.layout_read = True


def _pair(layout: _Layout, captions_above: bool) -> list[tuple[Region, Caption | None]]:
    """Each region with its caption: the nearest on the usual side, else on another. A figure's region is no table."""
    nearest = [(region, _nearest_caption(region, layout.captions, captions_above)) for region in layout.regions]
    pairs = [(region, caption) for region, caption in nearest if caption is None or caption.is_table]
    # tables stacked under (or over) one caption share it
    for i, (region, caption) in enumerate(pairs):
        if caption is None:
            stacked = (c for other, c in pairs if c is not None and _is_stacked(region, other))
            pairs[i] = (region, next(stacked, None))
    return pairs


def _nearest_caption(region: Region, captions: list[Caption], captions_above: bool) -> Caption | None:
    best: tuple[float, Caption] | None = None
    for caption in captions:
        found = _distances(caption, region)
        if found is None or found[1] > 160:
            continue
        usual = found[0] == ("above" if captions_above and caption.is_table else "below")
        cost = found[1] + (0 if usual else 40)
        if best is None or cost < best[0]:
            best = (cost, caption)
    return best[1] if best else None


def _is_stacked(region: Region, other: Region) -> bool:
    same_extent = abs(region.box[0] - other.box[0]) < 6 and abs(region.box[2] - other.box[2]) < 6
    return same_extent and (abs(region.box[3] - other.box[1]) < 30 or abs(other.box[3] - region.box[1]) < 30)


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
