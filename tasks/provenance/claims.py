"""Ids of rows by their content, and rows each once by id."""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


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
