"""Results in tables: figures that the judge takes, with their model, and those that it is not sure of."""

import re
from collections.abc import Sequence

from schemas.codes import Coded
from schemas.codes.reading import Doubt, ReadingNote
from schemas.rows import Candidate
from schemas.rows.claims import Result
from tasks.extract.accuracy.candidates import PrintedFigure
from tasks.extract.accuracy.claims import ENSEMBLE, extra_data_of, protocol_in, result
from tasks.extract.accuracy.judge import Judged, judged, load_judge
from tasks.extract.accuracy.lexicon import Lexicon, direction, names_dataset, plain, starts_with_quantity
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.scores import to_percent
from tasks.extract.accuracy.table_context import is_spare
from tasks.extract.ownership import Verdict, names_in_text, verdict_of
from tasks.names.keys import clean_name
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
    verdicts = judged(paper)
    cited = cited_beside_own([v.figure for v in verdicts], paper)
    for verdict, is_cited in zip(verdicts, cited, strict=True):
        if verdict.probability >= judge.accept and not is_cited:
            found.append(Candidate(_result(verdict, paper, is_own=True), _unreadable_headers(verdict.figure, paper)))
        elif verdict.what >= _MEANT and (is_cited or verdict.probability < _OTHERS * verdict.what):
            found.append(Candidate(_result(verdict, paper, is_own=False), ()))
        elif verdict.probability >= judge.review:
            found.append(Candidate(_result(verdict, paper, is_own=True), (Coded(Doubt.NOT_SURE),)))
    return found


def _unreadable_headers(figure: PrintedFigure, paper: ReadPaper) -> tuple[Coded[Doubt], ...]:
    """Headers that name a data set or a metric beside a sign that no font gives a letter."""
    broken = [h for h in figure.place.headers if NO_LETTER.search(h) and paper.lexicon.says_anything(plain(h))]
    return tuple(Coded.of(Doubt.HEADER_UNREADABLE, header=h) for h in broken[:1])


def cited_beside_own(figures: Sequence[PrintedFigure], paper: ReadPaper) -> list[bool]:
    """Of each figure, whether its model is cited or well known and its table has own ones: then it is no own one."""
    whose = [_whose(figure, paper) for figure in figures]
    with_own = {id(figure.table) for figure, verdict in zip(figures, whose, strict=True) if verdict == Verdict.OWN}
    return [
        verdict == Verdict.CITED and id(figure.table) in with_own
        for figure, verdict in zip(figures, whose, strict=True)
    ]


def _whose(figure: PrintedFigure, paper: ReadPaper) -> Verdict:
    """What the words that name a figure's model say of whose it is; names that everybody knows are others'."""
    name = model_name(figure, paper.lexicon).split(" ")[0]
    places = (figure.place.label, *figure.place.headers)
    text = next((text for text in places if name in text), figure.place.label)
    names = names_in_text(text, paper.who)
    return verdict_of(text, paper.who) or (Verdict.CITED if names.well_known and not names.own else Verdict.UNSAID)


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
        model_name(figure, paper.lexicon),
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


def model_name(figure: PrintedFigure, lexicon: Lexicon) -> str:
    """The row's label; where the row names a data set, a metric or nothing, the header of the column."""
    parts = [part for part in figure.place.labels if not is_spare(part)] or [figure.place.label]
    parts = [part for part in parts if part and not _names_measurement(plain(part), lexicon)]
    label = clean_name(figure.place.label if len(parts) == len(figure.place.labels) else " ".join(parts))
    if parts and label:
        return label
    headers = [h for h in map(clean_name, figure.place.headers) if h and not _names_measurement(plain(h), lexicon)]
    if len(headers) > 1 and not re.search(r"[A-Za-z]{3}", headers[0]):  # a size under its family: "8B" under "Foo 3"
        return f"{headers[1]} {headers[0]}"
    return headers[0] if headers else "unnamed"


def _names_measurement(text: str, lexicon: Lexicon) -> bool:
    """Whether plain words name what is measured, and no model."""
    if starts_with_quantity(text) or names_dataset(text, lexicon) or re.fullmatch(r"(?:\d+-?shots?|cot|[\W\d]+)", text):
        return True
    return len(text.split()) <= 4 and lexicon.any_metric(text, terse=True) and not re.search(r"\d{2}", text)
