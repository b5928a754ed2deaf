"""The story: the article's claims one by one, theory beside practice, where the growth came from, what runs cost."""

import math
from collections.abc import Sequence
from statistics import quantiles

from schemas.rows.costs import CostCheck, TrainingCosts
from schemas.rows.evaluation import Growth, TheoryComparison
from schemas.rows.observations import Defect
from schemas.vocabularies import DefectRule
from tasks.publish import labels
from tasks.publish.published import Published
from tasks.publish.site.answer import Halving, halvings
from tasks.publish.site.charts import Chart, Datum, coloured, diamonds, dots, layer, line, measure, names, text_layer
from tasks.publish.site.claims import claim_texts
from tasks.publish.site.frame import Frame
from tasks.publish.site.theme import plain_axis
from tasks.reference.thought_experiment import load_thought_experiment
from tasks.wording import quantities

FACTORS = {"faster_chips": "faster chips", "more_chips": "more chips", "longer_runs": "longer runs"}
"""What the growth of training runs is split into."""

LEARNERS = {
    "oracle": "knows what matters",
    "expert": "expert: nearly knows",
    "lasso": "flexible, told to be sparing",
    "flexible": "flexible: tries everything",
}
"""The learners of the thought experiment, and their labels."""

_COLOURS = ("var(--muted)", "var(--second)", "var(--good)", "var(--link)")

FIRST_YEAR = 2012
"""First year of the chart of training costs; earlier runs are too few."""

LEAST_RUNS = 5
"""Fewest runs of a year for drawing its quartiles."""


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The story with its charts."""
    found = halvings(published)
    split = growth_split(published)
    charts = {
        "theory": theory_chart(published, found) if found else None,
        "experiment": experiment_chart(),
        "growth": growth_chart(split) if split else None,
        "costs": costs_chart(published),
    }
    checks = [c.is_held for c in published.rows("out_cost_checks", CostCheck) if c.is_held is not None]
    page = frame.page(
        "story.html",
        "story.html.j2",
        title="What the article said, and what became of it",
        description="The claims of Deep Learning’s Diminishing Returns, one by one, beside today’s figures.",
        claims=claim_texts(published),
        charts=charts,
        yearly=_yearly(published, split),
        checked=len(checks),
        checks_held=sum(checks),
        cost_year=published.assumptions.get("cost_year_of_target"),
        assumed=sorted(published.assumptions.items()),
        choices=sorted(published.choices, key=lambda c: c.name),
    )
    files = {"story.html": page}
    for chart in charts.values():
        files |= chart.files() if chart else {}
    return files


def theory_chart(published: Published, found: Sequence[Halving]) -> Chart:
    """By how much halving the error multiplies computing on each benchmark, beside the theoretical minimum."""
    bounds = sorted({r.theory_power for r in published.rows("out_theory", TheoryComparison)})
    above = [sum((h.times.lower or 0) > 2**power for h in found) for power in bounds]
    most = 1e6
    rows: list[Datum] = [
        {
            "benchmark": h.title,
            "times": h.times.value,
            "lower": h.times.lower,
            "upper": h.times.upper,
            "estimator": h.estimator,
        }
        for h in found
    ]
    drawn = [r | {"upper": min(r["upper"] or most, most), "lower": max(r["lower"] or 1, 1)} for r in rows]
    scale = {"type": "log", "domain": [1, most]}
    x, y = measure("times", "Times the computing for half the errors", scale, plain_axis(range(7))), names("benchmark")
    bar = {"type": "rule", "color": "var(--link)", "opacity": 0.6}
    rule = {"type": "rule", "color": "var(--warn)", "strokeDash": [4, 3]}
    least = [{"times": 2.0**power} for power in bounds]
    bounds_text = " and ".join(
        f"{n} of {len(found)} lie above {2**power:g} times" for n, power in zip(above, bounds, strict=True)
    )
    return Chart(
        name="halving-by-benchmark",
        title="Half the errors, benchmark by benchmark: practice beside the least that theory asks",
        finding=f"Times the computing for half the errors on {len(found)} benchmarks with their ranges; {bounds_text}",
        spec={
            "height": 60 + 28 * len(found),
            "layer": [
                {"data": {"values": least}, "mark": rule | {"aria": False}, "encoding": {"x": x}},
                layer(drawn, bar, x | {"field": "lower"}, y, x2={"field": "upper"}),
                layer([r for r in drawn if r["times"] <= most], dots("var(--link)", 60, 1), x, y),
            ],
        },
        rows=rows,
        sql="SELECT series, 2 ** implied_power AS times, 2 ** implied_power_lower AS lower,\n"
        "  2 ** implied_power_upper AS upper\n"
        "FROM out_fits JOIN (SELECT DISTINCT series, estimator FROM out_headlines) USING (series, estimator)\n"
        "WHERE rises ORDER BY times",
        note="Dashed: 4 times, the least by statistics, and 16 times, the least where a model grows with its data. Bars"
        " are 90 % ranges, cut at a million.",
    )


def experiment_chart() -> Chart:
    """The thought experiment: performance of four learners against the computing each used."""
    runs = load_thought_experiment()
    rows: list[Datum] = [
        {"learner": r.learner, "n": r.n, "performance": r.performance, "operations": r.operations} for r in runs
    ]
    drawn = [r | {"who": LEARNERS[r["learner"]]} for r in rows if r["performance"] > -0.1]
    x = measure("operations", "Computing that learning took, in operations", {"type": "log"}, plain_axis(range(3, 11)))
    shares = {"labelExpr": "datum.value == 0 ? 'guess' : '1/' + pow(10, datum.value)", "values": [0, 1, 2, 3]}
    y = measure("performance", None, {}, shares)
    who = coloured("who", [*LEARNERS.values()], _COLOURS, None)
    curves = layer(drawn, {"type": "line", "point": True, "strokeWidth": 2}, x, y, color=who)
    of = {who: sorted((r for r in drawn if r["who"] == who), key=lambda r: r["n"]) for who in LEARNERS.values()}
    labels = [
        text_layer([of[LEARNERS["oracle"]][-1], of[LEARNERS["expert"]][-1]], "who", {"align": "left", "dy": -10}, x, y),
        text_layer([of[LEARNERS["lasso"]][-1]], "who", {"align": "right", "dy": -10}, x, y),
        text_layer([of[LEARNERS["flexible"]][0]], "who", {"align": "left", "dy": 16}, x, y),
    ]
    best = {name: max(r["performance"] for r in rows if r["learner"] == name) for name in LEARNERS}
    return Chart(
        name="thought-experiment",
        title="An expert learns cheaply and stops; a flexible learner pays more and goes on",
        finding=f"The expert’s error levels off at 1/{10 ** best['expert']:.0f} of a guess’s; the flexible learner’s"
        f" falls to 1/{10 ** best['flexible']:.0f}, with far more computing",
        spec={"layer": [curves, *labels]},
        rows=rows,
        sql="SELECT learner, n, performance, operations FROM 'thought_experiment.csv'",
        note="Squared error as a share of what a guess makes, by the computing that learning took. 1,000 possible"
        f" causes, 10 of which matter; mean of {runs[0].runs} runs.",
    )


def growth_split(published: Published) -> list[Growth]:
    """Shares of growth by factor, of all runs and of record runs of the most numerous population, by true peaks."""
    rows = [r for r in published.rows("out_growth", Growth) if r.comparison in labels.GROWTH and r.factor in FACTORS]
    known = [r for r in rows if r.share is not None and r.peak_basis == "training"]
    most = max((r.n for r in known), default=0)
    population = next((r.population for r in known if r.n == most), None)
    return sorted((r for r in known if r.population == population), key=lambda r: (-r.n, list(FACTORS).index(r.factor)))


def _yearly(published: Published, split: Sequence[Growth]) -> float | None:
    """Yearly growth factor of the computing of the runs that are split."""
    rows = published.rows("out_growth", Growth) if split else []
    return next(
        (
            r.times.value
            for r in rows
            if r.factor == "compute"
            and (r.comparison, r.population, r.peak_basis) == (split[0].comparison, split[0].population, "training")
        ),
        None,
    )


def growth_chart(split: Sequence[Growth]) -> Chart:
    """Shares of the growth of training compute: faster chips, more chips, longer runs."""
    rows = [
        {
            "runs": labels.GROWTH[r.comparison],
            "years": f"{r.from_year}–{r.to_year}",
            "factor": FACTORS[r.factor],
            "share": r.share,
            "times_a_year": r.times.value,
        }
        for r in split
    ]
    x = measure("share", "Share of the growth", {}, {"format": ".0%", "grid": False}) | {"stack": "zero"}
    legend = {"title": None, "orient": "top", "columns": 2}
    factor = coloured("factor", [*FACTORS.values()], ("var(--link)", "var(--second)", "var(--good)"), legend)
    bars = layer(rows, {"type": "bar", "height": {"band": 0.6}}, x, names("runs"), color=factor)
    first = split[: len(FACTORS)]
    shares = ", ".join(f"{FACTORS[r.factor]} {100 * (r.share or 0):.0f} %" for r in first)
    return Chart(
        name="growth",
        title=f"Where the growth came from: {shares}",
        finding=f"Of the growth of computing for training of {labels.GROWTH[first[0].comparison]}, {shares}",
        spec={"height": 80 + 50 * len({r["runs"] for r in rows}), "layer": [bars]},
        rows=rows,
        sql="SELECT comparison, from_year, to_year, factor, times, share FROM out_growth\n"
        f"WHERE population = '{first[0].population}' AND peak_basis = 'training'\n"
        "  AND comparison IN ('trend', 'record_trend')",
        note=f"Of {labels.POPULATIONS.get(first[0].population, first[0].population)}, {rows[0]['years']}.",
    )


def costs_chart(published: Published) -> Chart | None:
    """What training runs cost by year: the middle half, the median, and the priciest."""
    defects = published.rows("core_defects", Defect)
    of_no_model = {d.row_id for d in defects if d.rule == DefectRule.NO_MODELS_NAME}
    runs = [
        r
        for r in published.rows("out_training_costs", TrainingCosts)
        if r.is_preferred and r.cost_usd.value and (r.year or 0) >= FIRST_YEAR and r.estimate_id not in of_no_model
    ]
    by_year: dict[int, list[TrainingCosts]] = {}
    for r in runs:
        by_year.setdefault(r.year or 0, []).append(r)
    rows = [_cost_row(year, found) for year, found in sorted(by_year.items()) if len(found) >= LEAST_RUNS]
    return _costs_chart(rows) if len(rows) > 1 else None


def _cost_row(year: int, runs: Sequence[TrainingCosts]) -> Datum:
    costs = sorted(r.cost_usd.value or 0.0 for r in runs)
    priciest = max(runs, key=lambda r: (r.cost_usd.value or 0.0, r.model))
    lower, middle, upper = quantiles(costs, n=4)
    return {
        "year": year,
        "runs": len(runs),
        "lower_quartile_usd": lower,
        "median_usd": middle,
        "upper_quartile_usd": upper,
        "highest_usd": priciest.cost_usd.value,
        "most_expensive": priciest.model,
        "highest_co2e_kg": priciest.co2e_kg.value,
    }


def _costs_chart(rows: list[Datum]) -> Chart:
    scale = {"domain": [rows[0]["year"] - 0.5, rows[-1]["year"] + 0.5], "nice": False}
    x = measure("year", None, scale, {"format": "d", "grid": False})
    dollars = plain_axis(range(0, 11, 2), "$") | {"grid": True}
    lower, middle, most = (
        measure(field, None, {"type": "log"}, dollars) for field in ("lower_quartile_usd", "median_usd", "highest_usd")
    )
    half = {"type": "area", "color": "var(--link)", "opacity": 0.16}
    label = {"align": "center", "dy": -14, "color": "var(--warn)"}
    last = rows[-1]
    peak = max(rows, key=lambda r: r["highest_usd"])
    median_usd, highest_usd = (quantities.money(math.log10(v)) for v in (last["median_usd"], peak["highest_usd"]))
    return Chart(
        name="training-costs",
        title="What one training run costs, by year",
        finding=f"The median run of {last['year']} cost {median_usd}; the most expensive,"
        f" {peak['most_expensive']} of {peak['year']}, {highest_usd}",
        spec={
            "layer": [
                layer(rows, half, x, lower, y2={"field": "upper_quartile_usd"}),
                layer(rows, line("var(--link)", 2.6), x, middle),
                layer(rows, diamonds("var(--warn)"), x, most),
                text_layer([peak], "most_expensive", label, x, most),
            ]
        },
        rows=rows,
        sql="SELECT year, count(*) AS runs, quantile_cont(cost_usd, [0.25, 0.5, 0.75]), max(cost_usd),\n"
        "  arg_max(model, cost_usd)\nFROM out_training_costs\n"
        "ANTI JOIN (SELECT row_id AS estimate_id FROM core_defects WHERE rule = 'no_models_name') USING (estimate_id)\n"
        "WHERE is_preferred AND cost_usd IS NOT NULL\n"
        "GROUP BY year ORDER BY year",
        note="Line: the median of the runs known; shaded: the middle half; red: the priciest. Each by its own chips and"
        " the prices of its year.",
    )
