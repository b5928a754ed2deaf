"""What an extractor hands on: one claim a figure, a plain dict with the columns of its table.

A claim that is ambiguous carries `doubt`: the reason in words. It goes to quarantine, never into the warehouse.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

Claim = dict[str, Any]

SUPPOSED = "no figure names the model: the paper's main model by supposition"
"""Flag of a compute estimate whose disclosures all speak of the paper and none of the model."""


def content_id(*parts: object) -> str:
    """Stable 16-hex-digit id of a row's content (numbers and text alike)."""
    text = json.dumps(parts, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def unique(items: Iterable[T], key: Callable[[T], object]) -> list[T]:
    """The items with each key once, first come first kept."""
    seen: dict[object, T] = {}
    for item in items:
        seen.setdefault(key(item), item)
    return list(seen.values())
