"""Our costs of training runs held against those that others published (`warehouse/reference/published_costs.csv`).

Each row of that table is one published cost of one run with the hardware and hours (or FLOP) that it was computed from,
entered by hand with its source and place. Ours starts from the same hardware and hours, by our own assumptions and,
where the publisher states his, by those.
"""

from collections.abc import Iterable

from schemas.rows import Limits, Record
from schemas.rows.costs import CostCheck, RunCosts
from tasks.costs.assumptions import Override, load_assumptions, load_choices
from tasks.costs.rates import CostSetting
from tasks.costs.runs import PricedRun, training_costs
from tasks.costs.tables import CostTables
from tasks.reference.published_costs import PUBLISHED_COSTS, load_published_costs
from tasks.reference.table import record

FAR = 2.0
"""Factor beyond which a difference needs a stated cause."""

ROUNDING = 1.005
"""Published figures are rounded: one at the end of our range counts as held."""


def load_published() -> list[Record]:
    """The published costs, what is empty as None.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is malformed, or a row states neither chips with hours nor FLOP.
    """
    rows = [record(row) for row in load_published_costs()]
    for row in rows:
        if not (row["chips"] and row["duration_hours"]) and not row["training_flop"]:
            raise ValueError(
                f"{PUBLISHED_COSTS.file}: {row['model']} by {row['publisher']}: neither chips and hours nor FLOP"
            )
    return rows


def overrides_of(words: str) -> dict[str, Override]:
    """Overrides as `--assume` takes them, several in one line: "pue=1.1 grid_region=france".

    Raises:
        ValueError: a word without "=".
    """
    pairs: dict[str, Override] = {}
    for word in words.split():
        name, equals, value = word.partition("=")
        if not equals:
            raise ValueError(f"{word!r} is not NAME=VALUE")
        try:
            pairs[name] = float(value)
        except ValueError:
            pairs[name] = value
    return pairs


def cost_checks(published: Iterable[Record], ours: CostSetting) -> list[CostCheck]:
    """Each published cost beside ours, by our assumptions and by the publisher's.

    Args:
        published: What `load_published` gives.
        ours: Our assumptions and tables.

    Raises:
        ValueError: a publisher's assumption that we do not have.
    """
    return [_check(row, ours) for row in published]


def _check(row: Record, ours: CostSetting) -> CostCheck:
    quantity, published = row["quantity"], row["published"]
    costs = training_costs(_run(row), ours)
    amount = _of(costs, quantity)
    theirs = _as_they(row, ours.tables)
    return CostCheck(
        **{k: row[k] for k in ("model", "publisher", "quantity", "year", "as_they", "cause", "place", "source")},
        **{k: row[k] for k in ("published", "published_lower", "published_upper")},
        hardware=costs.hardware,
        ours=amount,
        ratio=amount.value / published if amount.value else None,
        is_held=_is_held(published, amount),
        ours_as_they=theirs,
        ratio_as_they=theirs / published if theirs else None,
        cost_basis=costs.cost_basis,
    )


def _is_held(published: float, ours: Limits) -> bool | None:
    if ours.lower is None or ours.upper is None:
        return None
    return ours.lower / ROUNDING <= published <= ours.upper * ROUNDING


def _of(costs: RunCosts, quantity: str) -> Limits:
    limits: Limits = getattr(costs, quantity)
    return limits


def _as_they(row: Record, tables: CostTables) -> float | None:
    """The same cost by the publisher's assumptions; None where the row states none."""
    if not row["as_they"]:
        return None
    overrides = overrides_of(row["as_they"])
    theirs = CostSetting(load_assumptions(overrides=overrides), load_choices(overrides=overrides), tables)
    return _of(training_costs(_run(row), theirs), row["quantity"]).value


def _run(row: Record) -> PricedRun:
    """A published run as `training_costs` takes it: chips and hours as stated, else FLOP without a range."""
    given = {c: row[c] for c in ("year", "hardware", "chips", "duration_hours", "training_flop")}
    ends = {f"training_flop{end}": row["training_flop"] for end in ("_lower", "_upper")}
    return PricedRun(method="reported", hardware_burden_flop=None, **given, **ends)
