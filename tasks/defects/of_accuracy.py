"""Rules over accuracies."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.matching import DefectSign
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Defect
from schemas.vocabularies import DefectRule
from tasks.defects.of_compute import of_estimate
from tasks.match.accuracy import Accuracy
from tasks.names.no_model import names_no_model


def _defect(rule: DefectRule, accuracy: "Accuracy | SwappedDigits", sign: Coded[DefectSign]) -> Defect:
    return Defect(
        rule=rule,
        table_name=accuracy.table_name,
        row_id=accuracy.result_id,
        paper_id=accuracy.paper_id,
        model=accuracy.model,
        signs=(sign,),
    )


def no_models_name(accuracies: Iterable[Accuracy], estimates: Iterable[ListedEstimate]) -> list[Defect]:
    """A score or compute that a machine booked under a name of no model: the group "English", the column "AP 50".

    Not caught: names of structured sources, whose authors mean a model by them, and what a person has read.
    """
    scores = [
        _defect(DefectRule.NO_MODELS_NAME, a, Coded.of(sign, name=a.model))
        for a in accuracies
        if a.is_machine_read and (sign := names_no_model(a.model))
    ]
    computes = [
        of_estimate(DefectRule.NO_MODELS_NAME, e, Coded.of(sign, name=e.model))
        for e in estimates
        if e.is_machine_read and (sign := names_no_model(e.model))
    ]
    return scores + computes


_SEVERAL_NETS = re.compile(
    r"(?<![\w.-])(?P<number>\d{1,2})\s*(?:\w+\s+)?(?:CNNs|nets|networks|convnets|models)\b"
    r"|\bens(?:\.|embles?)?(?![\w-])",
    re.IGNORECASE,
)
_ONE_NET = re.compile(r"\b1[\s-]*(?:CNN|net|network|convnet|model)s?\b|\bsingle\b|\bw/?o\b|\bwithout\b", re.IGNORECASE)
_ALL_NETS = re.compile(
    r"\bensembles?\b|\b(?:all|each) of the\b|\b(?:networks|nets|models) (?:in total|altogether)\b", re.I
)


def ensemble_with_single_compute(accuracies: Iterable[Accuracy], estimates: Iterable[ListedEstimate]) -> list[Defect]:
    """The accuracy of several networks together with the compute of one: AlexNet, 7 CNNs, 1.5e18 FLOP.

    Caught is an accuracy that its flag or its name ("7 CNNs", "ensemble of 6") calls an ensemble's, where the words of
    its compute do not speak of an ensemble. Not caught: "single model", an accuracy without compute, another paper's
    that is only cited, and compute stated for the ensemble.
    """
    by_model = {(e.source_id, e.paper_id, e.model_key): e for e in estimates if e.is_preferred}
    found = []
    for a in accuracies:
        estimate = by_model.get((a.source_id, a.paper_id or "", a.model_key))
        is_cited = not a.is_own and a.table_name == "core_results"
        if estimate is None or is_cited or not (a.is_ensemble or says_ensemble(a.model)):
            continue
        if not _ALL_NETS.search(f"{estimate.quote or ''} {estimate.compute_note or ''}"):
            sign = Coded.of(DefectSign.SEVERAL_NETWORKS_ONE_COMPUTE, flop=estimate.training_flop)
            found.append(_defect(DefectRule.ENSEMBLE_WITH_SINGLE_COMPUTE, a, sign))
    return found


def says_ensemble(model: str) -> bool:
    """Whether a model's name says that several networks stand behind it."""
    match = _SEVERAL_NETS.search(model)
    return bool(match and (match["number"] is None or int(match["number"]) > 1) and not _ONE_NET.search(model))


POINTS_APART = 1.0
"""Points by which accuracies of one model must differ at the least: two trainings of it may differ by less."""


@dataclass(frozen=True, slots=True)
class SwappedDigits:
    """An accuracy whose value is `other`, which `papers` state, with two digits changed over."""

    table_name: str
    result_id: str
    paper_id: str | None
    model: str
    value: float
    other: float
    papers: str


def digits_swapped(swaps: Iterable[SwappedDigits]) -> list[Defect]:
    """A value that is another paper's value of the same model with two neighbouring digits changed over: .872 for .827.

    The value that fewer papers state is pointed at, both where they are as many. Not caught: values less than
    `POINTS_APART`, whose difference is one of training; two values of one paper; names that every paper gives its own
    model; and a value that some third value of the model supports (77.12 beside 71.72 and 77.2). The query that finds
    them is `warehouse/suspects/digits_swapped.swaps.sql`.
    """
    code = DefectSign.NEIGHBOURING_DIGITS
    return [
        _defect(DefectRule.DIGITS_SWAPPED, s, Coded.of(code, value=s.value, other=s.other, papers=s.papers))
        for s in swaps
    ]
