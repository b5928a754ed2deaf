"""Whether a page's fonts are whole: where one is not in the file, viewers put another in its place, whose letters,
widths and signs are others; where its encoding is lost, some of its glyphs are.
"""

import re
from typing import Any

from schemas.codes import Coded
from schemas.codes.parsing import ParseNote
from tasks.parse import pdfium_functions as call
from tasks.parse.drawn_fonts import fonts_in
from tasks.parse.glyph_table import NO_GLYPH
from tasks.parse.pdfium_page import font_name, has_program
from tasks.parse.sheet import PageSheet

_STAND_IN = "Helvetica"
"""What pdfium sets in place of a font that a page names and its resources lack (seen on damaged papers, 2026-11-30)."""
_SUBSET = re.compile(r"[A-Z]{6}\+")
"""The tag of a font of which the file holds some glyphs: it is not outside the file (ISO 32000-1:2008, 9.6.4; from
memory, not checked)."""


def font_notes(sheet: PageSheet, source: Any, page: int) -> list[Coded[ParseNote]]:
    """What is missing of the fonts of a page.

    Args:
        sheet: The page in pdfium.
        source: The page of pdfminer.
        page: Its number, for the notes.
    """
    notes = []
    if fonts := missing_fonts(source, sheet):
        notes.append(Coded.of(ParseNote.FONT_MISSING, page=page, fonts=" ".join(fonts)))
    if glyphs := int(sheet.glyphs.where(text == NO_GLYPH for text in sheet.glyphs.letters).sum()):
        notes.append(Coded.of(ParseNote.GLYPHS_MISSING, page=page, glyphs=glyphs))
    return notes


def missing_fonts(source: Any, sheet: PageSheet) -> list[str]:
    """Names of the fonts of a page's text that are not in the file although they should be, or lost their names.

    Fonts that the file never held, such as those every viewer has, are not missing. A font that the page's text names
    and its resources lack has no name of its own: it goes by that of its stand-in.

    Args:
        source: The page of pdfminer.
        sheet: The same page in pdfium.
    """
    addresses = set(map(call.get_font, sheet.texts)) - {None}
    fonts = [(font_name(font), bool(call.is_embedded(font))) for font in addresses if has_program(font)]
    missing = {name or "unnamed" for name, in_file in fonts if not name or (_SUBSET.match(name) and not in_file)}
    stand_ins = fonts.count((_STAND_IN, False))
    if stand_ins and stand_ins > len({id(font) for name, font in fonts_in(source.resources) if name == _STAND_IN}):
        missing.add(_STAND_IN)
    return sorted(missing)
