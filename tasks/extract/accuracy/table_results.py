"""Results in tables: figures that the judge takes, with their model, and those that it is not sure of."""

import re

from schemas.codes import Coded
from schemas.codes.reading import Doubt, ReadingNote
from schemas.rows import Candidate
from schemas.rows.claims import Result
from tasks.extract.accuracy.candidates import PrintedFigure
from tasks.extract.accuracy.claims import ENSEMBLE, extra_data_of, protocol_in, result
from tasks.extract.accuracy.judge import Judged, judged, load_judge
from tasks.extract.accuracy.lexicon import direction, plain
from tasks.extract.accuracy.model_names import model_name
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.scores import to_percent
from tasks.extract.ownership import names_in_text
from tasks.names.prompting import prompting_in, shots_in
from tasks.parse.legible import NO_LETTER

_MEANT = 0.6
"""From this probability of its meaning on, a figure that is not the paper's own is kept as another's."""
_OTHERS = 0.35
"""Up to this probability that a figure of known meaning is the paper's own, it is another's."""


def table_results(paper: ReadPaper) -> list[Candidate[Result]]:
    """Results of the paper's tables, its own and others'; figures that need a look carry their doubt."""
    judge = load_judge()
    found: list[Candidate[Result]] = []
    for verdict in judged(paper):
        if verdict.probability >= judge.accept:
            found.append(Candidate(_result(verdict, paper, is_own=True), _unreadable_headers(verdict.figure, paper)))
        elif verdict.what >= _MEANT and verdict.probability < _OTHERS * verdict.what:
            row = _result(verdict, paper, is_own=False)
            names_own = names_in_text(row.model, paper.who).own > 0
            found.append(Candidate(row, (Coded(Doubt.NOT_SURE),) if names_own else ()))
        elif verdict.probability >= judge.review:
            found.append(Candidate(_result(verdict, paper, is_own=True), (Coded(Doubt.NOT_SURE),)))
    return found


def _unreadable_headers(figure: PrintedFigure, paper: ReadPaper) -> tuple[Coded[Doubt], ...]:
    """Headers that name a data set or a metric beside a sign that no font gives a letter."""
    broken = [h for h in figure.place.headers if NO_LETTER.search(h) and paper.lexicon.says_anything(plain(h))]
    return tuple(Coded.of(Doubt.HEADER_UNREADABLE, header=h) for h in broken[:1])


def _result(verdict: Judged, paper: ReadPaper, is_own: bool) -> Result:
    figure, hypothesis = verdict.figure, verdict.hypothesis
    table, place = figure.table.table, figure.place
    header = " | ".join(reversed(place.headers))
    row_words = " ".join([place.label, header, *place.groups])
    around = f"{row_words} {' '.join(c.text for c in table.rows[place.row])} {table.caption}"
    is_fraction = place.column in figure.table.fraction_columns
    probability = verdict.probability if is_own else verdict.what
    own_shots = paper.shots.get(hypothesis.family) if is_own else None
    return result(
        paper,
        hypothesis.benchmark,
        to_percent(figure.score.value, hypothesis.is_error, is_fraction),
        model_name(figure),
        table.page,
        place.cell.box,
        table.label or "table",
        raw_value=figure.score.raw,
        is_own=is_own,
        is_ensemble=True if _is_ensemble(row_words, table.caption) else None,
        test_protocol=protocol_in(around),
        shots=shots_in(row_words) or shots_in(table.caption) or own_shots,
        prompting=prompting_in(row_words) or prompting_in(table.caption),
        extra_data=extra_data_of(row_words),
        row_header=place.label,
        column_header=header,
        quote=f"{place.label} | {header} | {place.cell.text}".strip(" |"),
        confidence=round(min(0.99, float(probability)), 2),
        notes=tuple(map(Coded, _notes(verdict))),
        extractor="table",
    )


def _notes(verdict: Judged) -> list[ReadingNote]:
    """What no word about the figure says."""
    figure, hypothesis, lexicon = verdict.figure, verdict.hypothesis, verdict.figure.table.paper.lexicon
    near = [text for name, text in figure.layers.items() if name not in ("mention", "around")]
    family = hypothesis.family
    notes = []
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
