"""What decided about a training figure."""

import math

from tasks.extract.training.candidates import TrainingPaper, is_judged, possible_figures
from tasks.extract.training.disclosure_judge import evidence_on, load_judge, weights_of_words
from tasks.extract.training.disclosures import TrainingClaims
from tasks.extract.weighing import Contribution, Decision, Weighing, weighing
from tasks.parse.document import Document
from tasks.reference.datasets import load_datasets
from tasks.reference.hardware import load_hardware


def decision_on(document: Document, paper_id: str, wanted: str) -> Decision | None:
    """How the judge decided about the disclosure with the id `wanted`; None where it judged no figure of this id.

    Fields that no label tells of, and times that are put together from those of epochs or steps, are read by rules.
    """
    paper = TrainingPaper(document, paper_id, tuple(load_hardware()), tuple(load_datasets()))
    possible = possible_figures(paper)
    claims = TrainingClaims(paper, possible)
    judged = [p for p in possible if is_judged(p.figure)]
    at = next((i for i, p in enumerate(judged) if claims.of(p).disclosure_id == wanted), None)
    if at is None:
        return None
    judge, evidence = load_judge(), evidence_on(paper, judged)[0][at]
    words = tuple(Contribution(name, 1.0, weight) for name, weight in weights_of_words(paper, judged[at]).items())
    by_words = Weighing(1 / (1 + math.exp(-evidence["words"])), words)
    trees = {name: weighing(t, evidence) for name, t in (("final", judge.final), ("alone", judge.alone))}
    return Decision(trees | {"words": by_words})
