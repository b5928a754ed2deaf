"""Training disclosures of a document: claims of hardware, time, epochs, parameters, operations and the like.

Sentences and tables give candidates (`candidates`); those that the judge takes (`disclosure_judge`) are here placed on
their page and made claims.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from typing import Any

from schemas.codes import Coded, has
from schemas.codes.reading import Doubt, ReadingNote
from schemas.rows import Candidate
from schemas.rows.claims import Disclosure, Place
from tasks.extract.numbers import format_number
from tasks.extract.ownership import CITATION, Ownership, Verdict, looks_like_name, verdict_of
from tasks.extract.sentences import Sentence
from tasks.extract.training.backbone import find_backbone
from tasks.extract.training.candidates import (
    InSentence,
    InTable,
    PossibleFigure,
    TrainingPaper,
    is_judged,
    possible_figures,
)
from tasks.extract.training.consumption import is_consumed
from tasks.extract.training.disclosure_judge import load_judge, probabilities
from tasks.extract.training.findings import (
    RELATED,
    SELF,
    Finding,
    clause_before,
    is_of_another_model,
    is_of_registered,
    speaks_of_others,
)
from tasks.extract.training.operation_units import unit_of_operations
from tasks.extract.training.piece_times import whole_times
from tasks.extract.training.sets import training_set_in, training_set_of
from tasks.extract.training.tables import TableFigure
from tasks.names.keys import clean_name, model_key, prints_another_size
from tasks.parse.document import Document, PageTable
from tasks.provenance.claims import content_id, unique
from tasks.reference.datasets import Dataset, mentions
from tasks.reference.hardware import Hardware

EXTRACTOR = "disclosures"
_COMPARED = re.compile(r"\b(?:than|compared (?:to|with)|versus|vs\.?)\b")
_NO_MODEL = re.compile(
    r"(?:values?|settings?|config\w*|default|hyper-?parameters?|pre-?training|training|MoE)"
    r"|#.*|(?:number of|epochs|iter\w*|steps|batch[\s-]size)\b.*",
    re.IGNORECASE,
)
"""What heads the columns and rows of settings, and is the name of no model."""
_BOTH = re.compile(r"\b(?:both|the two|these|all (?:our|the|these))\s+(?:models|networks|runs)\b", re.IGNORECASE)


def extract_disclosures(
    document: Document, paper_id: str, hardware: Iterable[Hardware], training_sets: Iterable[Dataset]
) -> list[Candidate[Disclosure]]:
    """Training figures of a document that the judge takes, each of a place once; those it is not sure of with a doubt.

    Values are in the field's canonical unit (hours, FLOP, counts) or the hardware's slug. Fields that no label tells
    of are read by rules: without those of cited models and of inference.

    Args:
        document: The parsed document.
        paper_id: Key of the paper.
        hardware: The hardware table.
        training_sets: The table of data sets.
    """
    paper = TrainingPaper(document, paper_id, tuple(hardware), tuple(training_sets))
    possible = possible_figures(paper)
    claims = TrainingClaims(paper, possible)
    backbone = find_backbone(paper.sentences)
    found = [Candidate(claims.of_sentence(*backbone))] if backbone else []
    found += list(_taken(paper, possible, claims))
    unit = unit_of_operations(document)
    found = [replace(c, row=_with_id(_with_unit(c.row, unit))) for c in whole_times(found)]
    return unique(_without_weak_generic(found), lambda c: c.row.disclosure_id)


def _taken(
    paper: TrainingPaper, possible: Sequence[PossibleFigure], claims: "TrainingClaims"
) -> Iterator[Candidate[Disclosure]]:
    """Claims of the figures that the judge takes or is not sure of, and of those that no rule speaks against."""
    judge = load_judge()
    probable = iter(probabilities(paper, [p for p in possible if is_judged(p.figure)]))
    for p in possible:
        if is_judged(p.figure):
            probability = next(probable)
            if probability >= judge.review:
                doubts = [p.figure.doubt] if isinstance(p, InSentence) and p.figure.doubt else []
                doubts += [Coded(Doubt.NOT_SURE)] if probability < judge.accept else []
                yield Candidate(replace(claims.of(p), confidence=round(min(0.99, probability), 2)), tuple(doubts))
        elif isinstance(p, InTable) or _is_own(paper, p):
            yield Candidate(claims.of(p))


def _with_unit(claim: Disclosure, unit: ReadingNote | None) -> Disclosure:
    """The claim, its operations with what the paper counts as one."""
    return replace(claim, notes=(*claim.notes, Coded(unit))) if unit and claim.field == "forward_ops" else claim


def _without_weak_generic(found: list[Candidate[Disclosure]]) -> list[Candidate[Disclosure]]:
    kinds = named_kinds({c.row.value for c in found if c.row.field == "hardware" and not c.doubts})
    return [c for c in found if not (c.row.field == "hardware" and c.row.value in kinds)]


def named_kinds(slugs: Set[str]) -> set[str]:
    """Kinds of chips that say nothing: "GPU" alone, where the paper names the chip."""
    return {"tpu" if slug.startswith("tpu") else "gpu" for slug in slugs - {"gpu", "tpu"}}


def _is_of_both(finding: Finding, text: str) -> bool:
    """Whether a total is of several models together ("both models took 5,000 GPU hours")."""
    is_total = finding.field in ("training_flop", "chip_hours") or is_consumed(finding.field)
    return is_total and bool(_BOTH.search(text))


def _of_several(finding: Finding) -> Finding:
    return replace(finding, notes=(*finding.notes, Coded(ReadingNote.SEVERAL_MODELS)), confidence=0.7)


def _is_own(paper: TrainingPaper, possible: InSentence) -> bool:
    """Whether no rule speaks against a figure of a field that no label tells of."""
    sentence, figure, who = paper.sentences[possible.place], possible.figure, paper.who
    text = sentence.text
    related = RELATED.search(sentence.section) and not SELF.search(text)
    if related or figure.phase == "inference" or speaks_of_others(text):
        return False
    if figure.field != "utilisation" and not is_consumed(figure.field):
        return True
    if is_of_another_model(text, figure.start) or is_of_registered(text, figure, who):
        return False
    near = _COMPARED.split(clause_before(text, figure.start))[-1][-90:]
    if CITATION.match(text[figure.end : figure.end + 25].lstrip(" ),(")):
        return False
    verdict = verdict_of(near, who)
    is_others = verdict in (Verdict.CITED, Verdict.KNOWN, Verdict.RERUN)
    if is_others or _COMPARED.search(text[: figure.start]):
        return bool(SELF.search(near)) and verdict != Verdict.CITED
    return True


_NAME = re.compile(r"[A-Za-z][\w+./-]*(?:\w(?<!_)|_\{[\w+./-]+\})")
"""What may name a model, its subscript with it: "BERT_{LARGE}"."""


_SIZE = re.compile(r"(?<![\w.])\d+(?:\.\d+)?[MB](?![\w-]|\s+(?:[a-z-]+\s+)?tokens)")


def _models_of(figure: InSentence, beside: Sequence[Finding], paper: TrainingPaper) -> list[str]:
    """The own models that a sentence names; of several the one named between a figure and its field's before it.

    "FooNet-S has 5M parameters and FooNet-L 40M": to each its own. Where as many sizes are told as figures, the size is
    the name: "14T tokens for the 27B and 12T for the 12B".
    """
    text, finding = paper.sentences[figure.place].text, figure.figure
    same = sorted((f for f in beside if f.field == finding.field), key=lambda f: f.start)
    counts = [f for f in beside if f.field != "parameters"]
    sizes = [m[0] for m in _SIZE.finditer(text) if not any(f.start <= m.start() < f.end for f in counts)]
    if finding.field != "parameters" and len(same) == len(sizes) > 1:
        return [sizes[same.index(finding)]]
    models = _models_in(text, finding, paper.who, paper.training_sets)
    if len(models) < 2:
        return models
    since = max((f.end for f in same if f.end <= finding.start), default=0)
    nearest = _models_in(text[since : finding.start], finding, paper.who, paper.training_sets)
    return nearest if len(nearest) == 1 else models


def _models_in(text: str, finding: Finding, who: Ownership, training_sets: tuple[Dataset, ...]) -> list[str]:
    """The own models that a text names, data sets apart; one of another size than the figure's is not meant."""
    names: dict[str, str] = {}
    of_sets = [(start, end) for _, start, end in mentions(text, training_sets)]
    for found in _NAME.finditer(text):
        word, key = found[0], model_key(found[0])
        if any(start <= found.start() < end for start, end in of_sets):
            continue
        if looks_like_name(word) and any(key.startswith(own) for own in who.own):
            names.setdefault(key, word)
    if finding.field == "parameters":
        is_active = has(finding.notes, ReadingNote.ACTIVE_PARAMETERS)
        names = {k: v for k, v in names.items() if not prints_another_size(v, float(finding.value), is_active)}
    return list(names.values())


class TrainingClaims:
    """Makes claims of one paper's figures."""

    def __init__(self, paper: TrainingPaper, possible: Iterable[PossibleFigure]) -> None:
        self._paper = paper
        self._in_sentence: dict[int, list[Finding]] = defaultdict(list)
        for p in possible:
            if isinstance(p, InSentence):
                self._in_sentence[p.place].append(p.figure)

    def of(self, possible: PossibleFigure) -> Disclosure:
        """The claim of a figure."""
        if isinstance(possible, InTable):
            return self._of_cell(self._paper.tables[possible.place], possible.figure)
        sentence, figure, paper = self._paper.sentences[possible.place], possible.figure, self._paper
        models = _models_of(possible, self._in_sentence[possible.place], paper)
        if len(models) > 1 or _is_of_both(figure, sentence.text):
            figure = _of_several(figure)
        named = training_set_of(paper.sentences, possible.place, figure.start, figure.end, paper.training_sets)
        return self.of_sentence(sentence, figure, models[0] if len(models) == 1 else "", named)

    def of_sentence(self, sentence: Sentence, finding: Finding, model: str = "", training_set: str = "") -> Disclosure:
        """The claim of a finding in a sentence."""
        location = sentence.section if sentence.kind == "caption" and sentence.section else "text"
        return self._claim(
            finding.field,
            finding.value if isinstance(finding.value, str) else float(f"{finding.value:.12g}"),
            model,
            number_lower=finding.lower,
            number_upper=finding.upper,
            raw_value=finding.raw,
            phase="unknown" if finding.phase == "inference" else finding.phase,
            training_set=training_set or None,
            place=Place.at(sentence.page_at(finding.start), sentence.box_of(finding.start, finding.end), location),
            quote=sentence.quote(finding.start, finding.end),
            confidence=finding.confidence,
            notes=finding.notes,
        )

    def _of_cell(self, table: PageTable, figure: TableFigure) -> Disclosure:
        row = table.rows[figure.row]
        words = " ".join(c.text for k, c in enumerate(row) if c.text.strip() and (k == 0 or c.box != row[k - 1].box))
        around = (figure.column_header, figure.row_header, table.caption)
        return self._claim(
            figure.field,
            figure.value,
            _model_of(figure, self._paper.training_sets),
            number_lower=figure.lower,
            number_upper=figure.upper,
            raw_value=figure.raw,
            phase=figure.phase,
            training_set=training_set_in(around, self._paper.training_sets) or None,
            place=Place.at(table.page, row[figure.column].box, table.label or "table"),
            row_header=figure.row_header or None,
            column_header=figure.column_header or None,
            quote=words[:300],
            confidence=round(figure.confidence, 2),
            notes=figure.notes,
        )

    def _claim(self, field: str, value: float | str, model: str, **more: Any) -> Disclosure:
        name = clean_name(model) if model else ""
        key = model_key(name) if name else ""
        return _with_id(
            Disclosure(
                disclosure_id="",
                paper_id=self._paper.paper_id,
                document_sha256=self._paper.document.sha256,
                field=field,
                value=value if isinstance(value, str) else format_number(value),
                number=None if isinstance(value, str) else float(value),
                model=name if key else None,
                model_key=key or None,
                extractor=EXTRACTOR,
                **more,
            )
        )


def _with_id(claim: Disclosure) -> Disclosure:
    what = (claim.paper_id, claim.document_sha256, claim.field, claim.value, claim.model_key, claim.phase)
    where = (claim.place.page, claim.place.bbox_x0, claim.place.bbox_top, claim.place.location, claim.quote)
    return replace(claim, disclosure_id=content_id(*what, *where))


def _model_of(figure: TableFigure, training_sets: tuple[Dataset, ...]) -> str:
    """The model that a cell's labels name; '' where they only head settings or name a data set."""
    name = figure.model.strip()
    is_set = any(name[start:end] == name for _, start, end in mentions(name, training_sets))
    return "" if is_set or _NO_MODEL.fullmatch(name) else name
