"""Whether the objects of a PDF are all there and whole: a viewer repairs a damaged file without a word.

None of the 151 whole papers of our corpus has an object that is damaged or missing, and one of 1,315 other whole
documents by some twenty writers has (the documentation of TeX's classes in Debian; 2026-11-30).
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.parse.page_ranges import ranges_text

_EMPTY = re.compile(rb"\bobj\s+null\s+endobj")
"""An object that its writer declared empty (dvipdfm does)."""
_LEFT_OUT = "object has offset 0"
"""What qpdf says of an object that its writer left out (seen in eight of our papers: "a common error")."""
_WITHOUT_TEXT = ("/Image", "/XML")
"""Subtypes of streams that paint no text: pictures, and what is said of the document."""
_AT_ONCE = 1 << 20
"""Bytes that are decompressed at a time: a stream may hold a thousand times its size."""

_Id = tuple[int, int]


def object_notes(path: Path) -> list[Coded[ParseNote]]:
    """What of a file's objects is damaged or missing, as notes.

    Args:
        path: A PDF that can be opened without a password.
    """
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            things = list(pdf.objects)
            return [*_missing(pdf, path, things), *_damaged(pdf, things)]
    except pikepdf.PikepdfError as error:
        return [Coded.of(ParseNote.OBJECTS_UNREADABLE, error=str(error).replace(f"{path}: ", ""))]


def repaired(path: Path) -> BytesIO:
    """A file as qpdf writes it anew: its table of objects is right then, and what stood before its head is gone.

    Raises:
        pikepdf.PikepdfError: it cannot be repaired.
    """
    out = BytesIO()
    with pikepdf.open(path, suppress_warnings=True) as pdf:
        pdf.save(out)
    out.seek(0)
    return out


def _missing(pdf: pikepdf.Pdf, path: Path, things: list[Any]) -> list[Coded[ParseNote]]:
    """Objects that are named and not in the file: they are empty, as are those that their writer declared so or left
    out, and nobody who follows their name is told.
    """
    empty = sum(thing is None for thing in things)
    declared = len(_EMPTY.findall(path.read_bytes())) if empty else 0
    left_out = sum(_LEFT_OUT in warning for warning in {str(w) for w in pdf.get_warnings()})
    missing = empty - declared - left_out
    return [Coded.of(ParseNote.OBJECTS_MISSING, objects=missing)] if missing > 0 else []


def _damaged(pdf: pikepdf.Pdf, things: list[Any]) -> list[Coded[ParseNote]]:
    """Pages on which something is painted of which the file holds a part only."""
    streams = [thing for thing in things if isinstance(thing, pikepdf.Stream)]
    damaged = {stream.objgen for stream in streams if not _is_whole(stream)}
    pages = [i for i, page in enumerate(pdf.pages, 1) if damaged and damaged & set(_painted_by(page))]
    return [Coded.of(ParseNote.STREAMS_DAMAGED, pages=ranges_text(pages))] if pages else []


def _is_whole(stream: pikepdf.Stream) -> bool:
    """Whether a stream can be decompressed to its end; pictures are not looked at."""
    if stream.get("/Subtype") in _WITHOUT_TEXT:
        return True
    filters = stream.get("/Filter")
    first = next(iter(filters), None) if isinstance(filters, pikepdf.Array) else filters
    try:
        if first == "/FlateDecode":
            return _is_inflated(stream.read_raw_bytes())
        stream.read_bytes()
    except (pikepdf.PikepdfError, zlib.error):
        return False
    return True


def _is_inflated(compressed: bytes) -> bool:
    """Whether compressed bytes have their end; no bytes at all, as some writers put for an empty page, need none."""
    inflated, rest = zlib.decompressobj(), compressed
    while rest and not inflated.eof:
        inflated.decompress(rest, _AT_ONCE)
        rest = inflated.unconsumed_tail
    return inflated.eof or not compressed


def _painted_by(page: pikepdf.Page) -> Iterator[_Id]:
    """Numbers of the objects that a page is painted with: its own, its fonts' and its forms'."""
    waiting, seen = [page.obj.get("/Contents"), page.resources], set[_Id]()
    while waiting:
        thing = waiting.pop()
        if not isinstance(thing, (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream)):
            continue
        if thing.is_indirect:
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
            yield thing.objgen
        waiting.extend(thing if isinstance(thing, pikepdf.Array) else [value for _, value in thing.items()])
