"""Forecasts and what became of them: the ledger, the study's forecasts first."""

import math
from collections import Counter
from collections.abc import Mapping

from tasks.evaluate.ledger import US
from tasks.publish import words
from tasks.publish.sections.rows import Row, Tables, records, table
from tasks.publish.sections.shown import STUDY, Shown

MOST_FORECASTS = 60
"""Forecasts of ours printed one by one, the newest; the rest is counted and stands in out_forecasts."""


def forecasts(tables: Tables, shown: Shown, titles: Mapping[str, str]) -> Row:
    """The ledger: forecasts of others whole, ours counted by outcome and those of the estimators shown one by one.

    Args:
        tables: with out_forecasts and out_forecast_scores.
        shown: the estimators shown.
        titles: of series, by name.
    """
    issued = {f["forecast_id"]: f for f in records(table(tables, "out_forecasts"))}
    scored = [s for s in records(table(tables, "out_forecast_scores")) if s["forecast_id"] in issued]
    views = [_forecast(issued[s["forecast_id"]], s, titles) for s in scored]
    views = sorted(views, key=lambda v: (v["issued_on"], v["benchmark"], -v["target_error"], v["estimator"]))
    ours, theirs = ([v for v in views if v["is_ours"] == mine] for mine in (True, False))
    single = [v for v in ours if v["estimator"] in (shown.main, STUDY)][::-1]
    return {
        "decided": [v for v in theirs if v["outcome"] != "open"],
        "open": [v for v in theirs if v["outcome"] == "open"],
        "ours": single[:MOST_FORECASTS],
        "ours_more": max(0, len(single) - MOST_FORECASTS),
        "n_ours": len(ours),
        "since": ours[0]["issued_on"] if ours else None,
        "outcomes": sorted(Counter(v["outcome"] for v in ours).items()),
        "overdue": next((v for v in views if v["outcome"] == "overdue"), None),
    }


def _forecast(issued: Row, score: Row, titles: Mapping[str, str]) -> Row:
    flop, cost = issued["log10_training_flop"], issued["cost_usd"]
    return {
        "is_ours": issued["issuer"] == US,
        "issuer": issued["issuer"],
        "issued_on": issued["issued_on"],
        "benchmark": titles.get(issued["benchmark"], issued["benchmark"]),
        "target_error": issued["target_error"],
        "estimator": issued["estimator"],
        "name": words.estimator(issued["estimator"]),
        "flop": flop,
        "cost": words.money(math.log10(cost)) if cost else None,
        "due_year": issued["due_year"],
        "outcome": score["outcome"],
        "reason": score["reason"],
        "best_error": score["best_error"],
    }
