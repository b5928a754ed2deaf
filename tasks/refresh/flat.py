"""Typed rows on their way into the warehouse."""

from collections.abc import Iterable
from typing import Any

from schemas.rows import Record, record
from tasks.wording import words


def flat(rows: Iterable[Any]) -> list[Record]:
    """Dataclasses of `schemas.rows` as flat rows, their codes also in words."""
    return [record(row, words) for row in rows]
