"""Ways to damage a PDF, for `tools.mutants`: bytes, streams, fonts, boxes and pages."""

import random
import re
from collections.abc import Callable
from contextlib import closing
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium

Damage = Callable[[bytes, random.Random], bytes]


def plain_objects(content: bytes) -> bytes:
    """The same document with every object written out by itself, so that its dictionaries can be damaged as text."""
    return _rewritten(content, lambda document: None)


def _rewritten(content: bytes, change: Callable[[pdfium.PdfDocument], None]) -> bytes:
    """A document as pdfium writes it after a change."""
    with closing(pdfium.PdfDocument(content)) as document:
        change(document)
        out = BytesIO()
        document.save(out)
        return out.getvalue()


def _cut(least: float, most: float) -> Damage:
    return lambda content, chance: content[: int(len(content) * chance.uniform(least, most))]


def _flipped(share: float) -> Damage:
    def damage(content: bytes, chance: random.Random) -> bytes:
        changed = bytearray(content)
        for _ in range(max(1, int(len(content) * share))):
            changed[chance.randrange(32, len(content))] ^= 1 << chance.randrange(8)
        return bytes(changed)

    return damage


def _zeroed(content: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(content) // 2), len(content) // 20
    return content[:start] + bytes(length) + content[start + length :]


def _put(pattern: bytes, replacement: bytes) -> Damage:
    """A damage to about half of the places where a pattern stands in the dictionaries."""

    def damage(content: bytes, chance: random.Random) -> bytes:
        return re.sub(
            pattern, lambda m: m.expand(replacement) if chance.random() < 0.5 else m[0], plain_objects(content)
        )

    return damage


def _box(words: bytes) -> Damage:
    return _put(rb"/(?:MediaBox|CropBox)\s*\[[^\]]*\]", rb"/MediaBox[" + words + rb"]")


def _pages(change: Callable[[pdfium.PdfDocument, random.Random], None]) -> Damage:
    return lambda content, chance: _rewritten(content, lambda document: change(document, chance))


def _dropped(document: pdfium.PdfDocument, chance: random.Random) -> None:
    for _ in range(len(document) // 2):
        document.del_page(chance.randrange(len(document)))


def _turned(document: pdfium.PdfDocument, chance: random.Random) -> None:
    for page in document:
        page.set_rotation(chance.choice((0, 90, 180, 270)))
        page.close()


def _cropped(document: pdfium.PdfDocument, chance: random.Random) -> None:
    for page in document:
        width, height = page.get_size()
        left, bottom = chance.uniform(0, width / 2), chance.uniform(0, height / 2)
        page.set_cropbox(left, bottom, left + width / 2, bottom + height / 2)
        page.close()


def _opened(change: Callable[[pikepdf.Pdf, random.Random], None]) -> Damage:
    def damage(content: bytes, chance: random.Random) -> bytes:
        with pikepdf.open(BytesIO(content)) as document:
            change(document, chance)
            out = BytesIO()
            document.save(out)
            return out.getvalue()

    return damage


def _some_pages(change: Callable[[pikepdf.Pdf, pikepdf.Page, random.Random], None]) -> Damage:
    """A damage to a third of the pages."""

    def damage(document: pikepdf.Pdf, chance: random.Random) -> None:
        for page in document.pages:
            if chance.random() < 1 / 3:
                change(document, page, chance)

    return _opened(damage)


def _half(start: float, end: float) -> Damage:
    """A damage that leaves a part of what a page is painted with."""

    def damage(document: pikepdf.Pdf, page: pikepdf.Page, _: random.Random) -> None:
        page.contents_coalesce()
        whole = page.Contents.read_bytes()
        page.Contents = document.make_stream(whole[int(start * len(whole)) : int(end * len(whole))])

    return _some_pages(damage)


def _without(*operators: str) -> Damage:
    """A damage that takes out a tenth of what these operators do to a page."""

    def damage(document: pikepdf.Pdf, page: pikepdf.Page, chance: random.Random) -> None:
        said = pikepdf.parse_content_stream(page)
        kept = [one for one in said if str(one.operator) not in operators or chance.random() > 0.1]
        page.Contents = document.make_stream(pikepdf.unparse_content_stream(kept))

    return _some_pages(damage)


def _without_resources(_: pikepdf.Pdf, page: pikepdf.Page, __: random.Random) -> None:
    page.Resources = pikepdf.Dictionary()


def _reordered(document: pikepdf.Pdf, chance: random.Random) -> None:
    pages = list(document.pages)
    chance.shuffle(pages)
    document.pages[:] = pages


KINDS: dict[str, Damage] = {
    "cut in the middle": _cut(0.2, 0.8),
    "cut near the end": _cut(0.95, 0.999),
    "few bits flipped": _flipped(1e-5),
    "many bits flipped": _flipped(1e-3),
    "a block zeroed": _zeroed,
    "zeros put in": lambda content, _: content[: len(content) // 2] + bytes(100) + content[len(content) // 2 :],
    "line ends changed": lambda content, _: content.replace(b"\n", b"\r\n"),
    "bytes cut to seven bits": lambda content, _: bytes(byte & 127 for byte in content),
    "bytes taken for text": lambda content, _: content.decode(errors="replace").encode(),
    "junk before the head": lambda content, chance: chance.randbytes(700) + content,
    "the trailer gone": lambda content, _: re.sub(rb"(?s)startxref.*", b"", content),
    "lengths of streams wrong": _put(rb"/Length \d+", rb"/Length 7"),
    "streams of another filter": _put(rb"/FlateDecode", rb"/LZWDecode"),
    "maps to letters gone": _put(rb"/ToUnicode", rb"/ToUnicodX"),
    "programs of fonts gone": _put(rb"/FontFile", rb"/FontFilX"),
    "descriptors of fonts gone": _put(rb"/FontDescriptor", rb"/FontDescriptoX"),
    "parts of fonts gone": _put(rb"/DescendantFonts", rb"/DescendantFontX"),
    "names of fonts gone": _put(rb"/BaseFont", rb"/BaseFonX"),
    "encodings gone": _put(rb"/Encoding", rb"/EncodinX"),
    "differences of encodings gone": _put(rb"/Differences", rb"/DifferenceX"),
    "widths of letters gone": _put(rb"/Widths", rb"/WidthX"),
    "fonts missing": _put(rb"/Type\s*/Font\b", rb"/Type/Fonx"),
    "fonts under other names": _put(rb"/F(\d+) ", rb"/G\1 "),
    "page boxes swapped": _box(rb"612 792 0 0"),
    "page boxes of no size": _box(rb"0 0 0 0"),
    "page boxes without end": _box(rb"0 0 1000000000 1000000000"),
    "page boxes elsewhere": _box(rb"300 300 912 1092"),
    "pages cropped": _pages(_cropped),
    "pages turned": _pages(_turned),
    "pages dropped": _pages(_dropped),
    "pages in another order": _opened(_reordered),
    "resources of pages gone": _some_pages(_without_resources),
    "second halves of pages gone": _half(0, 0.5),
    "first halves of pages gone": _half(0.5, 1),
    "places of text gone": _without("Td", "TD", "Tm"),
    "fonts of text gone": _without("Tf"),
}
"""Ways to damage a document, by name."""
