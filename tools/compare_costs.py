"""`python -m tools.compare_costs`: our costs of training runs beside those that others published, and why they differ.

The published figures stand in warehouse/reference/published_costs.csv, one row each with its source. Nothing here is
collected by pytest; tests/data/test_prices.py holds the same rows to what is said of them.
"""

from collections import defaultdict
from statistics import median

from schemas.rows import Record
from tasks.costs.assumptions import load_assumptions, load_choices
from tasks.costs.checks import FAR, cost_checks, load_published
from tasks.costs.rates import CostSetting
from tasks.costs.tables import load_cost_tables
from tasks.refresh.flat import flat


def checks() -> list[Record]:
    """All published costs beside ours, by the default assumptions and the project's own tables."""
    return flat(cost_checks(load_published(), CostSetting(load_assumptions(), load_choices(), load_cost_tables())))


def is_far(row: Record) -> bool:
    """Whether ours differs from the published figure by more than a factor of two."""
    return row["ratio"] is not None and not 1 / FAR <= row["ratio"] <= FAR


def _line(row: Record) -> str:
    theirs = "     –" if row["ratio_as_they"] is None else f"{row['ratio_as_they']:6.2f}"
    ours = f"{row['ours_lower']:9.3g} {row['ours']:9.3g} {row['ours_upper']:9.3g}" if row["ours"] else "–"
    ratio = f"{row['ratio']:6.2f}" if row["ratio"] else "     –"
    return (
        f"{row['model']:26} {row['publisher']:22} {row['quantity']:16} {row['published']:9.3g} {ours} {ratio}"
        f" {'yes' if row['is_held'] else 'no':4} {theirs}"
    )


def main() -> None:
    """Print the table of ratios, totals by publisher and quantity, and the causes of what is far."""
    found = checks()
    print(f"{'model':26} {'publisher':22} {'quantity':16} published     lower      ours     upper  ratio held as they")
    for row in found:
        print(_line(row))
    groups: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for row in found:
        groups[row["publisher"], row["quantity"]].append(row)
    print("\npublisher, quantity: rows, median ratio (lowest to highest), held, median ratio by their assumptions")
    for (publisher, quantity), rows in sorted(groups.items()):
        ratios = [r["ratio"] for r in rows if r["ratio"]]
        theirs = [r["ratio_as_they"] for r in rows if r["ratio_as_they"]]
        spread = f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        by_theirs = f"{median(theirs):.2f}" if theirs else "–"
        print(
            f"  {publisher:22} {quantity:16} {len(rows):3} {spread:24} {sum(r['is_held'] for r in rows):3} {by_theirs}"
        )
    print(f"\nbeyond a factor of {FAR:g}:")
    for row in filter(is_far, found):
        print(
            f"  {row['model']}, {row['publisher']}, {row['quantity']}: {row['ratio']:.2f}\n    "
            f"{row['cause'] or 'NOT EXPLAINED'}"
        )


if __name__ == "__main__":
    main()
