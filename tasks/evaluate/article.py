"""The article claim by claim: the study's figure beside today's, with a verdict.

Today's figure is the headline's: its estimator's power, its compute with the interval over all estimators as good, its
costs; of claims that are not about the headline it comes from the rows themselves (`figures_of_claims.sql`). A verdict
is a comparison of the study's figure with today's interval and nothing else; where these data hold no figure, the row
says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.evaluation import ClaimReason, ClaimVerdict
from schemas.rows import Limits, limits_field
from schemas.rows.evaluation import ClaimToday, HeadlineEstimate
from schemas.rows.fits import Estimate, FitSummary
from tasks.fit.estimators import study_power_law
from tasks.reference.article import ArticleClaim
from tasks.reference.benchmarks import headline_benchmark

AREAS = ("imagenet-1k", "coco", "squad-1.1", "conll-2003-ner", "wmt14-en-fr")
"""Series of the article's five areas."""

MIN_PAPERS_COMPARED = 3
"""Fewest papers for a comparison within papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigure:
    """A row of warehouse/lookups/figures_of_claims.sql: a claim's figure from runs or papers, and of how many papers.

    `n_papers` is None where the claim names its models.
    """

    claim: str
    figure: Limits = limits_field("figure")
    n_papers: int | None

    @property
    def is_answered(self) -> bool:
        """Whether there is a figure from enough papers."""
        return self.figure.value is not None and (self.n_papers is None or self.n_papers >= MIN_PAPERS_COMPARED)


@dataclass(frozen=True)
class TodaysFigures:
    """Figures of a release for the leading benchmark."""

    headlines: Iterable[HeadlineEstimate]
    estimates: Iterable[Estimate]
    fits: Iterable[FitSummary]
    compared: Iterable[ComparedFigure] = ()


def claims_today(claims: Iterable[ArticleClaim], today: TodaysFigures) -> list[ClaimToday]:
    """A row for each claim."""
    compared = {c.claim: c for c in today.compared}
    figures = figures_today(today) | {c.claim: c.figure for c in compared.values() if c.is_answered}
    return [_claim(claim, figures.get(claim.claim, Limits()), compared.get(claim.claim)) for claim in claims]


def _claim(claim: ArticleClaim, today: Limits, compared: ComparedFigure | None) -> ClaimToday:
    reason = _reason_unanswered(claim, today, compared)
    return ClaimToday(
        claim=claim.claim,
        statement=claim.statement,
        study_figure=claim.study_figure,
        today=Limits() if reason else today,
        claim_unit=claim.unit or None,
        verdict=ClaimVerdict.NOT_ANSWERED if reason else verdict(claim.study_figure, today),
        reason=reason,
        query=claim.query,
        source=claim.source,
    )


def _reason_unanswered(
    claim: ArticleClaim, today: Limits, compared: ComparedFigure | None
) -> tuple[Coded[ClaimReason], ...]:
    """Why the data do not answer a claim; empty where they do."""
    if claim.unanswered:
        return (Coded.of(ClaimReason(claim.unanswered)),)
    if compared and compared.n_papers is not None and not compared.is_answered:
        return (Coded.of(ClaimReason.FEW_PAPERS_STATE_BOTH, n=compared.n_papers, least=MIN_PAPERS_COMPARED),)
    return () if today.value is not None else (Coded.of(ClaimReason.NO_FIGURE),)


def verdict(study_figure: float | None, today: Limits) -> ClaimVerdict:
    """Whether today's interval holds the study's figure, lies below it or above it; an end that is missing is open."""
    if study_figure is None or today.value is None:
        return ClaimVerdict.NOT_ANSWERED
    if today.upper is not None and today.upper < study_figure:
        return ClaimVerdict.LESS_TODAY
    if today.lower is not None and today.lower > study_figure:
        return ClaimVerdict.MORE_TODAY
    return ClaimVerdict.HOLDS


def figures_today(today: TodaysFigures) -> dict[str, Limits]:
    """Figures of the headline and its fits by claim; of one that a release does not have there is none."""
    series = headline_benchmark()
    headlines = {h.target: h for h in today.headlines if h.series == series}
    chosen = next((h.estimator for h in headlines.values()), None)
    estimates = {e.target: e for e in today.estimates if (e.series, e.estimator) == (series, chosen)}
    power = next((f.implied_power for f in today.fits if (f.series, f.estimator) == (series, chosen)), Limits())
    best = min((e.target_error for e in estimates.values() if e.target == "best_in_data"), default=None)
    rising = {f.series for f in today.fits if f.estimator == study_power_law.NAME and f.rises}
    areas = float(len(rising & set(AREAS)))
    figures = {
        **dict.fromkeys(("theory_statistics", "theory_overparameterised", "practice_power"), power),
        "halving": power.each(lambda p: 2**p),
        "five_areas": Limits(areas, areas, areas),
    }
    if best is not None:
        figures["error_5pct_by_2025"] = Limits(100 * best, 100 * best, 100 * best)
    for target in ("error_5pct", "error_1pct"):
        if target in headlines:
            figures[f"{target}_compute"] = headlines[target].log10_training_flop
    if "error_5pct" in estimates:
        costs = estimates["error_5pct"].costs
        figures |= {"error_5pct_cost": costs.cost_usd, "error_5pct_carbon": costs.co2e_kg}
    return figures
