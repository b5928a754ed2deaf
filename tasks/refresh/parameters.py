"""What the parameters of a refresh make of it."""

from collections.abc import Mapping
from typing import Any

from schemas.rows.what_if import DEFAULT_CONFIDENCE


def is_what_if(parameters: Mapping[str, Any]) -> bool:
    """Whether a refresh or a night with these parameters is a what-if: it assumes something by itself."""
    level = parameters.get("confidence_level", DEFAULT_CONFIDENCE)
    return level != DEFAULT_CONFIDENCE or any(map(parameters.get, ("observations", "only", "targets", "assumptions")))
