"""Sentences of the codes of parsing."""

from schemas.codes.parsing import ParseNote

NOTES: dict[ParseNote, str] = {
    ParseNote.LAYOUT_NOT_OPENED: "layout could not be read: {error}",
    ParseNote.LAYOUT_FAILED: "page {page}: layout could not be read: {error}",
    ParseNote.LAYOUT_OUT_OF_TIME: "time was up: layout not read on pages {pages}",
    ParseNote.LAYOUT_OVER_LIMIT: "too many pages: layout not read on pages {pages}",
    ParseNote.LAYOUT_NOT_NEEDED: "layout not needed on pages {pages}",
    ParseNote.TABLE_NOT_FOUND: "page {page}: no rows found for {label}",
    ParseNote.TABLE_NOT_GRIDDED: "page {page}: the table {label} could not be laid out in rows and columns",
    ParseNote.GLYPHS_UNPAINTED: "page {page}: {glyphs} glyphs left out that show no ink",
    ParseNote.GLYPHS_OFF_PAGE: "page {page}: {glyphs} glyphs left out that stand off the page",
    ParseNote.PAGE_CUT: "page {page} is cut: {share:.0%} of its glyphs stand off it",
    ParseNote.GLYPHS_TINY: "page {page}: {glyphs} glyphs left out that are too small to be read",
    ParseNote.GLYPHS_WATERMARK: "page {page}: {glyphs} glyphs of a watermark left out",
    ParseNote.GLYPHS_SLANTED: "page {page}: {glyphs} glyphs left out that run at a slant",
    ParseNote.GLYPHS_MIRRORED: "page {page}: {glyphs} glyphs left out that stand in mirror writing",
    ParseNote.SCAN_LAYER: "page {page}: {glyphs} invisible glyphs read over the picture of a page",
    ParseNote.INK_NOT_CHECKED: "page {page}: not checked which glyphs can be seen: {error}",
    ParseNote.TEXT_MISSING: "no text on pages {pages}",
    ParseNote.FONT_MISSING: "page {page}: fonts are missing in the file, others stand for them: {fonts}",
    ParseNote.GLYPHS_MISSING: "page {page}: {glyphs} glyphs are missing in their fonts",
    ParseNote.PAGES_MISSING: "pages {pages} are missing: their printed numbers are skipped",
    ParseNote.CAPTIONS_MISSING: "pages are missing: the text speaks of what is not there: {labels}",
    ParseNote.REFERENCES_MISSING: "pages are missing: {citations} citations, but no list of references",
    ParseNote.BEGINNING_MISSING: "pages are missing or in another order: no abstract and no introduction begins it",
    ParseNote.OBJECTS_UNREADABLE: "the file is damaged: {error}",
    ParseNote.OBJECTS_MISSING: "the file is damaged: {objects} objects that it names are not in it",
    ParseNote.STREAMS_DAMAGED: "the file is damaged: what is on pages {pages} is there only in part",
    ParseNote.SEVERAL_DOCUMENTS: "another document begins on page {page}",
    ParseNote.TEXT_UNREADABLE: "page {page}: text unreadable, its fonts have no map to letters",
}
