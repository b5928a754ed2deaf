"""Where the growth came from: how much of a year's growth in training compute is faster, more, or longer."""

from schemas.rows.evaluation import Growth
from tasks.publish import words
from tasks.publish.sections.figures import between
from tasks.publish.sections.rows import Row, Tables, typed_rows

_FACTORS = ("faster_chips", "more_chips", "longer_runs")


def growth(tables: Tables) -> Row:
    """Trends of out_growth, each with the factors of its growth; `first` is the one of most runs."""
    spans: dict[tuple[str | int, ...], dict[str, Growth]] = {}
    for row in typed_rows(tables, "out_growth", Growth):
        if row.comparison in words.GROWTH:
            span = (row.comparison, row.population, row.peak_basis, row.from_year, row.to_year)
            spans.setdefault(span, {})[row.factor] = row
    whole = [factors for factors in spans.values() if {"compute", *_FACTORS} <= factors.keys()]
    trends = [_trend(factors) for factors in sorted(whole, key=_order)]
    return {"trends": trends, "first": next((t for t in trends if t["shares"]), None)}


def _order(factors: dict[str, Growth]) -> tuple[bool, int, bool]:
    """All runs before records, then by their number; the peak of the format trained in first."""
    row = factors["compute"]
    return row.comparison != "trend", -row.n, row.peak_basis != "training"


def _trend(factors: dict[str, Growth]) -> Row:
    whole = factors["compute"]
    shares = [s for f in _FACTORS if (s := factors[f].share) is not None]
    return {
        "runs": words.GROWTH[whole.comparison],
        "population": words.POPULATIONS.get(whole.population, whole.population),
        "peaks": words.PEAKS.get(whole.peak_basis, whole.peak_basis),
        "years": f"{whole.from_year}–{whole.to_year}",
        "n": whole.n,
        "times": f"{whole.times.value:.1f}",
        "times_range": between(whole.times.lower, whole.times.upper, lambda v: f"{v:.1f}"),
        "shares": [_percent(s) for s in shares] if len(shares) == len(_FACTORS) else None,
    }


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%".replace("-", "−")
