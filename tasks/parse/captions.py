"""Captions of tables and figures, and of the parts of a table that share one: "(b) Results on the test set"."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.parse.document import Box, Rule, TextLine, enclosing
from tasks.parse.lines import is_tabular, middle

CAPTION = re.compile(
    r"^(?P<label>(?P<kind>table|tab\.|figure|fig\.|algorithm|listing)\s*"
    r"(?P<number>[A-Z]{0,2}[.\-]?\d+(?:[.\-]\d+)?[a-z]?|[IVX]+\b|[A-Z]\b))\s*(?P<mark>[:.|–—-])?",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"\d\.\d")
SUBCAPTION = re.compile(r"^\((?P<letter>[a-h])\)\s*(?=\S)")
"""The start of a caption of one part of a table: "(b) Results on the test set"."""


@dataclass(slots=True)
class Caption:
    """A caption: its label ("Table 3"), whole text and box."""

    label: str
    text: str
    box: Box
    is_table: bool


def captions_of(lines: list[TextLine], rules: Sequence[Rule] = ()) -> list[Caption]:
    """Captions of tables and figures, each with the lines that belong to it; no caption goes on behind a rule."""
    captions = []
    lines = _set_apart(lines)
    for i, line in enumerate(lines):
        found = CAPTION.match(line.text)
        if not found or not _is_caption(found, line, lines[i - 1] if i else None):
            continue
        block = [line]
        for following in lines[i + 1 : i + 16]:
            if not _goes_on(block, following) or _parted(block[-1], following, rules):
                break
            block.append(following)
        captions.append(
            Caption(
                re.sub(r"\s+", " ", found["label"]),
                " ".join(b.text for b in block),
                enclosing([b.box for b in block]),
                found["kind"].lower().startswith("tab"),
            )
        )
    return captions


def _set_apart(lines: list[TextLine]) -> list[TextLine]:
    """Lines of two captions side by side ("Table 3: …    Table 4: …") cut in two; the left caption comes first."""
    result: list[TextLine] = []
    right: list[TextLine] = []
    cut: float | None = None
    for line in lines:
        cut = _second_caption(line) or cut
        parts = _cut(line, cut) if cut is not None else None
        if parts is None:
            result += right
            right, cut = [], None
            result.append(line)
        else:
            result += [part for part in parts[:1] if part.words]
            right += [part for part in parts[1:] if part.words]
    return result + right


def _second_caption(line: TextLine) -> float | None:
    """Where a second caption starts within the line."""
    for before, word in itertools.pairwise(line.words):
        if word.box[0] - before.box[2] > 0.5 * word.size and CAPTION.match(line.text):
            rest = TextLine(line.words[line.words.index(word) :])
            found = CAPTION.match(rest.text)
            if found and found["mark"] and found["kind"][0].isupper():
                return (before.box[2] + word.box[0]) / 2
    return None


def _cut(line: TextLine, x: float) -> list[TextLine] | None:
    """The line's words left and right of `x`; None where a word or a mere blank crosses it."""
    left = [w for w in line.words if w.box[2] <= x + 12 and (w.box[0] + w.box[2]) / 2 < x]
    right = [w for w in line.words if w not in left]
    if any(w.box[0] < x - 12 for w in right):
        return None
    if left and right and right[0].box[0] - left[-1].box[2] < 0.5 * left[-1].size:
        return None
    return [TextLine(left), TextLine(right)]


def _is_caption(found: re.Match[str], line: TextLine, before: TextLine | None) -> bool:
    """A caption starts a block; a sentence that happens to start a line with "Table 3" follows a full line of text."""
    rest = line.text[found.end() :].strip()
    if not found["kind"][0].isupper():
        return False
    if not found["mark"]:
        if len(_DECIMAL.findall(rest)) >= 2:  # a row of a table that is labelled by a figure: "Figure 6 (a) 52.1 70.3"
            return False
        if re.match(r"\W?(?:continued|cont['’.]?d?\b)", rest, re.IGNORECASE):
            return True
        return not rest or ((rest[0].isupper() or line.words[0].bold) and not re.match(r"(?:and|or|shows?)\b", rest))
    if found["mark"] in ".-" and before is not None and not line.words[0].bold:
        gap = line.box[1] - before.box[3]
        same_column = abs(before.box[0] - line.box[0]) < 14 and before.box[2] - before.box[0] > 120
        unfinished = not before.text.rstrip().endswith((".", ":", "!", "?"))
        if 0 <= gap < 0.35 * line.words[0].size + 2 and same_column and unfinished and not is_tabular(before):
            return False
    return True


def _parted(upper: TextLine, lower: TextLine, rules: Sequence[Rule]) -> bool:
    """Whether a rule is drawn between two lines, as over a table's header right below its caption."""
    x0, _, x1, _ = lower.box
    return any(
        middle(upper.words[0]) < rule.y < middle(lower.words[0]) and min(rule.x1, x1) - max(rule.x0, x0) > (x1 - x0) / 2
        for rule in rules
    )


def _goes_on(block: list[TextLine], line: TextLine) -> bool:
    """Whether `line` is the next line of the caption."""
    first, last = block[0], block[-1]
    size = first.words[-1].size
    gap = line.box[1] - last.box[3]
    if CAPTION.match(line.text) or not -2 < gap < 0.45 * size + (0.4 * size if len(block) == 1 else 0.1 * size):
        return False
    if len(block) > 1 and gap > (block[1].box[1] - block[0].box[3]) + 0.2 * size + 0.5:
        return False
    if abs(line.words[0].size - size) > 0.08 * size + 0.3 and abs(line.words[-1].size - size) > 0.08 * size + 0.3:
        return False
    if is_tabular(line) or line.box[0] > last.box[2] or line.box[2] < last.box[0]:
        return False
    # a short last line ends the caption
    return last.box[2] >= max(b.box[2] for b in block) - 0.25 * (last.box[2] - last.box[0]) - 20
