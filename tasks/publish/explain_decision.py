"""Explain a classifier's decision on a figure: the evidence that contributed most, as text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from schemas.rows import Record
from tasks.extract.accuracy import contributions as results
from tasks.extract.accuracy.judge import Judge, load_judge
from tasks.extract.read import parsed_document
from tasks.extract.training import contributions as disclosures
from tasks.extract.training import disclosure_judge
from tasks.extract.training.disclosure_judge import FigureJudge
from tasks.extract.weighing import Contribution, Decision
from tasks.parse import UnreadableDocument
from tasks.parse.document import Document
from tasks.provenance.versions import extractor_version
from tasks.storage.store import DocumentStore
from tasks.wording.evidence import PLACES, PLACES_OF_SENTENCES, evidence_words
from tasks.wording.training_evidence import training_evidence_words, word_evidence

_MAX_SENTENCES, _MIN_LOG_ODDS = 5, 0.05  # most sentences shown of a model, and the least log-odds shown

Row = tuple[str, str]
"""A part, and its text."""


@dataclass(frozen=True)
class _Judge:
    """How the decisions of one classifier are shown: its models, what each decides, and its evidence as text."""

    decision_on: Callable[[Document, str, str], Decision | None]
    load: Callable[[], Judge | FigureJudge]
    aspects: tuple[tuple[str, str, str], ...]
    describe: Callable[[str, Contribution, Mapping[str, str]], str]


def _describe_in_table(_: str, evidence: Contribution, quotes: Mapping[str, str]) -> str:
    return evidence_words(evidence.name, evidence.value, quotes, PLACES)


def _describe_in_sentence(_: str, evidence: Contribution, quotes: Mapping[str, str]) -> str:
    return evidence_words(evidence.name, evidence.value, quotes, PLACES_OF_SENTENCES)


def _describe_disclosure(model: str, evidence: Contribution, _: Mapping[str, str]) -> str:
    if model == "words":
        return word_evidence(evidence.name)
    return training_evidence_words(evidence.name, evidence.value)


_RESULT_ASPECTS = (
    ("final", "judged", "to be a result of the paper's own, among all its figures"),
    ("what", "meaning", "to be a result of this benchmark, metric and split, looked at alone"),
    ("own", "owner", "to be the paper's own, looked at alone"),
)
_DISCLOSURE_ASPECTS = (
    ("final", "judged", "to tell of the training of the paper's own models, among all such figures of the paper"),
    ("alone", "alone", "to tell of it, looked at alone; the mean of both counts"),
    ("words", "words", "to tell of it, by the words around it"),
)
_JUDGES = {
    ("core_results", "table"): _Judge(results.decision_on, load_judge, _RESULT_ASPECTS, _describe_in_table),
    ("core_results", "prose"): _Judge(results.decision_on, load_judge, _RESULT_ASPECTS, _describe_in_sentence),
    ("core_disclosures", "disclosures"): _Judge(
        disclosures.decision_on, disclosure_judge.load_judge, _DISCLOSURE_ASPECTS, _describe_disclosure
    ),
}
"""By table and reader. Of the judge of results a model more, `joint`, says meaning and owner at once by the same
evidence."""

_BY_RULES = [("judged", "by rules: no label tells of its field, or it is put together from other figures")]
_BY_OTHER_CODE = [
    ("judged", "by another version of the code; the next run reads the paper anew, and then this tells why")
]


def decision_rows(claim: Record, store: DocumentStore) -> list[Row]:
    """A classifier's decision on a claim, with the evidence that contributed most, as (part, text).

    Empty for claims that no classifier looks at: figures of sources.
    """
    judge = _JUDGES.get((claim["table_name"], str(claim.get("extractor"))))
    if judge is None:
        return []
    if claim.get("extractor_version") != extractor_version():
        return _BY_OTHER_CODE
    try:
        document = parsed_document(store, claim["document_sha256"])
    except UnreadableDocument as error:
        return [("judged", f"why cannot be told: {error}")]
    decision = judge.decision_on(document, claim["paper_id"], claim["claim_id"])
    return _reasons(judge, decision, claim) if decision else _BY_RULES


def _reasons(judge: _Judge, decision: Decision, claim: Record) -> list[Row]:
    rows = []
    for model, part, aspects in judge.aspects:
        rows.append((part, f"{decision.by_model[model].probability:.2f} {aspects}"))
        rows += [("", f"{log_odds:+.1f}  {sentence}") for sentence, log_odds in _strongest(judge, model, decision)]
    limits = judge.load()
    if claim.get("is_own") is False and decision.by_model["final"].probability >= limits.accept:
        rows.append(("but", "its words name a model of others, beside rows of the paper's own"))
    if claim["extractor"] == "prose":
        rows.append(("but", f"no table states it: the probability counts {load_judge().only_in_sentence:.2f} times"))
    rows.append(("scale", f"taken from {limits.accept:g}, reviewed from {limits.review:g}; +0.7 doubles the odds"))
    return rows


def _strongest(judge: _Judge, model: str, decision: Decision) -> list[tuple[str, float]]:
    """The sentences with the largest contributions, each with the summed log-odds of the features behind it."""
    found: dict[str, float] = {}
    for c in decision.by_model[model].contributions:
        sentence = judge.describe(model, c, decision.quotes)
        found[sentence] = found.get(sentence, 0.0) + c.log_odds
    most = sorted(found.items(), key=lambda item: -abs(item[1]))[:_MAX_SENTENCES]
    return [(sentence, moved) for sentence, moved in most if abs(moved) >= _MIN_LOG_ODDS]
