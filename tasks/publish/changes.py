"""Differences between two releases, as rows of out_changes."""

import html
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from schemas.frames import empty
from schemas.tables import TABLES
from tasks.publish import labels
from tasks.wording.operating import HEADLINE_MOVED
from tasks.wording.quantities import computing, flop

# Columns that are compared, by table: the figures that a reader would quote. Ids and hashes change with them.
COMPARED = {
    "out_observations": ("value", "training_flop", "in_fit"),
    "out_fits": ("n", "implied_power"),
    "out_estimates": ("log10_training_flop", "cost_usd", "status"),
}
# What makes a row the same row in two releases, where the table's key is a hash of its content.
IDENTITY = {
    "out_observations": ("benchmark", "paper_id", "model"),
    "out_fits": ("series", "estimator"),
    "out_estimates": ("series", "target", "estimator"),
}
_BETWEEN = " | "  # the parts of a row's identity
_TABLE_HEAD = (
    "| benchmark | target | estimator | computing before | now | decades | because |",
    "|---|---|---|---|---|---|---|",
)
_DIGITS = 6  # figures that agree to so many digits are the same figure


MAX_NAMED = 5
"""Most observations named for one reason, and most headlines listed; the rest is counted."""

_MIN_DECADES_MOVED = 0.1  # a headline that moved by less is not reported

MAX_ROWS_SHOWN = 20
"""Most estimates on the page, the largest changes first."""

UNEXPLAINED = "no observation of its fit changed: the code, an assumption or another benchmark did"

Tables = Mapping[str, pd.DataFrame | None]


def changes_between(before: Tables, now: Mapping[str, pd.DataFrame], release_before: str) -> pd.DataFrame:
    """Rows of out_changes: rows that are new, gone, or differ in a compared column, by table and identity.

    Of an estimate or a fit that changed they tell which observations its fit gained, lost or has otherwise now.
    """
    causes = _causes(before.get("out_observations"), now["out_observations"])
    found: list[dict[str, str | float | None]] = []
    for name, identity in IDENTITY.items():
        old_frame = before.get(name)
        if old_frame is None or not set(identity) <= set(old_frame.columns):
            continue
        old, new = _by_identity(old_frame, name), _by_identity(now[name], name)
        found += [_row(name, i, "gone") for i in sorted(old.keys() - new.keys())]
        found += [_row(name, i, "new") for i in sorted(new.keys() - old.keys())]
        for i in sorted(old.keys() & new.keys()):
            because = None if name == "out_observations" else causes.get(i.split(_BETWEEN)[0], UNEXPLAINED)
            found += [
                _row(name, i, "changed", column, old[i][column], new[i][column], because)
                for column in COMPARED[name]
                if column in old[i] and old[i][column] != new[i][column]
            ]
    if not found:
        return empty("out_changes")
    frame = pd.DataFrame(found).assign(release_before=release_before)[TABLES["out_changes"].column_names]
    return frame.astype({c: "str" for c in frame.columns if c != "decades_moved"} | {"decades_moved": "float"})


def _causes(before: pd.DataFrame | None, now: pd.DataFrame) -> dict[str, str]:
    """By series, the observations that entered its fits, left them or changed, as text."""
    if before is None:
        return {}
    used_before, used_now = _in_fits(before), _in_fits(now)
    causes: dict[str, str] = {}
    for series in {s for s, _, _ in (*used_before, *used_now)}:
        old, new = ({i: v for i, v in side.items() if i[0] == series} for side in (used_before, used_now))
        parts = {
            "entered the fit": new.keys() - old.keys(),
            "left it": old.keys() - new.keys(),
            "changed": {i for i in old.keys() & new.keys() if old[i] != new[i]},
        }
        if any(parts.values()):
            causes[series] = "; ".join(f"{what}: {_name_some(ids)}" for what, ids in parts.items() if ids)
    return causes


def _in_fits(frame: pd.DataFrame) -> dict[tuple[str, str, str], tuple[str | None, ...]]:
    """Figures of the observations in fits by series, paper and model."""
    used = frame[frame["in_fit"].astype(bool)]
    return {
        (r["series"], r["paper_id"], r["model"]): (_as_text(r["value"]), _as_text(r["training_flop"]))
        for r in used.to_dict("records")
    }


def _name_some(ids: Iterable[tuple[str, str, str]]) -> str:
    names = sorted(f"{model} ({paper})" for _, paper, model in ids)
    more = [f"{len(names) - MAX_NAMED} more"] if len(names) > MAX_NAMED else []
    return ", ".join(names[:MAX_NAMED] + more)


def _by_identity(frame: pd.DataFrame, name: str) -> dict[str, dict[str, str | None]]:
    compared = [c for c in COMPARED[name] if c in frame.columns]
    # A paper's tables repeat a model: the row that the fits see comes last and stands, else the best.
    order = [c for c in ("in_fit", "value", "training_flop") if c in compared]
    rows = (frame.sort_values(order) if order else frame).to_dict("records")
    return {_BETWEEN.join(str(row[i]) for i in IDENTITY[name]): {c: _as_text(row[c]) for c in compared} for row in rows}


def _as_text(value: object) -> str | None:
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)


def _row(
    table: str,
    identity: str,
    change: str,
    column: str = "(row)",
    before: str | None = None,
    now: str | None = None,
    because: str | None = None,
) -> dict[str, str | float | None]:
    return {
        "table_name": table,
        "row_id": identity,
        "change": change,
        "column_changed": column,
        "value_before": before,
        "value_now": now,
        "decades_moved": float(now) - float(before) if before and now and column == "log10_training_flop" else None,
        "because": because,
    }


def moved_headlines(before: pd.DataFrame | None, now: pd.DataFrame | None) -> list[str]:
    """The headlines that moved by a tenth of a decade or more between two releases, the farthest first, a line each.

    Args:
        before: Rows of out_headlines of one release; None where it has none.
        now: The same of the other.
    """
    if before is None or now is None:
        return []
    figure, key = "log10_training_flop", ["series", "target"]
    both = before[[*key, figure]].merge(now[[*key, figure]], on=key, suffixes=("_before", "_now")).dropna()
    both["by"] = (both[f"{figure}_now"] - both[f"{figure}_before"]).abs()
    moved = both[both["by"] >= _MIN_DECADES_MOVED].sort_values(["by", *key], ascending=[False, True, True])
    rows = moved[[*key, f"{figure}_before", f"{figure}_now"]].itertuples(index=False)
    lines = [HEADLINE_MOVED.format(series=s, target=t, before=flop(old), now=flop(new)) for s, t, old, new in rows]
    return lines[:MAX_NAMED] + ([f"and {len(lines) - MAX_NAMED} more"] if len(lines) > MAX_NAMED else [])


def changes_in_markdown(name: str, changed: pd.DataFrame | None) -> str:
    """A page on the changes of a release, in Markdown.

    Args:
        name: The release's name.
        changed: Its rows of out_changes; None where it has none.
    """
    if changed is None or changed.empty:
        return f"# Release {name}\n\nNo figure differs from the last release, or there is none of an earlier day."
    counts = changed.drop_duplicates(["table_name", "row_id", "change"]).value_counts(["table_name", "change"])
    lines = [f"# Release {name}: what changed since {changed['release_before'].iloc[0]}", ""]
    lines += [
        f"- {table}: {n} {labels.CHANGES[change]}" for table, change, n in counts.sort_index().reset_index().to_numpy()
    ]
    moved = changed[changed["decades_moved"].notna()].sort_values("decades_moved", key=abs, ascending=False)
    if len(moved):
        lines += ["", f"## Estimates that moved ({len(moved)})", "", *_TABLE_HEAD]
        lines += [_line(row) for row in moved.head(MAX_ROWS_SHOWN).to_dict("records")]
    return "\n".join(lines)


def _line(row: Mapping[Any, Any]) -> str:
    cells = (
        *row["row_id"].split(_BETWEEN),
        *(computing(float(row[column])) for column in ("value_before", "value_now")),
        f"{row['decades_moved']:+.2f}",
        row["because"],
    )
    return f"| {' | '.join(html.escape(str(c)).replace('|', '&#124;') for c in cells)} |"
