"""Which model a figure is of: its name, put together from a row's label, its group and the headers of its column."""

import re

from tasks.extract.accuracy.candidates import PrintedFigure
from tasks.extract.accuracy.lexicon import Lexicon, names_dataset, plain, starts_with_quantity
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.table_context import is_spare
from tasks.extract.ownership import names_in_text
from tasks.names.keys import clean_name, model_key

_HEADING = re.compile(
    r"(?:models?|methods?|systems?|networks?|approach(?:es)?|architectures?|variants?|names?|types?"
    r"|moe|dense|train(?:ing)?|test(?:ing)?|val(?:idation)?|dev(?:elopment)?)(?: name)?",
    re.IGNORECASE,
)
"""A cell that says what stands under it, or of which kind a model is, and names none."""
_KIND = re.compile(
    r"based\b|\b(?:models|methods|detectors|networks|convnets|transformers|approaches|systems|on|with|of|from)\b",
    re.IGNORECASE,
)
"""Words of a heading over models of many families, or over how they were trained."""


def model_name(figure: PrintedFigure) -> str:
    """The name that the row's label gives; where rows are benchmarks, the name that heads the column.

    A variant or a size stands behind the name of its family: "3.0 Pro" under "Gemini" is "Gemini 3.0 Pro", a row "7B"
    in the group "FooLM" is "FooLM 7B".
    In a sentence it is the one of the paper's own that is named there.
    """
    paper, place = figure.table.paper, figure.place
    if figure.table.stated:
        return _own_name_in(figure.table.stated.sentence.text, paper)
    parts = [part for part in place.labels if not is_spare(part)] or [place.label]
    naming = [part for part in parts if part and not _names_measurement(plain(part), paper.lexicon)]
    label = clean_name(place.label if len(naming) == len(place.labels) else " ".join(naming)) if naming else ""
    headers, groups = _names_in(_unbroken(place.headers), paper), _names_in(place.groups[:1], paper)
    rows_are_benchmarks = len(naming) < len(parts) and any(_names_model(header, paper) for header in headers)
    if label and (_names_model(label, paper) or not rows_are_benchmarks):
        return _with_family(label, groups, paper)
    if not headers:
        return "unnamed"
    name, *outer = headers
    return f"{outer[0]} {name}" if outer and not _has_word(name) else _with_family(name, outer, paper)


def _own_name_in(sentence: str, paper: ReadPaper) -> str:
    """The paper's own model that a sentence names."""
    words = re.findall(r"[\w\-+@.]*\w", sentence)
    return next((w for w in words if any(model_key(w).startswith(k) for k in paper.who.own)), "this paper's model")


def _unbroken(headers: list[str]) -> list[str]:
    """Cells of a header, innermost first; a name that a hyphen breaks over two of them ("Mini-" over "Max") is one."""
    found: list[str] = []
    for header in reversed(headers):
        if found and re.search(r"\w[-‐-–]$", found[-1]):
            found[-1] += header
        else:
            found.append(header)
    return found[::-1]


def _names_in(cells: list[str], paper: ReadPaper) -> list[str]:
    """The cells as names, without those that name a measurement or say only what stands under them."""
    names = [name for name in map(clean_name, cells) if name and not _HEADING.fullmatch(name)]
    return [name for name in names if not _names_measurement(plain(name), paper.lexicon)]


def _with_family(name: str, outer: list[str], paper: ReadPaper) -> str:
    """A name that nobody knows, behind the known one that stands over it."""
    families = [text for text in outer if _names_model(text, paper) and not _KIND.search(text)]
    return f"{families[0]} {name}" if families and not _names_model(name, paper) else name


def _has_word(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{3}", text))


def _names_model(text: str, paper: ReadPaper) -> bool:
    """Whether a name of the paper's own, one that it cites or one that everybody knows stands in a text."""
    names = names_in_text(text, paper.who)
    return names.own + names.cited + names.well_known > 0


def _names_measurement(text: str, lexicon: Lexicon) -> bool:
    """Whether plain words name what is measured, and no model."""
    if starts_with_quantity(text) or names_dataset(text, lexicon) or re.fullmatch(r"(?:\d+-?shots?|cot|[\W\d]+)", text):
        return True
    return len(text.split()) <= 4 and lexicon.any_metric(text, terse=True) and not re.search(r"\d{2}", text)
