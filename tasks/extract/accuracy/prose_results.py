"""Results in sentences that no table states."""

import re
from collections.abc import Collection

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from schemas.rows import Candidate
from schemas.rows.claims import Result
from tasks.extract.accuracy.claims import ENSEMBLE, extra_data_in, protocol_in, result
from tasks.extract.accuracy.lexicon import plain
from tasks.extract.accuracy.meaning import is_error_of, split_of
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.prose import Statement, family_of_sentence, is_own_statement, statements_in
from tasks.extract.accuracy.scores import to_percent
from tasks.extract.ownership import Ownership
from tasks.names.keys import model_key
from tasks.names.prompting import prompting_in, shots_in


def prose_results(stated: list[Result], paper: ReadPaper) -> list[Candidate[Result]]:
    """Results of sentences, less those that only repeat (or round) a figure of a table."""
    found: list[Result] = []
    known = [(r.benchmark, r.metric, r.value) for r in stated]
    for index, sentence in enumerate(paper.sentences):
        if not re.search(r"\d", sentence.text) or not is_own_statement(sentence.text, paper.who):
            continue
        family = family_of_sentence(paper.sentences, index, paper.lexicon)
        if not family:
            continue
        split, note = split_of(family, plain(sentence.text), paper.lexicon, paper.habits)
        notes = (ReadingNote.IN_PROSE, note) if note else (ReadingNote.IN_PROSE,)
        for statement in statements_in(sentence, family, paper.lexicon) if split else []:
            row = _result(statement, split, paper, notes)
            if row and not is_repeated(row, known):
                found.append(row)
                known.append((row.benchmark, row.metric, row.value))
    return [Candidate(row) for row in found]


def _result(statement: Statement, slug: str, paper: ReadPaper, notes: tuple[ReadingNote, ...]) -> Result | None:
    rows = (b for rows in paper.lexicon.families.values() for b in rows)
    benchmark = next((b for b in rows if (b.slug, b.metric) == (slug, statement.metric)), None)
    if benchmark is None:
        return None
    figure, sentence = float(statement.value), statement.sentence
    is_error = is_error_of(benchmark, plain(sentence.text), paper.habits, figure)
    value = to_percent(statement.value, bool(is_error), False)
    if is_error is None or not benchmark.lower <= value <= benchmark.upper:
        return None
    return result(
        paper,
        benchmark,
        value,
        _model_in(sentence.text, paper.who),
        sentence.page_at(statement.span[0]),
        sentence.box_of(*statement.span),
        "text",
        raw_value=statement.raw,
        is_own=True,
        is_ensemble=True if ENSEMBLE.search(sentence.text) else None,
        test_protocol=protocol_in(sentence.text),
        shots=shots_in(sentence.text),
        prompting=prompting_in(sentence.text),
        extra_data=extra_data_in(sentence.text),
        quote=sentence.quote(*statement.span),
        confidence=0.7,
        notes=tuple(map(Coded, notes)),
        extractor="prose",
    )


def _model_in(sentence: str, who: Ownership) -> str:
    """The paper's own model that a sentence names."""
    words = re.findall(r"[\w\-+@.]*\w", sentence)
    return next((w for w in words if any(model_key(w).startswith(k) for k in who.own)), "this paper's model")


def is_repeated(row: Result, stated: Collection[tuple[str, str, float]]) -> bool:
    """Whether one of `stated` (benchmark, metric, value) has this figure, exactly or with more digits."""
    digits = len(row.raw_value.rstrip("%").partition(".")[2])
    same = [v for slug, metric, v in stated if metric == row.metric and _stem(slug) == _stem(row.benchmark)]
    return any(abs(round(v, digits) - row.value) < 0.5 * 10**-digits + 1e-9 for v in same)


def _stem(slug: str) -> str:
    """The benchmark without its split."""
    return re.sub(r"-(?:val|dev|test|test-dev)$", "", slug)
