"""Results of a document: figures that the judge takes, with their model, and those that it is not sure of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.codes import Coded
from schemas.codes.reading import Doubt, ReadingNote
from schemas.rows import Candidate
from schemas.rows.claims import Place, Result
from tasks.extract.accuracy.candidates import Hypothesis, PrintedFigure
from tasks.extract.accuracy.conditions import ENSEMBLE, extra_data_in, protocol_in
from tasks.extract.accuracy.judge import Judged, judged, load_judge
from tasks.extract.accuracy.lexicon import direction, plain
from tasks.extract.accuracy.model_names import model_name
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.scores import to_percent
from tasks.extract.accuracy.sentence_tables import SentenceTable
from tasks.extract.ownership import names_in_text
from tasks.names.keys import model_key
from tasks.names.prompting import prompting_in, shots_in
from tasks.parse.document import Document
from tasks.parse.legible import NO_LETTER
from tasks.provenance.claims import content_id, unique
from tasks.reference.benchmarks import Benchmark

_MEANT = 0.4
"""From this probability of its meaning on, a figure that is not the paper's own is kept as another's. Of those from 0.4
to 0.6 as many stand among other papers' labelled results as of those above (0.36 to 0.41; 0.22 by chance; 75 papers,
2026-11-30)."""
_OTHERS = 0.35
"""Up to this probability that a figure of known meaning is the paper's own, it is another's."""


def extract_results(document: Document, paper_id: str, benchmarks: Sequence[Benchmark]) -> list[Candidate[Result]]:
    """Accuracy figures of a document, its own and others', each of a place once; ambiguous ones with their doubt.

    Args:
        document: The parsed paper.
        paper_id: Its id, for the rows.
        benchmarks: What to look for (see `load_benchmarks`).
    """
    paper = ReadPaper(document, paper_id, benchmarks)
    found = [candidate for verdict in judged(paper) for candidate in _taken(verdict, paper)]
    return unique(found, lambda candidate: candidate.row.result_id)


def _taken(verdict: Judged, paper: ReadPaper) -> Iterator[Candidate[Result]]:
    """The figure as a result, where it is likely enough; a sentence is read for the paper's own results alone."""
    judge, stated = load_judge(), verdict.figure.table.stated
    if verdict.probability >= judge.accept:
        yield Candidate(_result(verdict, paper, is_own=True), _unreadable_headers(verdict.figure, paper))
    elif not stated and verdict.what >= _MEANT and verdict.probability < _OTHERS * verdict.what:
        row = _result(verdict, paper, is_own=False)
        names_own = names_in_text(row.model, paper.who).own > 0
        yield Candidate(row, (Coded(Doubt.NOT_SURE),) if names_own else ())
    elif verdict.probability >= judge.review:
        yield Candidate(_result(verdict, paper, is_own=True), (Coded(Doubt.NOT_SURE),))


def _unreadable_headers(figure: PrintedFigure, paper: ReadPaper) -> tuple[Coded[Doubt], ...]:
    """Headers that name a data set or a metric beside a sign that no font gives a letter."""
    broken = [h for h in figure.place.headers if NO_LETTER.search(h) and paper.lexicon.says_anything(plain(h))]
    return tuple(Coded.of(Doubt.HEADER_UNREADABLE, header=h) for h in broken[:1])


def _result(verdict: Judged, paper: ReadPaper, is_own: bool) -> Result:
    figure, hypothesis = verdict.figure, verdict.hypothesis
    table, stated = figure.table.table, figure.table.stated
    words = _words_in_sentence(stated, figure.place.column) if stated else _words_in_table(figure)
    model = model_name(figure)
    own_shots = paper.shots.get(hypothesis.family) if is_own else None
    return Result(
        result_id=result_id(figure, hypothesis),
        paper_id=paper.paper_id,
        document_sha256=paper.document.sha256,
        benchmark=hypothesis.benchmark.slug,
        metric=hypothesis.benchmark.metric,
        value=float(_percent(figure, hypothesis)),
        raw_value=figure.score.raw,
        model=model,
        model_key=model_key(model),
        is_own=is_own,
        is_ensemble=True if words.is_ensemble else None,
        test_protocol=protocol_in(words.around),
        shots=shots_in(words.near) or shots_in(table.caption) or own_shots,
        prompting=prompting_in(words.near) or prompting_in(table.caption),
        extra_data=extra_data_in(words.near),
        place=Place.at(table.page, figure.place.cell.box, "text" if stated else table.label or "table"),
        row_header=None if stated else figure.place.label,
        column_header=words.header,
        quote=words.quote,
        confidence=round(min(0.99, float(verdict.probability if is_own else verdict.what)), 2),
        notes=tuple(map(Coded, _notes(verdict))),
        extractor="prose" if stated else "table",
    )


def result_id(figure: PrintedFigure, hypothesis: Hypothesis) -> str:
    """The id of a result: a hash of what it says and where."""
    table, benchmark, value = figure.table, hypothesis.benchmark, str(_percent(figure, hypothesis))
    place = table.table.page, figure.place.cell.box
    return content_id(table.paper.paper_id, benchmark.slug, benchmark.metric, value, model_name(figure), *place)


def _percent(figure: PrintedFigure, hypothesis: Hypothesis) -> Decimal:
    is_fraction = figure.place.column in figure.table.fraction_columns
    return to_percent(figure.score.value, hypothesis.is_error, is_fraction)


@dataclass(frozen=True)
class _Words:
    """What stands about a figure: `near` it, and all `around` it."""

    header: str | None
    near: str
    around: str
    is_ensemble: bool
    quote: str


def _words_in_table(figure: PrintedFigure) -> _Words:
    table, place = figure.table.table, figure.place
    header = " | ".join(reversed(place.headers))
    near = " ".join([place.label, header, *place.groups])
    around = f"{near} {' '.join(c.text for c in table.rows[place.row])} {table.caption}"
    quote = f"{place.label} | {header} | {place.cell.text}".strip(" |")
    return _Words(header, near, around, _is_ensemble(near, table.caption), quote)


def _words_in_sentence(stated: SentenceTable, column: int) -> _Words:
    text, span = stated.sentence.text, stated.spans[column - 1]
    return _Words(None, text, text, bool(ENSEMBLE.search(text)), stated.sentence.quote(span.start, span.end))


def _notes(verdict: Judged) -> list[ReadingNote]:
    """What no word about the figure says."""
    figure, hypothesis, lexicon = verdict.figure, verdict.hypothesis, verdict.figure.table.paper.lexicon
    near = [text for name, text in figure.layers.items() if name not in ("mention", "around")]
    family = hypothesis.family
    notes = [ReadingNote.IN_PROSE] if figure.table.stated else []
    if not any(family in lexicon.datasets(text, terse=True) for text in near):
        notes.append(ReadingNote.DATASET_NOT_NEAR)
    if len({b.slug for b in lexicon.families[family]}) > 1 and not any(lexicon.variants(family, text) for text in near):
        notes.append(ReadingNote.SPLIT_NOT_NAMED)
    if not any(lexicon.metrics(family, text, terse=True) for text in near):
        notes.append(ReadingNote.METRIC_NOT_NAMED)
    if hypothesis.benchmark.printed == "either" and not any(direction(text) for text in near):
        notes.append(ReadingNote.DIRECTION_NOT_NAMED)
    return notes


def _is_ensemble(row_words: str, caption: str) -> bool:
    """Whether the row speaks of an ensemble, or the caption of nothing else."""
    only = ENSEMBLE.search(caption) and not re.search(r"\bsingle\b", caption, re.IGNORECASE)
    return bool(ENSEMBLE.search(row_words) or only)
