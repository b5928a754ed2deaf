"""Training disclosures of a document: claims of hardware, time, epochs, parameters, operations and the like.

Sentences (`text`, `chips`) and tables (`tables`) give findings; here they are judged (whose figure,
which phase), placed on their page, and made claims.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from schemas.codes import Coded, has
from schemas.codes.reading import ReadingNote
from schemas.rows import Candidate
from schemas.rows.claims import Disclosure, Place
from tasks.extract.numbers import format_number
from tasks.extract.ownership import CITATION, Ownership, Verdict, looks_like_name, ownership_of, verdict_of
from tasks.extract.sentences import Sentence, sentences_of
from tasks.extract.training.backbone import find_backbone
from tasks.extract.training.chips import find_chips
from tasks.extract.training.findings import (
    INFERS,
    RUNS,
    SELF,
    TRAINS,
    Finding,
    clause_before,
    is_of_another_model,
    measures_speed,
    phase_of,
    runs_experiments,
    runs_for,
    speaks_of_others,
)
from tasks.extract.training.operation_units import unit_of_operations
from tasks.extract.training.owners import with_registered
from tasks.extract.training.piece_times import find_piece_times, whole_times
from tasks.extract.training.sets import training_set_in, training_set_of
from tasks.extract.training.tables import TableFigure, find_in_table
from tasks.extract.training.text import find_figures
from tasks.names.keys import clean_name, model_key, prints_another_size
from tasks.parse.document import Document, PageTable
from tasks.provenance.claims import content_id, unique
from tasks.reference.datasets import Dataset, mentions
from tasks.reference.hardware import Hardware
from tasks.reference.model_families import last_named

EXTRACTOR = "disclosures"
OF_A_MODEL = frozenset({"parameters", "forward_ops", "utilisation", "energy_kwh", "cost_usd", "co2e_kg"})
_NO_MODEL = re.compile(
    r"(?:values?|settings?|config\w*|default|hyper-?parameters?|pre-?training|training)", re.IGNORECASE
)
"""What heads the columns of settings, and is the name of no model."""
OF_A_WHOLE_TRAINING = frozenset({"training_flop", "chip_hours", "energy_kwh", "cost_usd", "co2e_kg"})
_BOTH = re.compile(r"\b(?:both|the two|these|all (?:our|the|these))\s+(?:models|networks|runs)\b", re.IGNORECASE)
_RELATED = re.compile(r"related work|previous work|prior work|background", re.IGNORECASE)
_MADE_FOR = re.compile(r"\b(?:designed|built|intended|announced) (?:to|for)\b")
_COULD_RUN = re.compile(
    r"\b(?:can|could|may|might) (?:\w+ )?(?:run|fit) (?:on|in|into)\b|\b(?:intractable|infeasible)\b"
)


def extract_disclosures(
    document: Document, paper_id: str, hardware: Iterable[Hardware], training_sets: Iterable[Dataset]
) -> list[Candidate[Disclosure]]:
    """Training figures of a document, each of a place once; ambiguous ones with their doubt.

    Values are in the field's canonical unit (hours, FLOP, counts) or the hardware's slug. Figures of cited models and
    of inference are left out.

    Args:
        document: The parsed document.
        paper_id: Key of the paper.
        hardware: The hardware table.
        training_sets: The table of data sets.
    """
    who = with_registered(ownership_of(document), document.title)
    chips, sets = tuple(hardware), tuple(training_sets)
    claims = _Claims(document, paper_id, sets)
    found = list(_from_sentences(document, claims, who, chips, sets))
    for page in document.pages:
        for t in page.tables:
            found += [claims.of_cell(t, f) for f in find_in_table(t, who, chips, sets)]
    unit = unit_of_operations(document)
    found = [replace(c, row=_with_id(_with_unit(c.row, unit))) for c in whole_times(found)]
    return unique(_without_weak_generic(found), lambda c: c.row.disclosure_id)


def _with_unit(claim: Disclosure, unit: ReadingNote | None) -> Disclosure:
    """The claim, its operations with what the paper counts as one."""
    return replace(claim, notes=(*claim.notes, Coded(unit))) if unit and claim.field == "forward_ops" else claim


def _without_weak_generic(found: list[Candidate[Disclosure]]) -> list[Candidate[Disclosure]]:
    """ "GPU" alone says nothing where the paper names the chip."""
    named = {c.row.value for c in found if c.row.field == "hardware"} - {"gpu", "tpu"}
    kinds = {"tpu" if slug.startswith("tpu") else "gpu" for slug in named}
    return [c for c in found if not (c.row.field == "hardware" and c.row.value in kinds)]


def _from_sentences(
    document: Document,
    claims: "_Claims",
    who: Ownership,
    hardware: tuple[Hardware, ...],
    training_sets: tuple[Dataset, ...],
) -> Iterator[Candidate[Disclosure]]:
    sentences = sentences_of(document)
    if backbone := find_backbone(sentences):
        yield claims.of_sentence(*backbone)
    for i, sentence in enumerate(sentences):
        around = " ".join(s.text for s in sentences[max(0, i - 1) : i + 2] if s is not sentence)
        related = _RELATED.search(sentence.section) and not SELF.search(sentence.text)
        if related or speaks_of_others(sentence.text):
            continue
        for finding in _findings(sentence, around, hardware):
            if finding.phase != "inference" and _is_own(sentence.text, finding, who):
                models = _models_in(sentence.text, finding, who)
                named = training_set_of(sentences, i, finding.start, finding.end, training_sets)
                yield claims.of_sentence(
                    sentence,
                    _of_several(finding) if len(models) > 1 or _is_of_both(finding, sentence.text) else finding,
                    models[0] if len(models) == 1 else "",
                    named,
                )


def _is_of_both(finding: Finding, text: str) -> bool:
    """Whether a total is of several models together ("both models took 5,000 GPU hours")."""
    return finding.field in OF_A_WHOLE_TRAINING and bool(_BOTH.search(text))


def _of_several(finding: Finding) -> Finding:
    return replace(finding, notes=(*finding.notes, Coded(ReadingNote.SEVERAL_MODELS)), confidence=0.7)


_ENTRY_OF_REFERENCES = re.compile(r"[A-Z][\w’'-]+,\s(?:[A-Z]\.[\s-]?)+[,.]?\s.*\b(?:19|20)\d\d[a-z]?\.?$")
"""A work of the list of references that stands among the text: "Howard, J. Training … in 3 hours. 2018."."""


_LEGEND = re.compile(r"(?:\^\{)?[†‡§*∗]+\}?\s*:?\s*(?:(?:pre-?|fine-?)?(?:trained|tuned)|uses?|using|with)\b", re.I)
"""What a mark on somebody's row means: "‡: pre-trained on 1 billion images"."""
_AXIS = re.compile(r"\d[kM] (?:steps|epochs|iterations)\b")
"""Labels of a figure's points that stand among the text."""


def _findings(sentence: Sentence, around: str, hardware: tuple[Hardware, ...]) -> list[Finding]:
    text = sentence.text
    if _ENTRY_OF_REFERENCES.match(text) or _LEGEND.match(text) or len(_AXIS.findall(text)) > 3:
        return []
    words = text.split()
    if sum(bool(re.fullmatch(r"[\d.,^{}()%−e+-]+[kM]?", w)) for w in words) > 0.4 * len(words):  # the axis of a figure
        return []
    if not re.search(r"\d|\b(?:one|two|three|four|five|six|eight|ten|single|day|week|hour)s?\b|\bGPU|TPU", text):
        return []
    phase = phase_of(text, f"{sentence.section} {around}")
    found = find_figures(text, phase) + find_piece_times(text, phase)
    if _is_training_hardware(text, around, sentence.section):
        found += find_chips(text, hardware, phase)
    return found


def _is_training_hardware(text: str, around: str, section: str) -> bool:
    """Whether chips of a sentence are those of training: its words say so, or those of its neighbours and heading."""
    if measures_speed(text) or (_MADE_FOR.search(text) and not SELF.search(text)) or _COULD_RUN.search(text):
        return False
    if INFERS.search(text) and not re.search(r"\b(?:pre-?|fine-?)?train(?:ed|s|ing)?\b|\bfine-?tun", text, re.I):
        return False
    if TRAINS.search(text):
        return True
    if phase_of(text) == "search" or runs_for(text) or runs_experiments(text):
        return True
    tells = RUNS.search(text) or re.search(r"\b(?:took|takes|cluster)\b|\bAll GPUs (?:are|were)\b", text)
    return bool(tells) and bool(TRAINS.search(f"{around} {section}"))


def _is_own(text: str, finding: Finding, who: Ownership) -> bool:
    """Whether a figure is the paper's: parameters and operations belong to the model named before them."""
    of_one_training = finding.field in OF_A_MODEL | OF_A_WHOLE_TRAINING | {"tokens"}
    is_others = of_one_training and (is_of_another_model(text, finding.start) or _is_of_registered(text, finding, who))
    if is_others or finding.field not in OF_A_MODEL:
        return not is_others
    clause = re.split(
        r"[;:]|,\s+(?:while|whereas|but|which)\b|\b(?:while|whereas|than|compared (?:to|with)|versus|vs\.?)\b",
        text[: finding.start],
    )[-1]
    near = clause[-90:]
    behind = text[finding.end : finding.end + 25]
    if CITATION.match(behind.lstrip(" ),(")):
        return False
    verdict = verdict_of(near, who)
    if verdict == Verdict.OWN:
        return True
    if verdict in (Verdict.CITED, Verdict.KNOWN, Verdict.RERUN):
        return bool(SELF.search(near)) and verdict != Verdict.CITED
    if clause != text[: finding.start] and re.search(r"\b(?:than|compared|versus|vs)\b", text[: finding.start]):
        return bool(SELF.search(near))
    return True


def _is_of_registered(text: str, finding: Finding, who: Ownership) -> bool:
    """Whether the model named last before a figure is a registered one that is not the paper's.

    Of tokens it may be only the data that are that model's: "we train on the same data as BERT".
    """
    clause = clause_before(text, finding.start)
    at = last_named(clause)
    if at is None or finding.field in OF_A_WHOLE_TRAINING or (finding.field == "tokens" and SELF.search(clause)):
        return False
    if re.search(r"\bsame\b[^;]{0,60}\bas\b[^;]{0,40}$", clause[:at]):
        return False
    return not SELF.search(clause[at:]) and verdict_of(clause[at:], who) != Verdict.OWN


def _models_in(text: str, finding: Finding, who: Ownership) -> list[str]:
    """The own models that a sentence names; one that prints another size than the figure's is not meant."""
    names: dict[str, str] = {}
    for word in re.findall(r"[A-Za-z][\w+./-]*\w", text):
        key = model_key(word)
        if looks_like_name(word) and any(key.startswith(own) for own in who.own):
            names.setdefault(key, word)
    if finding.field == "parameters":
        is_active = has(finding.notes, ReadingNote.ACTIVE_PARAMETERS)
        names = {k: v for k, v in names.items() if not prints_another_size(v, float(finding.value), is_active)}
    return list(names.values())


class _Claims:
    """Makes claims of one paper's findings."""

    def __init__(self, document: Document, paper_id: str, training_sets: tuple[Dataset, ...]) -> None:
        self._document, self._paper_id, self._training_sets = document, paper_id, training_sets

    def of_sentence(
        self, sentence: Sentence, finding: Finding, model: str = "", training_set: str = ""
    ) -> Candidate[Disclosure]:
        """The claim of a finding in a sentence."""
        location = sentence.section if sentence.kind == "caption" and sentence.section else "text"
        claim = self._claim(
            finding.field,
            finding.value if isinstance(finding.value, str) else float(f"{finding.value:.12g}"),
            model,
            number_lower=finding.lower,
            number_upper=finding.upper,
            raw_value=finding.raw,
            phase=finding.phase,
            training_set=training_set or None,
            place=Place.at(sentence.page_at(finding.start), sentence.box_of(finding.start, finding.end), location),
            quote=sentence.quote(finding.start, finding.end),
            confidence=finding.confidence,
            notes=finding.notes,
        )
        return Candidate(claim, (finding.doubt,) if finding.doubt else ())

    def of_cell(self, table: PageTable, figure: TableFigure) -> Candidate[Disclosure]:
        """The claim of a figure in a table."""
        row = table.rows[figure.row]
        words = " ".join(c.text for k, c in enumerate(row) if c.text.strip() and (k == 0 or c.box != row[k - 1].box))
        around = (figure.column_header, figure.row_header, table.caption)
        claim = self._claim(
            figure.field,
            figure.value,
            _model_of(figure, self._training_sets),
            number_lower=figure.lower,
            number_upper=figure.upper,
            raw_value=figure.raw,
            phase=figure.phase,
            training_set=training_set_in(around, self._training_sets) or None,
            place=Place.at(table.page, row[figure.column].box, table.label or "table"),
            row_header=figure.row_header or None,
            column_header=figure.column_header or None,
            quote=words[:300],
            confidence=round(figure.confidence, 2),
            notes=figure.notes,
        )
        return Candidate(claim)

    def _claim(self, field: str, value: float | str, model: str, **more: Any) -> Disclosure:
        name = clean_name(model) if model else ""
        key = model_key(name) if name else ""
        return _with_id(
            Disclosure(
                disclosure_id="",
                paper_id=self._paper_id,
                document_sha256=self._document.sha256,
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
