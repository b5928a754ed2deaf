"""Where the growth came from: how much of a year's growth in training compute is faster, more, or longer."""

from dataclasses import dataclass

from schemas.rows.evaluation import Growth
from tasks.publish import words
from tasks.publish.sections.figures import between
from tasks.publish.sections.rows import Tables, typed_rows

_FACTORS = ("faster_chips", "more_chips", "longer_runs")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthTrend:
    """Growth of compute in some years, and the share of each factor of it, where all are known."""

    runs: str
    population: str
    peaks: str
    years: str
    n: int
    times: str
    times_range: str
    shares: list[str] | None


@dataclass(frozen=True, slots=True)
class GrowthSection:
    """All trends; `first` is the one of most runs whose shares are known."""

    trends: list[GrowthTrend]
    first: GrowthTrend | None


def growth(tables: Tables) -> GrowthSection:
    """Trends of out_growth, each with the factors of its growth."""
    spans: dict[tuple[str | int, ...], dict[str, Growth]] = {}
    for row in typed_rows(tables, "out_growth", Growth):
        if row.comparison in words.GROWTH:
            span = (row.comparison, row.population, row.peak_basis, row.from_year, row.to_year)
            spans.setdefault(span, {})[row.factor] = row
    whole = [factors for factors in spans.values() if {"compute", *_FACTORS} <= factors.keys()]
    trends = [_trend(factors) for factors in sorted(whole, key=_order)]
    return GrowthSection(trends, next((t for t in trends if t.shares), None))


def _order(factors: dict[str, Growth]) -> tuple[bool, int, bool]:
    """All runs before records, then by their number; the peak of the format trained in first."""
    row = factors["compute"]
    return row.comparison != "trend", -row.n, row.peak_basis != "training"


def _trend(factors: dict[str, Growth]) -> GrowthTrend:
    whole = factors["compute"]
    shares = [s for f in _FACTORS if (s := factors[f].share) is not None]
    return GrowthTrend(
        runs=words.GROWTH[whole.comparison],
        population=words.POPULATIONS.get(whole.population, whole.population),
        peaks=words.PEAKS.get(whole.peak_basis, whole.peak_basis),
        years=f"{whole.from_year}–{whole.to_year}",
        n=whole.n,
        times=f"{whole.times.value:.1f}",
        times_range=between(whole.times.lower, whole.times.upper, lambda v: f"{v:.1f}"),
        shares=[_percent(s) for s in shares] if len(shares) == len(_FACTORS) else None,
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%".replace("-", "−")
