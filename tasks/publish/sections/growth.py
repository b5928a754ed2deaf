"""Where the growth came from: how much of a year's growth in training compute is faster, more, or longer."""

from tasks.publish import words
from tasks.publish.sections.figures import between
from tasks.publish.sections.rows import Row, Tables, records, table

_SPAN = ("comparison", "population", "peak_basis", "from_year", "to_year")
_FACTORS = ("faster_chips", "more_chips", "longer_runs")


def growth(tables: Tables) -> Row:
    """Trends of out_growth, each with the factors of its growth; `first` is the one of most runs."""
    spans: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in records(table(tables, "out_growth")):
        if row["comparison"] in words.GROWTH:
            spans.setdefault(tuple(row[c] for c in _SPAN), {})[row["factor"]] = row
    whole = {span: factors for span, factors in spans.items() if {"compute", *_FACTORS} <= factors.keys()}
    trends = [_trend(factors) for _, factors in sorted(whole.items(), key=_order)]
    return {"trends": trends, "first": next((t for t in trends if t["shares"]), None)}


def _order(item: tuple[tuple[str, ...], dict[str, Row]]) -> tuple[bool, int, str]:
    """All runs before records, then by their number; the peak of the format trained in first."""
    row = item[1]["compute"]
    return row["comparison"] != "trend", -row["n"], row["peak_basis"] != "training"


def _trend(factors: dict[str, Row]) -> Row:
    whole = factors["compute"]
    shares = [factors[f]["share"] for f in _FACTORS]
    return {
        "runs": words.GROWTH[whole["comparison"]],
        "population": words.POPULATIONS.get(whole["population"], whole["population"]),
        "peaks": words.PEAKS.get(whole["peak_basis"], whole["peak_basis"]),
        "years": f"{whole['from_year']}–{whole['to_year']}",
        "n": whole["n"],
        "times": f"{whole['times']:.1f}",
        "times_range": between(whole["times_lower"], whole["times_upper"], lambda v: f"{v:.1f}"),
        "shares": None if None in shares else [f"{100 * s:.0f}\N{NO-BREAK SPACE}%".replace("-", "−") for s in shares],
    }
