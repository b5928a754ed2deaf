"""Theory beside practice: the fitted power of each benchmark against the least that theory asks for."""

from collections.abc import Mapping

from schemas.codes import has
from schemas.codes.evaluation import TheoryVerdict
from schemas.rows.evaluation import TheoryComparison
from tasks.publish import words
from tasks.publish.power_chart import MOST, power_chart
from tasks.publish.sections.rows import Row, Tables, typed_rows
from tasks.publish.sections.shown import Shown


def theory(tables: Tables, shown: Shown, titles: Mapping[str, str]) -> Row:
    """How many fitted powers lie beyond doubt above each theory's, by estimator, and a chart of them.

    Args:
        tables: with out_theory.
        shown: the estimators shown: the main one, and the study's power law beside it.
        titles: of series, by name, in the order of the page.
    """
    rows = [r for r in typed_rows(tables, "out_theory", TheoryComparison) if r.implied_power.value is not None]
    bounds = sorted({(r.theory_power, r.theory) for r in rows})
    estimators = [e for e in (shown.main, shown.beside) if e and any(r.estimator == e for r in rows)]
    points: list[Row] = [
        {
            "benchmark": titles.get(r.benchmark, r.benchmark),
            "place": list(titles).index(r.benchmark) if r.benchmark in titles else len(titles),
            "role": shown.role(r.estimator),
            "name": words.estimator(r.estimator),
            "power": r.implied_power.value,
            "lower": r.implied_power.lower,
            "upper": r.implied_power.upper,
        }
        for r in rows
        if r.estimator in estimators and (r.theory_power, r.theory) == bounds[0]
    ]
    points = sorted(points, key=lambda p: (p["place"], p["role"]))
    beyond = [f"{p['benchmark']} by the {p['name']} ({p['power']:.0f})" for p in points if p["power"] > MOST]
    points = [p for p in points if p["power"] <= MOST]
    return {
        "bounds": [{"power": power, "name": words.THEORIES.get(name, name)} for power, name in bounds],
        "by_estimator": [_above(e, bounds, rows) for e in estimators],
        "lines": [(shown.role(e), words.estimator(e)) for e in estimators],
        "chart": power_chart(points, [power for power, _ in bounds]) if points else None,
        "beyond": beyond,
        "n": len({p["benchmark"] for p in points}),
    }


def _above(estimator: str, bounds: list[tuple[float, str]], rows: list[TheoryComparison]) -> Row:
    mine = [r for r in rows if r.estimator == estimator]
    above = [
        (power, sum(has(r.verdict, TheoryVerdict.DEARER) for r in mine if r.theory == theory_name))
        for power, theory_name in bounds
    ]
    return {"name": words.estimator(estimator), "n": len({r.benchmark for r in mine}), "above": above}
