"""Whether a document has all its pages, and no other's: excerpts, and files whose damage took pages with it, look like
whole papers.

Five signs, each of which none of the 151 whole papers of our corpus shows (2026-11-30): printed page numbers that skip
some, several tables or figures that the text speaks of and that stand nowhere, citations without a list of references,
a second section without an abstract or an introduction before it, tables or figures that are numbered backwards. Only
the first tells of supplements, which leave the others to their papers.
"""

import re
from itertools import pairwise

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.names.papers import stamped_id
from tasks.parse.page_ranges import ranges_text

_Label = tuple[str, int]
"""Of a caption: "table" or "figure", and its number."""
_NUMBER = re.compile(r"(?:page\s+)?(\d{1,4})(?:\s*(?:of|/)\s*\d+)?", re.IGNORECASE)
_EDGE = 2  # lines at the head and at the foot of a page, among which its number stands
_NUMBERED_SHARE = 0.6  # of the pages, whose numbers make one series
_FEWEST_NUMBERED = 3
_CAPTIONED = r"(Table|Figure|Fig\.|Tab\.)\s*(\d{1,2})"
_SPOKEN_OF = re.compile(rf"\b{_CAPTIONED}\b(?!\.\d)", re.IGNORECASE)
_CAPTION = re.compile(rf"^\W{{0,3}}{_CAPTIONED}\b", re.IGNORECASE | re.MULTILINE)
_NUMBERED_CAPTION = re.compile(rf"^\W{{0,3}}{_CAPTIONED}\s*[:.|]", re.IGNORECASE | re.MULTILINE)
_FEWEST_LACKING, _LACKING_SHARE = 2, 0.1  # one may be another paper's
_FEWEST_BACKWARDS, _BACKWARDS_SHARE = 2, 0.1  # eight of 151 whole papers have one: a line may begin as a caption does
_CITATION = re.compile(r"\[\d{1,3}(?:,\s*\d{1,3})*\]|et al\.")
_FEWEST_CITATIONS = 10
_HEAD = 1000  # characters, in which a document says what it is
_SUPPLEMENT = re.compile(
    r"\bsupplement(?:ary|al)\b|^\W*(?:[A-Z]\.?\s+)?appendi(?:x|ces)\b", re.IGNORECASE | re.MULTILINE
)
_REFERENCES = re.compile(
    r"^\W*(?:(?:\d+|[IVX]+)\.?\s*)?(?:(?:notes and )?references|bibliography|literature cited|r eferences)\b\W*$",
    re.IGNORECASE | re.MULTILINE,
)
"""The heading of their list, and not its line in a table of contents."""
_ABSTRACT = re.compile(r"^\W*a\s?b\s?s\s?t\s?r\s?a\s?c\s?t\s*(?:[.:—–-]|$)", re.IGNORECASE | re.MULTILINE)
_BEGINNING = re.compile(
    r"^\W*a\s?b\s?s\s?t\s?r\s?a\s?c\s?t\b|^\W*(?:(?:1|I)\.?\s*)?i\s?n\s?t\s?r\s?o\s?d\s?u\s?c\s?t\s?i\s?o\s?n\b",
    re.IGNORECASE | re.MULTILINE,
)
_SECOND_SECTION = re.compile(r"^\W{0,2}(?:2|II)\.?\s+[A-Z]\w", re.MULTILINE)


def missing_parts(texts: list[str]) -> list[Coded[ParseNote]]:
    """What of a document is not in the file, as notes.

    Args:
        texts: Plain text of each page.
    """
    notes = []
    if pages := missing_pages(texts):
        notes.append(Coded.of(ParseNote.PAGES_MISSING, pages=ranges_text(pages)))
    text = "\n".join(texts)
    if _SUPPLEMENT.search(text[:_HEAD]):
        return notes
    captions = {_label(m) for m in _CAPTION.finditer(text)}
    spoken_of = {_label(m) for m in _SPOKEN_OF.finditer(text)}
    lacking = sorted(spoken_of - captions)
    if len(lacking) >= max(_FEWEST_LACKING, _LACKING_SHARE * len(spoken_of | captions)):
        notes.append(Coded.of(ParseNote.CAPTIONS_MISSING, labels=_in_words(lacking)))
    citations = len(_CITATION.findall(text))
    if citations >= _FEWEST_CITATIONS and not _REFERENCES.search(text):
        notes.append(Coded.of(ParseNote.REFERENCES_MISSING, citations=citations))
    if not _begins(texts):
        notes.append(Coded.of(ParseNote.BEGINNING_MISSING))
    if labels := _backwards(texts):
        notes.append(Coded.of(ParseNote.PAGES_DISORDERED, labels=_in_words(labels)))
    return notes


def _backwards(texts: list[str]) -> list[_Label]:
    """Tables and figures that stand on an earlier page than the one numbered before; none where these are few."""
    page_of: dict[_Label, int] = {}
    for page, text in enumerate(texts):
        for match in _NUMBERED_CAPTION.finditer(text):
            page_of.setdefault(_label(match), page)
    pairs = [(a, b) for a, b in pairwise(sorted(page_of)) if a[0] == b[0]]
    backwards = [b for a, b in pairs if page_of[b] < page_of[a]]
    return backwards if len(backwards) >= max(_FEWEST_BACKWARDS, _BACKWARDS_SHARE * len(pairs)) else []


def _begins(texts: list[str]) -> bool:
    """Whether an abstract or an introduction stands before the second section and the references."""
    later = [page for sign in (_SECOND_SECTION, _REFERENCES) if (page := _first_page(sign, texts)) is not None]
    beginning = _first_page(_BEGINNING, texts)
    if beginning is None:
        return _first_page(_SECOND_SECTION, texts) is None  # papers in the style of Nature name neither
    return beginning <= min(later, default=beginning)


def _first_page(sign: re.Pattern[str], texts: list[str]) -> int | None:
    return next((i for i, text in enumerate(texts) if sign.search(text)), None)


def second_document(texts: list[str]) -> int | None:
    """The number of the page on which another document begins, by a second abstract after references or another stamp
    of arXiv; of 300 pairs of our papers it is found in 279, and in none of 151 papers alone (2026-11-30).

    Args:
        texts: Plain text of each page.
    """
    first_stamp, has_abstract, has_references = None, False, False
    for number, text in enumerate(texts, 1):
        stamp, is_abstract = stamped_id(text), bool(_ABSTRACT.search(text))
        if (has_references and is_abstract) or (first_stamp and stamp and stamp != first_stamp):
            return number
        first_stamp = first_stamp or stamp
        has_abstract = has_abstract or is_abstract
        has_references = has_references or (has_abstract and bool(_REFERENCES.search(text)))
    return None


def _label(match: re.Match[str]) -> _Label:
    return "table" if match[1][0] in "Tt" else "figure", int(match[2])


def _in_words(labels: list[_Label]) -> str:
    return " ".join(f"{kind} {number}" for kind, number in labels)


def missing_pages(texts: list[str]) -> list[int]:
    """Printed numbers of the pages that are skipped; none where the pages bear no numbers."""
    series = _series([(i, number) for i, text in enumerate(texts) for number in _printed_numbers(text)])
    if len(series) < max(_FEWEST_NUMBERED, _NUMBERED_SHARE * len(texts)):
        return []
    skipped: list[int] = []
    for (index, number), (next_index, next_number) in pairwise(series):
        count = (next_number - number) - (next_index - index)
        skipped += range(next_number - count, next_number)
    return skipped


def _printed_numbers(text: str) -> set[int]:
    """Numbers that stand alone on a line at the head or the foot of a page."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    matches = (_NUMBER.fullmatch(line) for line in lines[:_EDGE] + lines[-_EDGE:])
    return {int(m[1]) for m in matches if m}


def _series(numbered: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest series of pages (index, number) whose numbers grow as fast as the pages or faster, and of these the
    one that skips least."""
    best: list[tuple[int, int, int | None]] = []  # of the series that ends here: length, minus skipped, what precedes
    for index, number in numbered:
        ends: list[tuple[int, int, int | None]] = [(1, 0, None)]
        for place, (length, skipped, _) in enumerate(best):
            more = (number - numbered[place][1]) - (index - numbered[place][0])
            if numbered[place][0] < index and more >= 0:
                ends.append((length + 1, skipped - more, place))
        best.append(max(ends, key=lambda end: end[:2]))
    at = max(range(len(best)), key=lambda place: best[place][:2], default=None)
    series = []
    while at is not None:
        series.append(numbered[at])
        at = best[at][2]
    return series[::-1]
