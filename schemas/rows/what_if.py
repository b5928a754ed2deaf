"""What a run assumed by itself, where it did: a what-if, and no release of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.rows.sources import HandReadObservation

DEFAULT_CONFIDENCE = 0.90
"""Level of all intervals where a run asks for no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What a refresh was asked to assume otherwise than our releases do; empty what it left as usual.

    Args:
        observations: Its own observations, which stand before all others of the same model.
        observations_file: Name of their file.
        observations_sha256: Hash of the file.
        left_out: A line for each of them that no fit uses, with the reason.
        only: The condition that an observation meets which a fit uses.
        targets: Targets beside the named ones, as asked for: `mmlu=92`.
        assumptions: Other values of assumptions, by name.
        confidence_level: Another level of all intervals.
    """

    observations: tuple[HandReadObservation, ...] = ()
    observations_file: str | None = None
    observations_sha256: str | None = None
    left_out: tuple[str, ...] = ()
    only: str | None = None
    targets: tuple[str, ...] = ()
    assumptions: Mapping[str, Any] = field(default_factory=dict)
    confidence_level: float | None = None
