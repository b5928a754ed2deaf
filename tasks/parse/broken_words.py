"""Words that are broken at a line's end, made whole: the document's other words decide whether the hyphen stays."""

import itertools
import re

from tasks.parse.document import TextLine, Word

BREAK = "\ufffe"
"""What pdfium's text has in the place of a hyphen at a line's end and of the line's end."""
_BROKEN = re.compile(rf"(?<![\w\-])([\w\-]*){BREAK}\n?(\w*)")


def vocabulary_of(texts: list[str]) -> set[str]:
    """The words of pdfium's texts in lower case, without those that are broken."""
    return {w.lower() for text in texts for w in re.findall(r"\w[\w\-]*\w", _BROKEN.sub(" ", text))}


def unbroken(text: str, vocabulary: set[str]) -> str:
    """pdfium's text with its broken words made whole."""
    return _BROKEN.sub(lambda m: _whole(f"{m[1]}-", m[2], vocabulary) if m[1] and m[2] else m[1] + m[2], text)


def whole_words(text: str, vocabulary: set[str]) -> str:
    """Text joined out of lines with its broken words made whole ("con- volutional")."""
    return re.sub(r"(\w[\w\-]*-) (\w+)", lambda broken: _whole(broken[1], broken[2], vocabulary), text)


def join_broken_words(lines: list[TextLine], vocabulary: set[str]) -> list[TextLine]:
    """Lines with their broken words made whole, each at the end of its first line."""
    lines = [TextLine(list(line.words)) for line in lines]
    for line, following in itertools.pairwise(lines):
        if not line.words or not following.words:
            continue
        head, tail = line.words[-1], following.words[0]
        if re.search(r"\w-$", head.text) and re.match(r"\w", tail.text) and len(following.words) > 1:
            text = _whole(head.text, tail.text, vocabulary)
            line.words[-1] = Word(text, head.box, head.size, head.bold)
            following.words.pop(0)
    return [line for line in lines if line.words]


def _whole(head: str, tail: str, vocabulary: set[str]) -> str:
    closed, hyphened = head[:-1] + tail, head + tail
    bare_closed, bare_hyphened = (re.sub(r"^\W+|\W+$", "", t).lower() for t in (closed, hyphened))
    if bare_closed in vocabulary:
        return closed
    if bare_hyphened in vocabulary or not (tail[0].islower() and head[-2].islower()) or "-" in head[:-1]:
        return hyphened
    return closed
