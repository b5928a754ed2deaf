"""What differs between two releases, as rows of out_changes."""

import pandas as pd

from schemas.frames import empty
from schemas.tables import TABLES

# Columns that are compared, by table: the figures that a reader would quote. Ids and hashes change with them.
COMPARED = {
    "out_observations": ("value", "training_flop", "in_fit"),
    "out_fits": ("n", "implied_power"),
    "out_estimates": ("log10_training_flop", "cost_usd", "status"),
}
# What makes a row the same row in two releases, where the table's key is a hash of its content.
IDENTITY = {
    "out_observations": ("benchmark", "paper_id", "model"),
    "out_fits": ("benchmark", "estimator"),
    "out_estimates": ("benchmark", "target", "estimator"),
}
_DIGITS = 6  # figures that agree to so many digits are the same figure


def changes_between(
    before: dict[str, pd.DataFrame | None], now: dict[str, pd.DataFrame], release_before: str
) -> pd.DataFrame:
    """Rows of out_changes: rows that are new, gone, or differ in a compared column, by table and identity."""
    found: list[dict[str, str | None]] = []
    for name, identity in IDENTITY.items():
        old_frame = before.get(name)
        if old_frame is None or not set(identity) <= set(old_frame.columns):
            continue
        old, new = _by_identity(old_frame, name), _by_identity(now[name], name)
        found += [_row(name, i, "gone", "", None, None) for i in sorted(old.keys() - new.keys())]
        found += [_row(name, i, "new", "", None, None) for i in sorted(new.keys() - old.keys())]
        for i in sorted(old.keys() & new.keys()):
            found += [
                _row(name, i, "changed", column, old[i][column], new[i][column])
                for column in COMPARED[name]
                if column in old[i] and old[i][column] != new[i][column]
            ]
    frame = pd.DataFrame(found, columns=TABLES["out_changes"].column_names[:-1])
    frame["release_before"] = release_before
    return frame.astype("str") if len(frame) else empty("out_changes")


def _by_identity(frame: pd.DataFrame, name: str) -> dict[str, dict[str, str | None]]:
    compared = [c for c in COMPARED[name] if c in frame.columns]
    # A paper's tables repeat a model: the row that the fits see comes last and stands, else the best.
    order = [c for c in ("in_fit", "value", "training_flop") if c in compared]
    rows = (frame.sort_values(order) if order else frame).to_dict("records")
    return {" | ".join(str(row[i]) for i in IDENTITY[name]): {c: _printed(row[c]) for c in compared} for row in rows}


def _printed(value: object) -> str | None:
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)


def _row(
    table: str, identity: str, change: str, column: str, before: str | None, now: str | None
) -> dict[str, str | None]:
    return {
        "table_name": table,
        "row_id": identity,
        "change": change,
        "column_changed": column or "(row)",
        "value_before": before,
        "value_now": now,
    }
