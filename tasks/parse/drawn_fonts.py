"""What the glyphs of a page's Type 3 fonts say by the names in their encodings, which pdfium does not read."""

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
    for name, letters in _letters_in(page.resources, PDFResourceManager(), set(), _FORM_DEPTH):
        known = fonts.setdefault(name, letters)
        if any(known.get(code, letter) != letter for code, letter in letters.items()):
            contradicted.add(name)
        fonts[name] = known | letters
    return {name: letters for name, letters in fonts.items() if name not in contradicted}


def _letters_in(resources: Any, manager: PDFResourceManager, seen: set[int], depth: int) -> list[tuple[str, Letters]]:
    """Names and letters of the Type 3 fonts in a dictionary of resources and in those of the forms it names."""
    resources = resolve1(resources)
    if not isinstance(resources, dict) or id(resources) in seen or not depth:
        return []
    seen.add(id(resources))
    found = []
    for font in _values(resources.get("Font")):
        if isinstance(font, dict) and getattr(font.get("Subtype"), "name", "") == "Type3":
            name = resolve1(font.get("BaseFont"))
            found.append((getattr(name, "name", ""), _letters_of(manager.get_font(None, font))))
    for form in _values(resources.get("XObject")):
        if isinstance(form, PDFStream) and "Resources" in form.attrs:
            found += _letters_in(form.attrs["Resources"], manager, seen, depth - 1)
    return found


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
