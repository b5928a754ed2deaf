"""Which compute figures the fits of a run use, by the part of training that they count (`compute_scope`)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from schemas.codes import Coded
from schemas.codes.compute import ComputeFlag
from schemas.rows.compute import ListedEstimate
from schemas.vocabularies import COMPUTE_SCOPES

SCOPE = "compute_scope"
"""Name of the assumption."""

ANY_SCOPE = "any"
"""The default: pre-training alone, the whole training, or not said which. Fine-tuning and students alone carry a flag
that keeps them out of the fits."""


def scope_named(word: object) -> str:
    """The scope that a word names.

    Raises:
        ValueError: none.
    """
    scopes = (ANY_SCOPE, *COMPUTE_SCOPES)
    scope = str(word).strip().lower()
    if scope not in scopes:
        raise ValueError(f"{SCOPE}={word}: must be one of {', '.join(scopes)}")
    return scope


_OWN_ALONE = {"finetuning": ComputeFlag.BASE_LEFT_OUT, "student": ComputeFlag.DISTILLED}
"""What a scope leaves out on purpose."""


def of_scope(estimates: Iterable[ListedEstimate], scope: str) -> list[ListedEstimate]:
    """The estimates as a run of this scope sees them: flagged where they count something else.

    Of a model's figures one of the scope stands before the preferred one of another.
    """
    if scope == ANY_SCOPE:
        return list(estimates)
    of_model: dict[tuple[str | None, ...], list[ListedEstimate]] = defaultdict(list)
    for e in estimates:
        of_model[e.source_id, e.paper_id, e.model_key, e.training_set].append(e)
    return [_counted(e, scope) for same in of_model.values() for e in _preferring(same, scope)]


def _preferring(same: list[ListedEstimate], scope: str) -> list[ListedEstimate]:
    """The figures of one model, of which one of the scope is preferred, if there is one: the narrowest."""
    of_it = [e for e in same if e.compute_scope == scope]
    if not of_it or any(e.is_preferred for e in of_it):
        return same
    chosen = min(of_it, key=lambda e: (e.training_flop_upper / e.training_flop_lower, e.estimate_id))
    return [replace(e, is_preferred=e is chosen) for e in same]


def _counted(estimate: ListedEstimate, scope: str) -> ListedEstimate:
    """The estimate, flagged where it counts something else, and without the flag of what the scope leaves out."""
    if estimate.compute_scope != scope:
        return replace(estimate, flags=(*estimate.flags, Coded.of(ComputeFlag.OTHER_SCOPE)))
    return replace(estimate, flags=tuple(f for f in estimate.flags if f.code != _OWN_ALONE.get(scope)))
