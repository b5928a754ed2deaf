"""The first page's two charts, after the article's figure: best error by year, and error against computing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.codes.evaluation import ForecastOutcome
from schemas.rows.evaluation import Forecast, ForecastScore
from schemas.rows.fits import CurvePoint, FitSummary
from tasks.evaluate.ledger import US
from tasks.fit.estimators import study_power_law
from tasks.publish import labels
from tasks.publish.published import Point, Published
from tasks.publish.site.answer import Halving, HeadlineAnswer, points_in_fit
from tasks.publish.site.charts import Chart, Datum, Spec, diamonds, dots, layer, line, measure, text_layer
from tasks.publish.site.size_limits import POINTS_OF_FIRST_PAGE, PointRank, select_points
from tasks.publish.site.theme import TITLE_ABOVE, computing_axis
from tasks.reference.benchmarks import APART, headline_benchmark
from tasks.wording import quantities

STUDY_YEAR, ARTICLE_YEAR = 2020, 2021
"""Years of the study's targets and of the article; models from the article's year on are new to both."""

ERROR_AXIS_TITLE = "Images named wrongly"
_TODAY, _OLD, _STUDY = "var(--link)", "var(--muted)", "var(--warn)"


@dataclass(frozen=True, slots=True)
class StudyTargetForecast:
    """The study's forecast of one target: error (fraction), log10 FLOP, and the year it was expected by."""

    error: float
    log10_flop: float
    due_year: int | None
    outcome: ForecastOutcome


def published_study_forecasts(published: Published) -> list[StudyTargetForecast]:
    """The forecasts of the study's power law for the leading benchmark, largest error first."""
    scores = {s.forecast_id: s for s in published.rows("out_forecast_scores", ForecastScore)}
    found: dict[float, StudyTargetForecast] = {}
    for f in published.rows("out_forecasts", Forecast):
        score, flop = scores.get(f.forecast_id), f.log10_training_flop.value
        is_meant = f.issuer != US and f.series == headline_benchmark() and f.estimator == study_power_law.NAME
        if is_meant and score and flop is not None and (f.target_error not in found or f.due_year):
            found[f.target_error] = StudyTargetForecast(f.target_error, flop, f.due_year, score.outcome)
    return sorted(found.values(), key=lambda e: -e.error)


def records(points: Sequence[Point]) -> list[Point]:
    """The points that set a record when they appeared, by year."""
    best: list[Point] = []
    for p in sorted(points, key=lambda p: (p.year or math.inf, p.error, p.model)):
        if p.year is not None and (not best or (p.error < best[-1].error and p.year > (best[-1].year or 0))):
            best.append(p)
    return best


def error_by_year(published: Published, answer: HeadlineAnswer) -> Chart:
    """Best error by year, with the article's forecasts."""
    benchmark = answer.halvings[0]
    points = [p for p in points_in_fit(published, benchmark.benchmark) if p.year is not None]
    best = records(points)
    due = [e for e in published_study_forecasts(published) if e.due_year]
    first, last = best[0], best[-1]
    finding = (
        f"The best error on {benchmark.title} fell from {quantities.percent(first.error)} in {first.year:.0f}"
        f" to {quantities.percent(last.error)} in {last.year:.0f}"
        + "".join(f"; in {ARTICLE_YEAR} {quantities.percent(e.error)} were forecast for {e.due_year}" for e in due)
    )
    rows = [_row(p) | {"record": p in best} for p in sorted(points, key=lambda p: (p.year or 0, p.error, p.model))]
    return Chart(
        name="best-error-by-year",
        title=f"Mistakes of the best model on {benchmark.title}: {quantities.percent(first.error)} in {first.year:.0f},"
        f" {quantities.percent(last.error)} in {last.year:.0f}",
        finding=finding,
        spec=_error_by_year_spec(drawn := _drawn(points), best, due),
        rows=rows,
        sql=f"SELECT year, model, error, training_flop FROM out_observations\n"
        f"WHERE series = '{benchmark.benchmark}' AND in_fit ORDER BY year, error",
        note="Each dot is a model whose computing for training is known, the line is the best so far."
        f"{_extra_data_note(published, benchmark)}{labels.drawn(len(drawn), len(points))}",
    )


def _extra_data_note(published: Published, benchmark: Halving) -> str:
    """A sentence on the models trained on extra data, which are a series of their own."""
    series = f"{benchmark.benchmark}{APART['extra_data'].suffix}"
    best = min(points_in_fit(published, series), key=lambda p: (p.error, p.model), default=None)
    if best is None:
        return ""
    return f" Models that learnt from extra data are not drawn: their best gets {quantities.percent(best.error)} wrong."


def _outcome_text(expected: StudyTargetForecast) -> str:
    """The outcome of a forecast, where it is known."""
    return {ForecastOutcome.OVERDUE: ", not reached", ForecastOutcome.REACHED: ", reached"}.get(expected.outcome, "")


def _error_by_year_spec(points: Sequence[Point], best: Sequence[Point], due: Sequence[StudyTargetForecast]) -> Spec:
    years = [p.year for p in points if p.year is not None]
    steps = [{"year": p.year, "error": 100 * p.error, "model": p.model} for p in best]
    until = [*steps, steps[-1] | {"year": max(years)}]
    until_year = max([*years, *(e.due_year or 0 for e in due)])
    scale = {"domain": [min(years) - 0.4, until_year + 0.8], "nice": False}
    x = measure("year", None, scale, {"format": "d", "grid": False, "tickMinStep": 1})
    y = measure("error", ERROR_AXIS_TITLE, {"zero": True}, TITLE_ABOVE | {"tickMinStep": 10})
    expected = [
        {
            "year": e.due_year,
            "error": 100 * e.error,
            "text": f"forecast in {ARTICLE_YEAR}: {quantities.percent(e.error)} by {e.due_year}" + _outcome_text(e),
        }
        for e in due
    ]
    return {
        "layer": [
            layer([_datum(p) for p in points], dots(_OLD, 28, 0.35), x, y),
            layer(until, line(_TODAY, 2.6) | {"interpolate": "step-after"}, x, y),
            text_layer(steps[:1], "model", {"align": "left", "dx": 8, "dy": -8}, x, y),
            text_layer(until[-1:], "model", {"align": "right", "dy": 14}, x, y),
            layer(expected, diamonds(_STUDY), x, y),
            text_layer(expected, "text", {"align": "right", "dx": 6, "dy": 18, "color": _STUDY}, x, y),
        ]
    }


def error_by_compute(published: Published, answer: HeadlineAnswer) -> Chart:
    """Error against computing: the study's line of 2020, today's curve with its band, and the models since."""
    benchmark = answer.halvings[0]
    points = points_in_fit(published, benchmark.benchmark)
    fit = next(
        f
        for f in published.of_series("out_fits", FitSummary, benchmark.benchmark)
        if f.estimator == benchmark.estimator
    )
    curve = [c for c in published.rows("out_curves", CurvePoint) if c.fit_id == fit.fit_id]
    study = published_study_forecasts(published)
    since = [p for p in points if _is_after_article(p)]
    times = quantities.times(math.log10(benchmark.times.value or math.nan))
    finding = (
        f"Error on {benchmark.title} falls along a straight line on logarithmic axes: half the error for {times} the"
        f" computing. {len(since)} of {len(points)} models came in {ARTICLE_YEAR} or later"
    )
    return Chart(
        name="error-by-compute",
        title=f"Half the mistakes take {times} the computing",
        finding=finding,
        spec=_error_by_compute_spec(drawn := _drawn(points), curve, study),
        rows=[_row(p) for p in sorted(points, key=lambda p: (p.flop, p.error, p.model))],
        sql=f"SELECT model, year, training_flop, error FROM out_observations\n"
        f"WHERE series = '{benchmark.benchmark}' AND in_fit ORDER BY training_flop;\n"
        f"SELECT log10_flop, curve_error, curve_error_lower, curve_error_upper\n"
        f"FROM out_curves JOIN out_fits USING (fit_id)\n"
        f"WHERE series = '{benchmark.benchmark}' AND estimator = '{benchmark.estimator}'",
        note="Both scales grow by multiples: each halving of the mistakes multiplies the computing. A fast chip does"
        f" 100 trillion calculations a second. Blue: models of {ARTICLE_YEAR} and later, and today’s line with its"
        f" range; grey: older models; red: the line that the study of {STUDY_YEAR} drew (Thompson and others). Beyond"
        f" the dots the lines only go on as before: nobody knows whether models will."
        f"{labels.drawn(len(drawn), len(points))}",
    )


def _error_by_compute_spec(
    points: Sequence[Point], curve: Sequence[CurvePoint], study: Sequence[StudyTargetForecast]
) -> Spec:
    shown = [e for e in study if 100 * e.error >= _MIN_ERROR_SHOWN]
    most = max(100 * p.error for p in points) * 1.1
    end = max(p.log10_flop for p in points)
    high = max([end, *(e.log10_flop for e in shown)]) + 0.8
    x = computing_axis("flop", min(p.log10_flop for p in points) - 0.3, high)
    scale = {"type": "log", "domain": [_MIN_ERROR_SHOWN, most], "nice": False}
    y = measure("error", ERROR_AXIS_TITLE, scale, TITLE_ABOVE | {"values": [4, 5, 7, 10, 15, 20, 30, 50, 70]})
    drawn = [c for c in curve if c.log10_flop <= high]
    today = [{"flop": c.log10_flop, "error": 100 * c.curve_error} for c in drawn]
    band = [
        {"flop": c.log10_flop, "error": 100 * c.curve_error_lower, "upper": 100 * c.curve_error_upper}
        for c in drawn
        if c.curve_error_lower and c.curve_error_upper
    ]
    expected = [{"flop": e.log10_flop, "error": 100 * e.error} for e in shown]
    last = [e | {"text": f"forecast in {STUDY_YEAR}: {e['error']:.3g} %"} for e in expected[-1:]]
    return {
        "layer": [
            layer(band, {"type": "area", "color": _TODAY, "opacity": 0.14}, x, y, y2={"field": "upper"}),
            layer([p for p in today if p["flop"] <= end], line(_TODAY, 2.6), x, y),
            layer([p for p in today if p["flop"] >= end], line(_TODAY, 2, [6, 4]), x, y),
            layer(_study_line(study, most), line(_STUDY, 1.6, [3, 3]), x, y),
            layer([_datum(p) for p in points if not _is_after_article(p)], dots(_OLD, 38, 0.6), x, y),
            layer([_datum(p) for p in points if _is_after_article(p)], dots(_TODAY, 52, 0.9), x, y),
            layer(expected, diamonds(_STUDY), x, y),
            text_layer(last, "text", {"align": "right", "dy": 18, "dx": 6, "color": _STUDY}, x, y),
        ]
    }


def _study_line(study: Sequence[StudyTargetForecast], most: float) -> list[Datum]:
    """The line through the study's targets, over the whole chart; empty with fewer than two targets."""
    if len(study) < 2:
        return []
    first, last = study[0], study[-1]
    decades_per_error = (last.log10_flop - first.log10_flop) / math.log(last.error / first.error)
    return [
        {"flop": first.log10_flop + decades_per_error * math.log(error / (100 * first.error)), "error": error}
        for error in (most, _MIN_ERROR_SHOWN)
    ]


_MIN_ERROR_SHOWN = 3.5
"""Lower end of the error axis, in percent."""


def _is_after_article(p: Point) -> bool:
    return p.year is not None and p.year >= ARTICLE_YEAR


def _datum(p: Point) -> Datum:
    return {"year": p.year, "error": round(100 * p.error, 3), "flop": round(p.log10_flop, 3), "model": p.model}


def _drawn(points: Sequence[Point]) -> list[Point]:
    """At most as many points as a chart of the first page may have."""
    return select_points(
        points,
        lambda p: PointRank(p.error, p.flop, p.year, p.in_fit, False, p.observation_id),
        POINTS_OF_FIRST_PAGE,
    )


def _row(p: Point) -> Datum:
    year = None if p.year is None else int(p.year)
    return {"model": p.model, "year": year, "error": p.error, "training_flop": p.flop, "paper_id": p.paper_id}
