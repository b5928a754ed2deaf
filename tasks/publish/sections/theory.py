"""Theory beside practice: the fitted power of each benchmark against the least that theory asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from schemas.codes import has
from schemas.codes.evaluation import TheoryVerdict
from schemas.rows.evaluation import TheoryComparison
from tasks.publish import words
from tasks.publish.charts import Spec
from tasks.publish.power_chart import MOST, Power, power_chart
from tasks.publish.sections.rows import Tables, typed_rows
from tasks.publish.sections.shown import Shown


class Bound(NamedTuple):
    """The least power that a theory asks for."""

    power: float
    name: str


@dataclass(frozen=True, slots=True)
class Above:
    """On how many of its benchmarks an estimator's power lies beyond doubt above each bound."""

    name: str
    n: int
    above: list[tuple[float, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TheorySection:
    """Fitted powers beside theory: counted, drawn, and those named that lie beyond the chart."""

    bounds: list[Bound]
    by_estimator: list[Above]
    lines: list[tuple[str, str]]
    chart: Spec | None
    beyond: list[str]
    n: int


def theory(tables: Tables, shown: Shown, titles: Mapping[str, str]) -> TheorySection:
    """How many fitted powers lie beyond doubt above each theory's, by estimator, and a chart of them.

    Args:
        tables: with out_theory.
        shown: the estimators shown: the main one, and the study's power law beside it.
        titles: of series, by name, in the order of the page.
    """
    rows = [r for r in typed_rows(tables, "out_theory", TheoryComparison) if r.implied_power.value is not None]
    bounds = sorted({Bound(r.theory_power, r.theory) for r in rows})
    estimators = [e for e in (shown.main, shown.beside) if e and any(r.estimator == e for r in rows)]
    powers = _powers([r for r in rows if r.estimator in estimators and r.theory == bounds[0].name], shown, titles)
    drawn = [p for p in powers if p.value <= MOST]
    return TheorySection(
        bounds=[Bound(power, words.THEORIES.get(name, name)) for power, name in bounds],
        by_estimator=[_above(e, bounds, rows) for e in estimators],
        lines=[(shown.role(e), words.estimator(e)) for e in estimators],
        chart=power_chart(drawn, [power for power, _ in bounds]) if drawn else None,
        beyond=[f"{p.benchmark} by the {p.by} ({p.value:.0f})" for p in powers if p.value > MOST],
        n=len({p.benchmark for p in drawn}),
    )


def _powers(rows: list[TheoryComparison], shown: Shown, titles: Mapping[str, str]) -> list[Power]:
    """The powers of one theory's rows, in the order of the page."""
    places = {name: place for place, name in enumerate(titles)}
    rows = sorted(rows, key=lambda r: (places.get(r.benchmark, len(places)), shown.role(r.estimator)))
    return [
        Power(
            titles.get(r.benchmark, r.benchmark),
            shown.role(r.estimator),
            words.estimator(r.estimator),
            r.implied_power.value,
            r.implied_power,
        )
        for r in rows
        if r.implied_power.value is not None
    ]


def _above(estimator: str, bounds: list[Bound], rows: list[TheoryComparison]) -> Above:
    mine = [r for r in rows if r.estimator == estimator]
    above = [
        (power, sum(has(r.verdict, TheoryVerdict.DEARER) for r in mine if r.theory == theory_name))
        for power, theory_name in bounds
    ]
    return Above(words.estimator(estimator), len({r.benchmark for r in mine}), above)
