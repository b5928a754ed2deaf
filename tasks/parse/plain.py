"""Opening a PDF and reading its plain text: cheap, so that it decides what deserves the expensive reading.

pypdfium2 reads a page's text some forty times faster than pdfplumber reads its layout.
"""

import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium

from tasks.parse import pdfium_functions as call
from tasks.parse.legible import is_unreadable

_UNREADABLE_SHARE = 0.5
"""Of the pages with text: where more cannot be read, nothing of the document is."""


class UnreadableDocument(Exception):
    """The document cannot be read; the message says why, in words for an operator."""


@dataclass(frozen=True)
class ParseLimits:
    """Bounds on what one document may cost. Memory and the hard kill are the caller's (its worker process)."""

    max_pages: int = 400
    max_seconds: float = 180.0
    max_page_seconds: float = 45.0
    max_layout_pages: int = 80
    min_chars_per_page: int = 25


_CAPTION = re.compile(r"^\s*(?:table|tab\.)\s*(?:[A-Z]?\.?\d|[IVX]+\b)", re.IGNORECASE | re.MULTILINE)
_RESULT = re.compile(
    r"accurac|top-?\s?[15]\b|error rate|\berrors?\b|\bbleu\b|\bf1\b|\bm?AP\b|\bWER\b|exact match"
    r"|state[- ]of[- ]the[- ]art|outperform|ImageNet|ILSVRC|CIFAR|COCO|SQuAD|CoNLL|WMT|newstest|LibriSpeech|MMLU",
    re.IGNORECASE,
)
_TRAINING = re.compile(
    r"\bGPUs?\b|\bTPUs?\b|NVIDIA|Tesla|\b[VAPH]100\b|\bTitan\b|\bFLOPs?\b|petaflop|epochs?\b|mini-?batch|batch size"
    r"|iterations|\bsteps\b|parameters|training took|trained (?:on|for|with|using)|training time|hours|multiply-?add"
    r"|days\b|\btokens\b|learning rate",
    re.IGNORECASE,
)


def plain_pages(document: pdfium.PdfDocument, limits: ParseLimits) -> list[str]:
    """Plain text of every page, with the words that are broken at a line's end as pdfium's text has them.

    Args:
        document: The document, whose pages are left as they are.
        limits: Bounds; a document with more pages than `max_pages` is refused before any page is read.

    Raises:
        UnreadableDocument: Too long, without a text layer, or in fonts without a map.
    """
    count = len(document)
    if count == 0:
        raise UnreadableDocument("the PDF has no pages")
    if count > limits.max_pages:
        raise UnreadableDocument(f"{count} pages, more than the limit of {limits.max_pages}")
    texts = [_page_text(document, i) for i in range(count)]
    readable = sum(len(t.strip()) for t in texts)
    if readable < limits.min_chars_per_page * count:
        raise UnreadableDocument(
            f"no text layer: {readable} characters on {count} pages (scanned pages need character recognition first)"
        )
    garbled = sum(map(is_unreadable, texts))
    written = sum(len(t.strip()) >= limits.min_chars_per_page for t in texts)
    if garbled > _UNREADABLE_SHARE * written:
        raise UnreadableDocument(
            f"the text of {garbled} of {written} pages is no words: its fonts have no (or a wrong) map to letters"
            " (the pages need character recognition)"
        )
    return texts


def _check_magic(path: Path) -> None:
    """Refuse what is not a PDF by its first bytes, whatever its name says."""
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise UnreadableDocument(f"the file cannot be read: {error.strerror or error}") from error
    if not head:
        raise UnreadableDocument("the file is empty (0 bytes)")
    if b"%PDF-" not in head:  # a PDF may carry a few bytes of junk before its mark
        raise UnreadableDocument("not a PDF: the file does not start with %PDF")


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """The document in pdfium, to be closed by the caller; an empty password opens what needs none to be read.

    Raises:
        UnreadableDocument: Not a PDF, encrypted or damaged.
    """
    _check_magic(path)
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        reason = str(error)
        if "password" in reason.lower():
            raise UnreadableDocument("the PDF is encrypted and asks for a password") from error
        if "security" in reason.lower():
            raise UnreadableDocument("the PDF uses an unsupported security scheme") from error
        raise UnreadableDocument(f"the PDF is damaged or truncated ({reason.rstrip('.')})") from error


def _page_text(document: pdfium.PdfDocument, index: int) -> str:
    """Text of one page; a page that pdfium cannot load is empty, the others still count."""
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return ""
    try:
        text = _text_as_read(page)
    except pdfium.PdfiumError:
        return ""
    finally:
        page.close()
    return tidy(text)


def _text_as_read(page: pdfium.PdfPage) -> str:
    """Text of a page; one that is shown turned is read turned so that most of its glyphs run from left to right.

    pdfium finds lines and broken words only there.
    """
    rotation = page.get_rotation()
    if rotation:
        with closing(page.get_textpage()) as textpage:
            page.set_rotation(90 * _quarter_turns(textpage))
    try:
        with closing(page.get_textpage()) as textpage:
            text: str = textpage.get_text_range()
    finally:
        if rotation:
            page.set_rotation(rotation)
    return text


def _quarter_turns(textpage: pdfium.PdfTextPage) -> int:
    """By how many quarters a page must be turned (clockwise) for most of its glyphs to run from left to right."""
    x, y = np.diff(call.origins(call.address(textpage.raw), range(textpage.count_chars())), axis=0).T
    quarters = np.rint(np.arctan2(y, x) / (np.pi / 2)).astype(int) % 4
    return int(np.bincount(quarters, minlength=1).argmax())


def tidy(text: str) -> str:
    """pdfium's text with plain line ends.

    Its characters are UTF-16 units: pairs of them ("𝑥") are joined, halves of one cannot be stored.
    """
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r\n", "\n")


def worth_layout(texts: list[str], limit: int) -> list[int]:
    """Indexes of the pages whose layout should be read, in page order, at most `limit`.

    Generous: a page with a table caption, or with figures next to words of results or of training. The first page
    always counts, for the title. Where too many qualify, those with most to offer win.
    """
    wanted = [i for i, text in enumerate(texts) if i == 0 or _promises(text)]
    if len(wanted) <= limit:
        return wanted
    return sorted(sorted(wanted, key=lambda i: (i > 0, -_promise(texts[i])))[:limit])


def _promises(text: str) -> bool:
    """Whether a page has a figure, and a table's caption or a word of results or of training."""
    return bool(re.search(r"\d", text) and any(words.search(text) for words in (_TRAINING, _RESULT, _CAPTION)))


def _promise(text: str) -> float:
    """How much such a page has to offer."""
    captions = len(_CAPTION.findall(text))
    return 5.0 * captions + len(_RESULT.findall(text)) + len(_TRAINING.findall(text))
