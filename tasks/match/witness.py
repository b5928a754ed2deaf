"""Second witnesses: which doubtful figures of training compute that a machine read are confirmed.

What makes a figure doubtful its estimate says (`schemas.codes.compute.NEEDS_WITNESS`). It is confirmed by a figure that
lies near it for the same model of the same paper, by another method or of another source. One with an input from our
tables confirms nothing, since it shares the other inputs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from schemas.codes import Coded
from schemas.codes.compute import NEEDS_WITNESS
from schemas.codes.matching import Exclusion
from schemas.rows.compute import ListedEstimate
from tasks.names.same_model import join_key, sizes
from tasks.wording import words

AGREES_WITHIN = 3.0
"""The factor within which two figures confirm each other: Epoch AI's word "confident" means as much."""


def unwitnessed(
    estimates: Iterable[ListedEstimate], arxiv_papers: Mapping[str, str] | None = None
) -> dict[str, Coded[Exclusion]]:
    """Why no fit may use an estimate, by id: a machine read it, it is doubtful, and nothing confirms it.

    `arxiv_papers` has arXiv's id of papers that go by another (`tasks.names.papers`).
    """
    ids = arxiv_papers or {}
    of_model: dict[tuple[str, str], list[ListedEstimate]] = defaultdict(list)
    for e in estimates:
        of_model[ids.get(e.paper_id, e.paper_id), join_key(e.model)].append(e)
    return {
        e.estimate_id: Coded.of(Exclusion.COMPUTE_UNWITNESSED, flag=doubt.code.value, reason=words(doubt))
        for same in of_model.values()
        for e in same
        if e.is_machine_read and (doubt := _doubt(e)) and not any(_confirms(other, e) for other in same)
    }


def _doubt(e: ListedEstimate) -> Coded | None:
    return next((flag for code in NEEDS_WITNESS for flag in e.flags if flag.code is code), None)


def _confirms(other: ListedEstimate, e: ListedEstimate) -> bool:
    """Whether another figure is of the same model, had in another way, and near."""
    if sizes(other.model) != sizes(e.model) or other.method == "imputed":
        return False
    if other.source_id == e.source_id and (other.method == e.method or other.training_set != e.training_set):
        return False
    low, high = sorted((other.training_flop, e.training_flop))
    return high <= low * AGREES_WITHIN
