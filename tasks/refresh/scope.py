"""Which compute figures the fits of a run use, by the part of training that they count (`compute_scope`)."""

from dataclasses import replace

from schemas.codes import Coded
from schemas.codes.compute import ComputeFlag
from schemas.rows.compute import ListedEstimate
from schemas.vocabularies import COMPUTE_SCOPES

SCOPE = "compute_scope"
"""Name of the assumption."""

ANY_SCOPE = "any"
"""The default: pre-training alone, the whole training, or not said which. Fine-tuning alone carries a flag that keeps
it out of the fits."""


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


def of_scope(estimate: ListedEstimate, scope: str) -> ListedEstimate:
    """The estimate as a run of this scope sees it: flagged where it counts something else.

    Who asks for fine-tuning alone leaves the base model out on purpose.
    """
    if scope == ANY_SCOPE:
        return estimate
    if estimate.compute_scope != scope:
        return replace(estimate, flags=(*estimate.flags, Coded.of(ComputeFlag.OTHER_SCOPE)))
    if scope == "finetuning":
        return replace(estimate, flags=tuple(f for f in estimate.flags if f.code != ComputeFlag.BASE_LEFT_OUT))
    return estimate
