"""Costs checked: ours beside those that others published, by publisher."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from schemas.rows.costs import CostCheck
from tasks.publish import words
from tasks.publish.sections.rows import Tables, grouped, typed_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckGroup:
    """Ratios of ours over one publisher's of one quantity."""

    publisher: str
    quantity: str
    n: int
    ratio: str
    ratio_range: str
    held: int
    as_they: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCheck:
    """A published figure that our range does not hold, with the cause."""

    model: str
    publisher: str
    quantity: str
    ratio: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostChecksSection:
    """How many published figures our ranges hold, by publisher and quantity, and those that they do not."""

    groups: list[CheckGroup]
    n: int
    held: int
    n_as_they: int
    as_they: str
    missed: list[MissedCheck]


def cost_checks(tables: Tables) -> CostChecksSection:
    """The section, made of out_cost_checks."""
    rows = [r for r in typed_rows(tables, "out_cost_checks", CostCheck) if r.ratio is not None]
    rows_in_order = sorted(rows, key=lambda r: (r.publisher, r.quantity))
    groups = [
        _group(members)
        for of_publisher in grouped(rows_in_order, lambda r: r.publisher).values()
        for members in grouped(of_publisher, lambda r: r.quantity).values()
    ]
    return CostChecksSection(
        groups=groups,
        n=len(rows),
        held=sum(bool(r.is_held) for r in rows),
        n_as_they=sum(r.ratio_as_they is not None for r in rows),
        as_they=_median([r.ratio_as_they for r in rows]),
        missed=[_missed(r) for r in rows if r.is_held is not None and not r.is_held],
    )


def _group(rows: list[CostCheck]) -> CheckGroup:
    ratios = [r.ratio for r in rows if r.ratio is not None]
    return CheckGroup(
        publisher=rows[0].publisher,
        quantity=words.QUANTITIES.get(rows[0].quantity, rows[0].quantity),
        n=len(rows),
        ratio=_median(ratios),
        ratio_range=f"{min(ratios):.2g} to {max(ratios):.2g}" if len(rows) > 1 else "",
        held=sum(bool(r.is_held) for r in rows),
        as_they=_median([r.ratio_as_they for r in rows]),
    )


def _median(ratios: Iterable[float | None]) -> str:
    known = [r for r in ratios if r is not None]
    return f"{median(known):.2f}" if known else ""


def _missed(row: CostCheck) -> MissedCheck:
    return MissedCheck(
        model=row.model,
        publisher=row.publisher,
        quantity=words.QUANTITIES.get(row.quantity, row.quantity),
        ratio=f"{row.ratio:.2g}",
        cause=row.cause or "",
    )
