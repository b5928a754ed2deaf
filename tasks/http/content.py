"""What bytes are, by the first of them: a name, an ending or a header proves nothing."""

import html
import re
from collections.abc import Callable

from schemas.codes.http import HttpReason
from tasks.http import Refused

HEAD_BYTES = 1024  # as far as PDF readers look for the mark `%PDF-`

_BOM = b"\xef\xbb\xbf"
# An HTML page may come as XHTML, behind an XML declaration and comments.
_HTML = re.compile(rb"\s*(<\?xml[^>]*\?>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.I | re.S)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.I | re.S)
_SUMMARY = re.compile(r"<summary[^>]*>(.*?)</summary>", re.I | re.S)  # where arXiv's error feeds say what is wrong
_INVISIBLE = re.compile(r"<(script|style)\b.*?(</\1>|$)|<!--.*?(-->|$)|<[^>]*(>|$)", re.I | re.S)


def _text(head: bytes) -> bytes:
    return head.removeprefix(_BOM).lstrip()


def _is_csv(head: bytes) -> bool:
    # An error in JSON or in one plain sentence is no table: ours all have several columns.
    return b"\0" not in head and _text(head)[:1] not in (b"<", b"{", b"[") and b"," in head


KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", lambda head: b"%PDF-" in head),
    "csv": ("text/csv", _is_csv),
    "xml": ("application/xml", lambda head: _text(head)[:1] == b"<"),
    "json": ("application/json", lambda head: _text(head)[:1] in (b"{", b"[")),
    "gzip": ("application/gzip", lambda head: head.startswith(b"\x1f\x8b")),
    "zip": ("application/zip", lambda head: head.startswith((b"PK\x03\x04", b"PK\x05\x06"))),  # 05 06: an empty one
    "parquet": ("application/vnd.apache.parquet", lambda head: head.startswith(b"PAR1")),
}


def media_type(head: bytes) -> str:
    """Media type of a file that may be anything, by its first bytes (the first `HEAD_BYTES` of them count)."""
    head = head[:HEAD_BYTES]
    if not head:
        return "application/x-empty"
    if KINDS["pdf"][1](head):
        return "application/pdf"
    if head.lstrip()[:1] == b"<":
        return "text/html"
    return "text/plain" if b"\0" not in head else "application/octet-stream"


def check_kind(head: bytes, kind: str) -> None:
    """See to it that bytes are of the kind they should be; `head` are the first `HEAD_BYTES`, or all there are.

    Raises:
        Refused: they are not; the message quotes what came instead.
        KeyError: there is no such kind.
    """
    _, is_kind = KINDS[kind]
    if not head:
        raise Refused(HttpReason.EMPTY, kind=kind)
    if _HTML.match(head.removeprefix(_BOM)):
        raise Refused(HttpReason.HTML_PAGE, kind=kind, quote=quote(head))
    if not is_kind(head[:HEAD_BYTES]):
        raise Refused(HttpReason.OTHER_KIND, kind=kind, quote=quote(head))


def quote(head: bytes, length: int = 120) -> str:
    """Summary, title or first words of a text, in quotation marks; for bytes that are no text the first of them."""
    if b"\0" in head:
        return f"it starts with the bytes {head[:8].hex(' ')}"
    text = head.removeprefix(_BOM).decode("utf-8", "replace")
    summary = _SUMMARY.search(text) or _TITLE.search(text)
    words = " ".join(html.unescape(summary[1] if summary else _INVISIBLE.sub(" ", text)).split())
    return f"“{words[:length]}{'…' if len(words) > length else ''}”"
