"""The article claim by claim: the study's figure beside today's, with a verdict.

Today's figure is the headline's: its estimator's power, its compute with the interval over all estimators as good, its
costs. A verdict is a comparison of the study's figure with today's interval and nothing else; where these data hold no
figure, the row says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from schemas.codes.evaluation import ClaimVerdict
from schemas.rows import Limits
from schemas.rows.evaluation import ClaimToday, HeadlineEstimate
from schemas.rows.fits import Estimate, FitSummary
from tasks.fit.estimators import study_power_law
from tasks.reference.article import ArticleClaim
from tasks.reference.benchmarks import headline_benchmark

AREAS = ("imagenet-1k", "coco", "squad-1.1", "conll-2003-ner", "wmt14-en-fr")
"""Series of the article's five areas."""

NO_FIGURE = "the release has no figure: `query headline` and `query estimators` say why"


@dataclass(frozen=True)
class Today:
    """What a release says of the benchmark that the article speaks of most."""

    headlines: Iterable[HeadlineEstimate]
    estimates: Iterable[Estimate]
    fits: Iterable[FitSummary]


def claims_today(claims: Iterable[ArticleClaim], today: Today) -> list[ClaimToday]:
    """A row for each claim."""
    figures = figures_today(today)
    return [_claim(claim, figures.get(claim.claim, Limits())) for claim in claims]


def _claim(claim: ArticleClaim, today: Limits) -> ClaimToday:
    answered = not claim.unanswered and today.value is not None
    return ClaimToday(
        claim=claim.claim,
        statement=claim.statement,
        study_figure=claim.study_figure,
        today=today if answered else Limits(),
        claim_unit=claim.unit or None,
        verdict=verdict(claim.study_figure, today) if answered else ClaimVerdict.NOT_ANSWERED,
        note=None if answered else claim.unanswered or NO_FIGURE,
        query=claim.query,
        source=claim.source,
    )


def verdict(study_figure: float | None, today: Limits) -> ClaimVerdict:
    """Whether today's interval holds the study's figure, lies below it or above it; an end that is missing is open."""
    if study_figure is None or today.value is None:
        return ClaimVerdict.NOT_ANSWERED
    if today.upper is not None and today.upper < study_figure:
        return ClaimVerdict.LESS_TODAY
    if today.lower is not None and today.lower > study_figure:
        return ClaimVerdict.MORE_TODAY
    return ClaimVerdict.HOLDS


def figures_today(today: Today) -> Mapping[str, Limits]:
    """Today's figures by claim; of one that a release does not have there is none."""
    series = headline_benchmark()
    headlines = {h.target: h for h in today.headlines if h.series == series}
    chosen = next((h.estimator for h in headlines.values()), None)
    estimates = {e.target: e for e in today.estimates if (e.series, e.estimator) == (series, chosen)}
    power = next((f.implied_power for f in today.fits if (f.series, f.estimator) == (series, chosen)), Limits())
    best = min((e.target_error for e in estimates.values() if e.target == "best_in_data"), default=None)
    rising = {f.series for f in today.fits if f.estimator == study_power_law.NAME and f.rises}
    areas = float(len(rising & set(AREAS)))
    found = {
        **dict.fromkeys(("theory_statistics", "theory_overparameterised", "practice_power"), power),
        "halving": Limits(*(None if p is None else 2**p for p in (power.value, power.lower, power.upper))),
        "five_areas": Limits(areas, areas, areas),
    }
    if best is not None:
        found["error_5pct_by_2025"] = Limits(100 * best, 100 * best, 100 * best)
    for target in ("error_5pct", "error_1pct"):
        if target in headlines:
            found[f"{target}_compute"] = headlines[target].log10_training_flop
    if "error_5pct" in estimates:
        costs = estimates["error_5pct"].costs
        found |= {"error_5pct_cost": costs.cost_usd, "error_5pct_carbon": costs.co2e_kg}
    return found
