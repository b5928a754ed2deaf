"""Explain why the judges took a figure for what it is: the evidence that moved them most, in words."""

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

_PIECES, _LEAST = 5, 0.05  # of evidence that are told of a model, and the least log-odds that are

Row = tuple[str, str]
"""A part, and its words."""


@dataclass(frozen=True)
class _Judge:
    """How the decisions of one judge are told: its models, what each says of a figure, and how its evidence is said."""

    decision_on: Callable[[Document, str, str], Decision | None]
    load: Callable[[], Judge | FigureJudge]
    asked: tuple[tuple[str, str, str], ...]
    said: Callable[[str, Contribution, Mapping[str, str]], str]


def _of_table(_: str, evidence: Contribution, quotes: Mapping[str, str]) -> str:
    return evidence_words(evidence.name, evidence.value, quotes, PLACES)


def _of_sentence(_: str, evidence: Contribution, quotes: Mapping[str, str]) -> str:
    return evidence_words(evidence.name, evidence.value, quotes, PLACES_OF_SENTENCES)


def _of_disclosure(model: str, evidence: Contribution, _: Mapping[str, str]) -> str:
    if model == "words":
        return word_evidence(evidence.name)
    return training_evidence_words(evidence.name, evidence.value)


_OF_RESULTS = (
    ("final", "judged", "to be a result of the paper's own, among all its figures"),
    ("what", "meaning", "to be a result of this benchmark, metric and split, looked at alone"),
    ("own", "owner", "to be the paper's own, looked at alone"),
)
_OF_DISCLOSURES = (
    ("final", "judged", "to tell of the training of the paper's own models, among all such figures of the paper"),
    ("alone", "alone", "to tell of it, looked at alone; the mean of both counts"),
    ("words", "words", "to tell of it, by the words around it"),
)
_JUDGES = {
    ("core_results", "table"): _Judge(results.decision_on, load_judge, _OF_RESULTS, _of_table),
    ("core_results", "prose"): _Judge(results.decision_on, load_judge, _OF_RESULTS, _of_sentence),
    ("core_disclosures", "disclosures"): _Judge(
        disclosures.decision_on, disclosure_judge.load_judge, _OF_DISCLOSURES, _of_disclosure
    ),
}
"""By table and reader. Of the judge of results a model more, `joint`, says meaning and owner at once by the same
evidence."""

_BY_RULES = [("judged", "by rules: no label tells of its field, or it is put together from other figures")]
_BY_OTHER_CODE = [
    ("judged", "by another version of the code; the next run reads the paper anew, and then this tells why")
]


def decided(claim: Record, store: DocumentStore) -> list[Row]:
    """What a judge made of a claim, with the evidence that moved it most, as (part, words).

    Empty for claims that no judge looks at: figures of sources.
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
    for model, part, asked in judge.asked:
        rows.append((part, f"{decision.by_model[model].probability:.2f} {asked}"))
        rows += [("", f"{log_odds:+.1f}  {words}") for words, log_odds in _strongest(judge, model, decision)]
    limits = judge.load()
    if claim.get("is_own") is False and decision.by_model["final"].probability >= limits.accept:
        rows.append(("but", "its words name a model of others, beside rows of the paper's own"))
    if claim["extractor"] == "prose":
        rows.append(("but", f"no table states it: the probability counts {load_judge().only_in_sentence:.2f} times"))
    rows.append(("scale", f"taken from {limits.accept:g}, reviewed from {limits.review:g}; +0.7 doubles the odds"))
    return rows


def _strongest(judge: _Judge, model: str, decision: Decision) -> list[tuple[str, float]]:
    """The sentences that moved a model most, each with the log-odds of all features that it speaks of."""
    found: dict[str, float] = {}
    for c in decision.by_model[model].contributions:
        words = judge.said(model, c, decision.quotes)
        found[words] = found.get(words, 0.0) + c.log_odds
    most = sorted(found.items(), key=lambda item: -abs(item[1]))[:_PIECES]
    return [(words, moved) for words, moved in most if abs(moved) >= _LEAST]
