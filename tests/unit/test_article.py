"""The article claim by claim: today's figures, verdicts, and what cannot be answered."""

import pytest

from schemas.codes.evaluation import ClaimReason, ClaimVerdict
from schemas.rows import Limits, from_record
from schemas.rows.evaluation import HeadlineEstimate
from schemas.rows.fits import Estimate, FitSummary
from tasks.evaluate.article import MIN_PAPERS_COMPARED, ComparedFigure, TodaysFigures, claims_today, verdict
from tasks.load.validate import validate
from tasks.reference.article import load_article_claims
from tasks.refresh.flat import flat
from tests.unit.rows import good_row
from warehouse.connection import QUERIES

CHOSEN = "power_law_symmetric"
NUMBERS = ("log10_training_flop", "log10_training_flop_lower", "log10_training_flop_upper")


def today() -> TodaysFigures:
    here = {"series": "imagenet-1k", "estimator": CHOSEN, "reason_code": None}
    targets = {"error_5pct": (25.0, 23.0, 29.0), "error_1pct": (31.0, 28.0, 36.0)}
    headlines = [
        from_record(HeadlineEstimate, good_row("out_headlines", target=t) | here | dict(zip(NUMBERS, n, strict=True)))
        for t, n in targets.items()
    ]
    costs = {"cost_usd": 3e8, "cost_usd_lower": 1e7, "cost_usd_upper": 1e10}
    best = {"target": "best_in_data", "target_error": 0.09}
    rows = ({"target": "error_5pct"} | costs, best)
    estimates = [from_record(Estimate, good_row("out_estimates") | here | row) for row in rows]
    power = {"implied_power": 9.5, "implied_power_lower": 8.5, "implied_power_upper": 11.0}
    fits = [from_record(FitSummary, good_row("out_fits") | here | power)]
    fits += [
        from_record(FitSummary, good_row("out_fits", series=b, estimator="study_power_law", rises=b != "coco"))
        for b in ("imagenet-1k", "coco", "squad-1.1", "mmlu")
    ]
    return TodaysFigures(headlines, estimates, fits)


@pytest.mark.parametrize(
    ("study", "limits", "said"),
    [
        (9.0, Limits(9.5, 8.5, 11.0), ClaimVerdict.HOLDS),
        (4.0, Limits(9.5, 8.5, 11.0), ClaimVerdict.MORE_TODAY),
        (12.0, Limits(9.5, 8.5, 11.0), ClaimVerdict.LESS_TODAY),
        (12.0, Limits(9.5, 8.5, None), ClaimVerdict.HOLDS),
        (None, Limits(9.5, 8.5, 11.0), ClaimVerdict.NOT_ANSWERED),
        (9.0, Limits(), ClaimVerdict.NOT_ANSWERED),
    ],
)
def test_a_verdict_compares_the_studys_figure_with_todays_interval(study, limits, said):
    assert verdict(study, limits) == said


def test_the_claims_are_told_by_the_headlines_figures():
    found = {c.claim: c for c in claims_today(load_article_claims(), today())}
    assert found["practice_power"].today == Limits(9.5, 8.5, 11.0)
    assert found["theory_overparameterised"].verdict == ClaimVerdict.MORE_TODAY
    assert found["halving"].today.value == pytest.approx(2**9.5)
    assert found["error_5pct_compute"].verdict == ClaimVerdict.HOLDS
    assert found["error_1pct_compute"].verdict == ClaimVerdict.LESS_TODAY
    assert found["error_5pct_cost"].verdict == ClaimVerdict.LESS_TODAY
    assert found["error_5pct_by_2025"].verdict == ClaimVerdict.MORE_TODAY  # the best error is 9 %
    assert found["five_areas"].today.value == 2


def test_what_the_data_cannot_answer_says_why_and_has_no_figure():
    for today_ in (today(), TodaysFigures([], [], [])):
        for c in claims_today(load_article_claims(), today_):
            assert (c.verdict == ClaimVerdict.NOT_ANSWERED) == (c.today == Limits()) == bool(c.reason)


@pytest.mark.parametrize(
    ("n_papers", "said"),
    [
        (MIN_PAPERS_COMPARED, ClaimVerdict.HOLDS),
        (MIN_PAPERS_COMPARED - 1, ClaimVerdict.NOT_ANSWERED),
        (None, ClaimVerdict.HOLDS),
    ],
)
def test_a_comparison_within_papers_is_told_from_enough_of_them(n_papers, said):
    compared = ComparedFigure(claim="recht_ten_percent", figure=Limits(10.3, 7.0, 13.0), n_papers=n_papers)
    found = {c.claim: c for c in claims_today(load_article_claims(), TodaysFigures([], [], [], [compared]))}
    claim = found["recht_ten_percent"]
    assert claim.verdict == said
    assert (said == ClaimVerdict.HOLDS) == (claim.today.value == 10.3)
    assert [r.code for r in claim.reason] == ([] if claim.today.value else [ClaimReason.FEW_PAPERS_STATE_BOTH])


def test_the_rows_pass_their_schema_and_every_query_is_there():
    rows = claims_today(load_article_claims(), today())
    good, refused = validate(flat(rows), "out_claims")
    assert len(good) == len(rows) and refused["reason"].tolist() == []
    assert {c.query for c in rows} <= {path.stem for path in QUERIES.glob("*.sql")}
