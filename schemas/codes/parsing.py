"""Codes of parsing: what of a document was not read, or read otherwise than it stands in the file."""

from enum import StrEnum


class ParseNote(StrEnum):
    """What a reader of the parsed document should know. A comment names the parameters of a code."""

    # --- pages without layout: only their plain text is there
    LAYOUT_NOT_OPENED = "layout_not_opened"  # error
    LAYOUT_FAILED = "layout_failed"  # page, error
    LAYOUT_OUT_OF_TIME = "layout_out_of_time"  # pages
    LAYOUT_OVER_LIMIT = "layout_over_limit"  # pages
    LAYOUT_NOT_NEEDED = "layout_not_needed"  # pages
    """Nothing on these pages speaks of results or of training."""
    # --- tables whose words stay in the running text
    TABLE_NOT_FOUND = "table_not_found"  # page, label
    """A caption beside which no rows stand: the table is a picture, or on another page."""
    TABLE_NOT_GRIDDED = "table_not_gridded"  # page, label
    """No grid of two rows and two columns comes out of its words."""
    # --- glyphs that do not count
    GLYPHS_UNPAINTED = "glyphs_unpainted"  # page, glyphs
    """No ink that differs from what lies behind: invisible, in the colour of the paper, clipped, covered, layer off."""
    GLYPHS_OFF_PAGE = "glyphs_off_page"  # page, glyphs
    PAGE_CUT = "page_cut"  # page, share
    """So large a share of a page's glyphs stands off it that its lines and tables are cut."""
    GLYPHS_TINY = "glyphs_tiny"  # page, glyphs
    GLYPHS_WATERMARK = "glyphs_watermark"  # page, glyphs
    GLYPHS_SLANTED = "glyphs_slanted"  # page, glyphs
    GLYPHS_MIRRORED = "glyphs_mirrored"  # page, glyphs
    # --- glyphs that count although something speaks against them
    SCAN_LAYER = "scan_layer"  # page, glyphs
    """Invisible text over the picture of a page: what character recognition read there."""
    INK_NOT_CHECKED = "ink_not_checked"  # page, error
    TEXT_UNREADABLE = "text_unreadable"  # page
    """The page's fonts have no (or a wrong) map to Unicode."""
    FONT_MISSING = "font_missing"  # page, fonts
    """Text is set in fonts that are not in the file although they should be: others stand for them."""
    GLYPHS_MISSING = "glyphs_missing"  # page, glyphs
    """Codes for which their font has no glyph, since its encoding is lost: nothing is painted for them."""
    TEXT_MISSING = "text_missing"  # pages
    """Not one letter: a picture of a page, a blank one, or one that is damaged."""
    # --- parts of the document that are not in the file
    PAGES_MISSING = "pages_missing"  # pages
    """Numbers that the printed page numbers skip."""
    CAPTIONS_MISSING = "captions_missing"  # labels
    """Tables and figures that the text speaks of and that stand nowhere."""
    REFERENCES_MISSING = "references_missing"  # citations
    """No list of references, although the text cites."""
    BEGINNING_MISSING = "beginning_missing"
    """Neither an abstract nor an introduction before its second section: pages are missing, or in another order."""
    PAGES_DISORDERED = "pages_disordered"  # labels
    """Tables and figures stand before those that are numbered before them."""
    OBJECTS_UNREADABLE = "objects_unreadable"  # error
    OBJECTS_MISSING = "objects_missing"  # objects
    """Objects that others of the file name: pages, fonts, pictures."""
    STREAMS_DAMAGED = "streams_damaged"  # pages
    """What these pages are painted with cannot be decompressed to its end."""
    # --- more than the document
    SEVERAL_DOCUMENTS = "several_documents"  # page
    """Another document begins on this page, as in proceedings: whose its figures are is not known."""


DOCUMENT_DAMAGED = frozenset(
    {
        ParseNote.LAYOUT_NOT_OPENED,
        ParseNote.PAGE_CUT,
        ParseNote.FONT_MISSING,
        ParseNote.PAGES_MISSING,
        ParseNote.CAPTIONS_MISSING,
        ParseNote.REFERENCES_MISSING,
        ParseNote.BEGINNING_MISSING,
        ParseNote.PAGES_DISORDERED,
        ParseNote.OBJECTS_UNREADABLE,
        ParseNote.OBJECTS_MISSING,
        ParseNote.STREAMS_DAMAGED,
    }
)
"""Signs that no whole document shows: what its pages say may mean something else than in the whole paper."""

PAGES_DAMAGED = frozenset(
    {
        ParseNote.LAYOUT_FAILED,
        ParseNote.LAYOUT_OUT_OF_TIME,
        ParseNote.TEXT_UNREADABLE,
        ParseNote.GLYPHS_MISSING,
        ParseNote.TEXT_MISSING,
    }
)
"""Signs that a page or two of a whole document may show: a blank one, a picture with fonts of its own."""

PAGES_LOST = DOCUMENT_DAMAGED | PAGES_DAMAGED | {ParseNote.LAYOUT_OVER_LIMIT}
"""What makes a document one that is read in part: pages on which there may be figures that nobody looked at."""
