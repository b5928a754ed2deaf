"""Differences between what a structured source said before and what it says now."""

from dataclasses import dataclass, field

import pandas as pd

from schemas.tables import Table
from tasks.load.validate import Row

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

    def rows(self) -> list[Row]:
        """As rows of raw_source_changes (without load, source and table)."""
        rows: list[Row] = [_change(key, "new", ROW, None, None) for key in self.new]
        rows += [_change(key, "gone", ROW, None, None) for key in self.gone]
        return rows + [_change(key, "changed", column, before, now) for key, column, before, now in self.changed]


def _change(key: str, change: str, column: str, before: str | None, now: str | None) -> Row:
    return {"row_id": key, "change": change, "column_changed": column, "value_before": before, "value_now": now}


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
