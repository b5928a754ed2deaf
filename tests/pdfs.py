"""PDF files written operator by operator, for what no library for drawing offers."""

from pathlib import Path

FONTS = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def write_pdf(
    path: Path,
    content: str | list[str],
    resources: str = "",
    page: str = "/MediaBox [0 0 612 792]",
    catalog: str = "",
    objects: tuple[str, ...] = (),
) -> Path:
    """A PDF of raw content streams, one a page.

    Args:
        path: Where to write it.
        content: Operators of each page; the font is /F1.
        resources: More entries of the resources.
        page: Entries of every page.
        catalog: Entries of the catalog.
        objects: More objects, numbered from 10.
    """
    contents = [content] if isinstance(content, str) else content
    kids = range(100, 100 + 2 * len(contents), 2)
    bodies = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: f"<< /Type /Pages /Kids [{' '.join(f'{n} 0 R' for n in kids)}] /Count {len(contents)} >>",
    }
    bodies |= dict(enumerate(objects, start=10))
    for n, text in zip(kids, contents, strict=True):
        used = f"/Resources << /Font << {FONTS} >> {resources} >>"
        bodies[n] = f"<< /Type /Page /Parent 2 0 R {page} {used} /Contents {n + 1} 0 R >>"
        bodies[n + 1] = f"<< /Length {len(text.encode('latin-1'))} >>\nstream\n{text}\nendstream"
    written = b"%PDF-1.7\n"
    places = {}
    for n, body in bodies.items():
        places[n] = len(written)
        written += f"{n} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(written)
    written += b"xref\n0 1\n0000000000 65535 f \n"
    for n, place in places.items():
        written += f"{n} 1\n{place:010d} 00000 n \n".encode()
    written += f"trailer << /Size {max(places) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    path.write_bytes(written)
    return path


def text(x: float, y: float, words: str, size: float = 10) -> str:
    """Operators that print words with their baseline's left end at (x, y)."""
    return f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET\n"
