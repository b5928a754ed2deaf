"""What speaks for and against a printed figure being one of the training of the paper's own models.

Two kinds of evidence: the words around it, each with the place where it stands, and named numbers (`facts_of`).
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tasks.extract.ownership import CITATION, Ownership, Verdict, looks_like_name, names_in_text, verdict_of
from tasks.extract.tables import header_path
from tasks.extract.training.candidates import InSentence, InTable, PossibleFigure, TrainingPaper
from tasks.extract.training.findings import (
    RELATED,
    SELF,
    TRAINS,
    clause_before,
    has_registered_subject,
    is_of_another_model,
    is_of_registered,
    speaks_of_others,
)
from tasks.extract.training.owners import verdict_on
from tasks.extract.training.rules import signs_of
from tasks.parse.document import PageTable
from tasks.reference.chip_patterns import spans_of_names
from tasks.reference.model_families import models_in

_WORD = re.compile(r"[A-Za-z][\w+/-]*|\d[\d.,]*|[%$=:;,()\[\]×/±<>~≤≥]")
_LISTED_BEFORE = re.compile(r"(?:[\d.,kKMB\s/&]|-th\b|\band\b|\bor\b)+$")
_VERDICTS = (Verdict.OWN, Verdict.RERUN, Verdict.CITED, Verdict.KNOWN)


def words_of(paper: TrainingPaper, possible: PossibleFigure) -> set[str]:
    """The words around a figure, each as "place:word"."""
    around = _around_in_text(paper, possible) if isinstance(possible, InSentence) else _around_in_table(paper, possible)
    return {f"{place}:{word}" for place, word in around}


def _around_in_text(paper: TrainingPaper, possible: InSentence) -> Iterator[tuple[str, str]]:
    """Words before and behind a figure in its sentence, and those of the heading."""
    sentence, figure = paper.sentences[possible.place], possible.figure
    before = sentence.text[max(0, figure.start - 120) : figure.start]
    yield from _near("before", _plain(_LISTED_BEFORE.sub(" ", before), paper.who)[::-1])
    yield from _near("behind", _plain(sentence.text[figure.end :], paper.who))
    yield from (("unit", w) for w in _plain(sentence.text[figure.start : figure.end], paper.who))
    yield from (("sentence", w) for w in _plain(sentence.text, paper.who))
    yield from (("heading", w) for w in _plain(sentence.section, paper.who))


def _around_in_table(paper: TrainingPaper, possible: InTable) -> Iterator[tuple[str, str]]:
    """Words of a cell's labels, of the table's other headers and of its caption."""
    table, figure = paper.tables[possible.place], possible.figure
    path = header_path(table.column_header(figure.column))
    yield from (("header", w) for w in _plain(path[-1] if path else "", paper.who))
    yield from (("group", w) for w in _plain(" ".join(path[:-1]), paper.who))
    yield from (("label", w) for w in _plain(f"{table.rows[figure.row][0].text} {figure.model}", paper.who))
    yield from (("caption", w) for w in _plain(table.caption, paper.who))
    headers = " ".join(c.text for row in table.rows[: max(1, table.header_rows)] for c in row)
    yield from (("headers", w) for w in _plain(headers, paper.who))
    yield from (("labels", w) for w in _plain(" ".join(row[0].text for row in table.rows), paper.who))


def _near(side: str, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The next words on one side of a figure: by place, in pairs, and together."""
    yield from ((f"{side}{i}", w) for i, w in enumerate(words[:3], 1))
    yield from ((f"{side}12", f"{a} {b}") for a, b in [words[:2]] if b) if len(words) > 1 else ()
    yield from ((side, w) for w in words[:8])


@lru_cache(maxsize=50_000)
def _plain(text: str, who: Ownership) -> tuple[str, ...]:
    """Words in small letters; figures, citations, chips and the names of models as what they are."""
    text = CITATION.sub(" CITED ", text)
    for start, end in reversed(spans_of_names(text)):
        text = f"{text[:start]} CHIP {text[end:]}"
    return tuple(_kind(word, who) for word in _WORD.findall(text))


@lru_cache(maxsize=50_000)
def _kind(word: str, who: Ownership) -> str:
    if word in ("CITED", "CHIP"):
        return word
    if word[0].isdigit():
        return "#"
    names = names_in_text(word, who)
    if names.own:
        return "OWN"
    if names.cited or names.well_known:
        return "KNOWN"
    return "NAME" if looks_like_name(word) else word.lower()


def facts_of(paper: TrainingPaper, possible: Sequence[PossibleFigure]) -> list[dict[str, float]]:
    """Named numbers of each figure; those that do not apply are left out."""
    values = Counter((p.figure.field, p.figure.value) for p in possible)
    fields = Counter(p.figure.field for p in possible)
    tables = {i: _of_table(paper, paper.tables[i]) for i in {p.place for p in possible if isinstance(p, InTable)}}
    found = []
    for p in possible:
        f = p.figure
        facts = {f"field:{f.field}": 1.0, f"phase:{f.phase}": 1.0, "times": values[f.field, f.value]}
        facts["of_field"] = fields[f.field]
        facts["confidence"] = f.confidence
        facts["range"] = float(f.lower is not None)
        if not isinstance(f.value, str):
            facts["value"] = math.log10(max(f.value, 1e-3))
            facts["round"] = float(f"{f.value:.1g}") == f.value
        own = _in_text(paper, p) if isinstance(p, InSentence) else _in_table(paper, p) | tables[p.place]
        found.append(facts | own)
    return found


def _in_text(paper: TrainingPaper, possible: InSentence) -> dict[str, float]:
    sentence, figure = paper.sentences[possible.place], possible.figure
    text = sentence.text
    before = text[: figure.start]
    clause = clause_before(text, figure.start)
    facts = {
        "text": 1.0,
        "caption": sentence.kind == "caption",
        "place": possible.place / max(1, len(paper.sentences)),
        "page": sentence.page / max(1, paper.document.page_count),
        "self": bool(SELF.search(text)),
        "self_in_clause": bool(SELF.search(clause)),
        "others": speaks_of_others(text),
        "another": is_of_another_model(text, figure.start) or has_registered_subject(text, figure.start, paper.who),
        "cites": len(CITATION.findall(text)),
        "cites_in_clause": bool(CITATION.search(clause)),
        "numbers": len(re.findall(r"\d[\d.,]*", text)),
        "brackets": before.count("(") > before.count(")"),
    }
    neighbours = paper.sentences[max(0, possible.place - 1) : possible.place + 2]
    facts["training_near"] = any(TRAINS.search(f"{s.text} {s.section}") for s in neighbours)
    facts["related_work"] = bool(RELATED.search(sentence.section))
    facts["rule:registered"] = is_of_registered(text, figure, paper.who)
    facts |= {f"rule:{name}": applies for name, applies in signs_of(text, figure).items()}
    return facts | _named("clause", clause[-90:], paper.who) | _named("sentence", text, paper.who)


def _in_table(paper: TrainingPaper, possible: InTable) -> dict[str, float]:
    table, figure = paper.tables[possible.place], possible.figure
    row = table.rows[figure.row]
    header = table.column_header(figure.column)
    facts = {
        "row_share": (figure.row - table.header_rows) / max(1, len(table.rows) - table.header_rows),
        "first_column": figure.column == 0,
        "bold": row[figure.column].bold,
        "cell_words": len(row[figure.column].text.split()),
        "across": figure.column_header != header,
        "rule:others": figure.is_others,
    }
    return facts | _named("label", f"{figure.model} {row[0].text}", paper.who) | _named("header", header, paper.who)


def _of_table(paper: TrainingPaper, table: PageTable) -> dict[str, float]:
    body = table.rows[table.header_rows :]
    verdicts = [verdict_on(row[0].text, paper.who, table.caption) for row in body]
    facts = {
        "table": 1.0,
        "page": table.page / max(1, paper.document.page_count),
        "rows": len(body),
        "columns": len(table.rows[0]),
        "rows_own": sum(v == Verdict.OWN for v in verdicts) / max(1, len(body)),
        "rows_others": sum(v in (Verdict.CITED, Verdict.KNOWN) for v in verdicts) / max(1, len(body)),
        "of_figure": table.label.lower().startswith("fig"),
        "self_in_caption": bool(SELF.search(table.caption)),
    }
    return facts | _named("caption", table.caption, paper.who)


@lru_cache(maxsize=20_000)
def _named(place: str, text: str, who: Ownership) -> dict[str, float]:
    """Whose model a text names: how many names of each kind, and what its words say."""
    names, verdict = names_in_text(text, who), verdict_of(text, who)
    return {
        f"{place}:own": names.own,
        f"{place}:cited": names.cited,
        f"{place}:known": names.well_known,
        f"{place}:registered": len(models_in(text)),
        f"{place}:cites": bool(CITATION.search(text)),
        **{f"{place}:{v}": 1.0 for v in _VERDICTS if v == verdict},
    }
