"""What the glyphs of a page's Type 3 fonts say by the names in their encodings, which pdfium does not read."""

from collections.abc import Iterator
from typing import Any

from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import PDFStream, resolve1

Letters = dict[int, str]
"""What a font's codes say; a code that nothing names is absent."""

_FORM_DEPTH = 15
_CODES = range(256)  # of a Type 3 font, which is a simple font: one byte


def drawn_fonts(page: Any) -> dict[str, Letters]:
    """The letters of the Type 3 fonts of a page of pdfminer, by the fonts' names ("" for none).

    Fonts of one name that contradict each other tell nothing: their name is left out.
    """
    fonts: dict[str, Letters] = {}
    contradicted = set()
    manager = PDFResourceManager()
    for name, font in fonts_in(page.resources):
        if getattr(font.get("Subtype"), "name", "") != "Type3":
            continue
        letters = _letters_of(manager.get_font(None, font))
        known = fonts.setdefault(name, letters)
        if any(known.get(code, letter) != letter for code, letter in letters.items()):
            contradicted.add(name)
        fonts[name] = known | letters
    return {name: letters for name, letters in fonts.items() if name not in contradicted}


def fonts_in(resources: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names ("" for none) and dictionaries of the fonts in a dictionary of resources and in those of its forms."""
    yield from _fonts_in(resources, set(), _FORM_DEPTH)


def _fonts_in(resources: Any, seen: set[int], depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
    resources = resolve1(resources)
    if not isinstance(resources, dict) or id(resources) in seen or not depth:
        return
    seen.add(id(resources))
    for font in _values(resources.get("Font")):
        if isinstance(font, dict):
            yield getattr(resolve1(font.get("BaseFont")), "name", ""), font
    for form in _values(resources.get("XObject")):
        if isinstance(form, PDFStream) and "Resources" in form.attrs:
            yield from _fonts_in(form.attrs["Resources"], seen, depth - 1)


def _values(dictionary: Any) -> list[Any]:
    dictionary = resolve1(dictionary)
    return [resolve1(value) for value in dictionary.values()] if isinstance(dictionary, dict) else []


def _letters_of(font: PDFFont) -> Letters:
    letters: Letters = {}
    for code in _CODES:
        try:
            letters[code] = font.to_unichr(code)
        except PDFUnicodeNotDefined:
            continue
    return letters
