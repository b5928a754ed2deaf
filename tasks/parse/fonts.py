"""Whether a page's fonts are whole: where one is not in the file, viewers put another in its place, whose letters,
widths and signs are others; where its encoding is lost, some of its glyphs are.
"""

import re
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from pdfminer.pdftypes import resolve1

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.parse import pdfium_functions as call
from tasks.parse.drawn_fonts import fonts_in
from tasks.parse.glyph_table import NO_GLYPH
from tasks.parse.pdfium_page import UNMOVED, font_name, has_program, objects_of
from tasks.parse.sheet import PageSheet

_STAND_IN = "Helvetica"
"""What pdfium sets in place of a font that a page names and its resources lack (CPDF_StreamContentParser::FindFont)."""
_SUBSET = re.compile(r"[A-Z]{6}\+")
"""The tag of a font of which the file holds some glyphs (ISO 32000-1:2008, 9.6.4): it is not outside the file."""
_SAYING = ("BaseEncoding", "Differences")


def font_notes(sheet: PageSheet, source: Any, shown: pdfium.PdfPage, page: int) -> list[Coded[ParseNote]]:
    """What is missing of the fonts of a page.

    Args:
        sheet: The page's glyphs.
        source: The page of pdfminer.
        shown: The same page in pdfium.
        page: Its number, for the notes.
    """
    notes = []
    if fonts := missing_fonts(source, shown):
        notes.append(Coded.of(ParseNote.FONT_MISSING, page=page, fonts=" ".join(fonts)))
    if glyphs := int(sheet.glyphs.where(text == NO_GLYPH for text in sheet.glyphs.letters).sum()):
        notes.append(Coded.of(ParseNote.GLYPHS_MISSING, page=page, glyphs=glyphs))
    return notes


def missing_fonts(source: Any, shown: pdfium.PdfPage) -> list[str]:
    """Names of the fonts of a page that are not in the file although they should be, or not whole.

    Fonts that the file never held, such as those every viewer has, are not missing. A font that the page's text names
    and its resources lack has no name of its own: it goes by that of its stand-in.

    Args:
        source: The page of pdfminer.
        shown: The same page in pdfium.
    """
    outside = [font_name(font) for font in _fonts_of(shown) if not call.is_embedded(font) and has_program(font)]
    listed = {id(font): (name, font) for name, font in fonts_in(source.resources)}.values()
    missing = {name for name in outside if _SUBSET.match(name)}
    missing.update(name or "unnamed" for name, font in listed if _lacks_entries(font))
    if outside.count(_STAND_IN) > sum(name == _STAND_IN for name, _ in listed):
        missing.add(_STAND_IN)
    return sorted(missing)


def _lacks_entries(font: dict[str, Any]) -> bool:
    """Whether a font's dictionary lacks what it must have (ISO 32000-1:2008, tables 111, 114 and 121; from memory, not
    checked), or has an encoding that says nothing."""
    kind, encoding = getattr(font.get("Subtype"), "name", ""), resolve1(font.get("Encoding"))
    if kind == "Type3":
        return False
    if kind == "Type0" and (encoding is None or "DescendantFonts" not in font):
        return True
    return "BaseFont" not in font or (isinstance(encoding, dict) and encoding.keys().isdisjoint(_SAYING))


def _fonts_of(shown: pdfium.PdfPage) -> set[int]:
    """Addresses of the fonts that a page's text is set in."""
    return {call.get_font(handle) for handle in _text_objects(shown)} - {None}


def _text_objects(shown: pdfium.PdfPage) -> Iterator[int]:
    return (handle for kind, handle, _ in objects_of(shown, UNMOVED) if kind == pdfium_c.FPDF_PAGEOBJ_TEXT)
