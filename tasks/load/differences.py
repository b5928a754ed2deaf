"""Differences between what a structured source said before and what it says now."""

from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from schemas.rows.sources import SourceChange
from schemas.tables import Table

ROW = "(row)"
"""Stands for the column where a whole row came or went."""

_DIGITS = 12  # figures that agree to so many digits are the same figure: CSV and Parquet print doubles differently


@dataclass
class Differences:
    """Rows that came, went, or changed, by key; each change is (key, column, before, now)."""

    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    changed: list[tuple[str, str, str | None, str | None]] = field(default_factory=list)

    @property
    def changed_rows(self) -> int:
        """How many rows changed."""
        return len({key for key, *_ in self.changed})

    def rows(self, load_id: str, source_id: str, table_name: str) -> list[SourceChange]:
        """As rows of raw_source_changes."""
        change = partial(SourceChange, load_id=load_id, source_id=source_id, table_name=table_name)
        return [
            *(change(row_id=key, change="new", column_changed=ROW) for key in self.new),
            *(change(row_id=key, change="gone", column_changed=ROW) for key in self.gone),
            *(
                change(row_id=key, change="changed", column_changed=column, value_before=before, value_now=now)
                for key, column, before, now in self.changed
            ),
        ]


def differences(before: pd.DataFrame, now: pd.DataFrame, table: Table) -> Differences:
    """What differs between two states of a table (both with its columns), in the order of the keys."""
    old, new = _by_key(before, table), _by_key(now, table)
    found = Differences(sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys()))
    compared = [c for c in table.column_names if c not in table.key]
    for key in sorted(old.keys() & new.keys()):
        if old[key] != new[key]:
            pairs = zip(compared, old[key], new[key], strict=True)
            found.changed += [(key, column, a, b) for column, a, b in pairs if a != b]
    return found


def _by_key(frame: pd.DataFrame, table: Table) -> dict[str, tuple[str | None, ...]]:
    compared = [c for c in table.column_names if c not in table.key]
    keys = [" | ".join(map(str, key)) for key in zip(*(frame[k] for k in table.key), strict=True)]
    cells = zip(*([_printed(v) for v in frame[c]] for c in compared), strict=True)
    return dict(zip(keys, cells, strict=True))


def _printed(value: object) -> str | None:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    return f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)
