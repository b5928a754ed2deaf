"""Costs checked: ours beside those that others published, by publisher."""

from collections.abc import Iterable
from statistics import median

from schemas.rows.costs import CostCheck
from tasks.publish import words
from tasks.publish.sections.rows import Row, Tables, typed_rows


def cost_checks(tables: Tables) -> Row:
    """Ratios of ours over theirs by publisher and quantity, and those that our range does not hold, with the cause."""
    rows = [r for r in typed_rows(tables, "out_cost_checks", CostCheck) if r.ratio is not None]
    groups: dict[tuple[str, str], list[CostCheck]] = {}
    for row in sorted(rows, key=lambda r: (r.publisher, r.quantity)):
        groups.setdefault((row.publisher, row.quantity), []).append(row)
    return {
        "groups": [_group(*key, members) for key, members in groups.items()],
        "n": len(rows),
        "held": sum(bool(r.is_held) for r in rows),
        "n_as_they": sum(r.ratio_as_they is not None for r in rows),
        "as_they": _median([r.ratio_as_they for r in rows]),
        "missed": [_missed(r) for r in rows if r.is_held is not None and not r.is_held],
    }


def _group(publisher: str, quantity: str, rows: list[CostCheck]) -> Row:
    ratios = [r.ratio for r in rows if r.ratio is not None]
    return {
        "publisher": publisher,
        "quantity": words.QUANTITIES.get(quantity, quantity),
        "n": len(rows),
        "ratio": _median(ratios),
        "ratio_range": f"{min(ratios):.2g} to {max(ratios):.2g}" if len(rows) > 1 else "",
        "held": sum(bool(r.is_held) for r in rows),
        "as_they": _median([r.ratio_as_they for r in rows]),
    }


def _median(ratios: Iterable[float | None]) -> str:
    known = [r for r in ratios if r is not None]
    return f"{median(known):.2f}" if known else ""


def _missed(row: CostCheck) -> Row:
    return {
        "model": row.model,
        "publisher": row.publisher,
        "quantity": words.QUANTITIES.get(row.quantity, row.quantity),
        "ratio": f"{row.ratio:.2g}",
        "cause": row.cause or "",
    }
