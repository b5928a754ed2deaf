"""Terminal tables of the study's published figures beside our reproductions."""

import math
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tasks.reference.published_regressions import RegressionTerm
from tasks.reference.published_targets import load_published_targets
from tasks.replicate import costs, exponents, growth, regressions
from tasks.replicate.data import StudyData
from tasks.replicate.regressions import Reproduction

_MATCH = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: ""}


def show(
    console: Console, data: Sequence[StudyData], done: Sequence[Reproduction], published: Sequence[RegressionTerm]
) -> None:
    """Print regressions, exponents, costs and growth, published beside reproduced.

    Args:
        console: Where to print.
        data: The study's data, file by file.
        done: Their regressions computed anew.
        published: The regressions as the study printed them.
    """
    _show_regressions(console, done, published)
    _show_curves(console, data)
    _show_growth(console)


# --- regressions


def _show_regressions(console: Console, done: Sequence[Reproduction], published: Sequence[RegressionTerm]) -> None:
    shown = ""
    for r in done:
        if r.file != shown:
            _heading(console, f"{r.file}: regressions{', published | reproduced' if r.published else ', reproduced'}")
            shown = r.file
        _show_regression(console, r)
    there = {r.file for r in done}
    expected = [t for t in published if t.file in there]
    if expected:
        agreeing = sum(r.agreeing for r in done)
        console.print(f"Regressions: {agreeing} of {len(expected)} printed rows reproduced to the printed digits.")
    for file in dict.fromkeys(t.file for t in published if t.file not in there):
        console.print(f"Not compared: {file}.csv is not among the files.", markup=False)


def _show_regression(console: Console, r: Reproduction) -> None:
    pairs = list(zip(r.published or r.reproduced, r.reproduced or r.published, strict=True))
    if not pairs:
        return  # nothing published and nothing reproduced: a note says why
    title = f"{r.regression.section} ({r.regression.estimator}): {r.regression.formula}"
    whole = "   ".join(f"{name} {_pair(r, *pairs[0], name)}" for name in ("n", "r_squared"))
    table = Table("", "coef", "std err", "p", "2.5 %", "97.5 %", "", box=None, pad_edge=False)
    for was, is_ in pairs:
        cells = [_pair(r, was, is_, figure) for figure in regressions.FIGURES[2:]]
        match = regressions.agrees(was, is_) if r.published and r.reproduced else None
        table.add_row(escape(was.term), *cells, _MATCH[match])
    console.print(f"\n{title}\n{whole}", markup=False, soft_wrap=True)
    _wide(console, table)


def _pair(r: Reproduction, was: RegressionTerm, is_: RegressionTerm, figure: str) -> str:
    """Published and reproduced in the printed digits; one alone where the other is not."""
    sides = [regressions.printed(term, figure) for term, there in ((was, r.published), (is_, r.reproduced)) if there]
    return " | ".join(sides)


# --- exponents and costs


def _show_curves(console: Console, data: Iterable[StudyData]) -> None:
    targets = load_published_targets()
    names = {t.file: t.benchmark for t in targets if t.file}
    curves = [*exponents.curves_of_points(), *exponents.curves_of_data(data, names)]
    found = exponents.reproduce(targets, curves)
    assumptions = costs.study_assumptions()
    _show_exponents(console, found)
    _heading(console, "Carbon and dollars of 2020: FLOP per unit, implied by the printed powers | by our assumptions")
    for rate in costs.implied_rates(found, assumptions):
        implied = f"{_ten(rate.lower)} to {_ten(rate.upper)} ({rate.n} powers)"
        ours = f"{_ten(rate.ours.lower)} to {_ten(rate.ours.upper)}"
        console.print(f"per {rate.unit}: {implied} | {ours} {_MATCH[rate.agrees]}")
    _show_costs(console, costs.costs(curves, targets, assumptions))


def _show_exponents(console: Console, found: Sequence[exponents.Exponent]) -> None:
    _heading(console, "Compute that a target error asks: exponent of GFLOP, published | reproduced")
    table = Table("study", "benchmark", "form", "target", "error", "exponent", "unrounded", box=None, pad_edge=False)
    for column in ("printed power | floor", "lb CO2", "USD", "slope", "n", ""):
        table.add_column(column)
    for e in found:
        t, line = e.target, e.curve.line
        table.add_row(
            *(t.version, t.benchmark, t.form, t.target.replace("_", " "), f"{t.error:g}"),
            f"{t.log10_gflop:.2f} | {e.log10_gflop:.2f}",
            f"{e.log10_gflop_unrounded:.3f}",
            "" if t.gflop_power is None else f"{t.gflop_power} | {math.floor(e.log10_gflop)}",
            *("" if power is None else f"10^{power}" for power in (t.co2_lb_power, t.usd_power)),
            f"{t.slope:.4f} | {line.slope.value:.4f}",
            f"{t.n} | {line.n}",
            _MATCH[e.agrees],
        )
    _wide(console, table)
    agreeing = sum(e.agrees for e in found)
    console.print(f"Exponents: {agreeing} of {len(found)} reproduced within 0.01, the printed power as the floor.")


def _show_costs(console: Console, found: Iterable[costs.Cost]) -> None:
    _heading(console, "Cost of halving the error, of 5 % and of 1 % by the study's conversion (printed floors | ours)")
    table = Table("study", "benchmark", "form", "goal", "error", "FLOP", "times best", "USD", "tonnes CO2e", box=None)
    table.add_column("months of New York City")
    for c in found:
        table.add_row(
            *(c.curve.version, c.curve.benchmark, c.curve.form, c.goal, f"{c.error:.4g}"),
            *(_ten(c.log10_flop), _ten(c.times)),
            *(_beside(c.published_usd, c.log10_usd), _beside(c.published_tonnes, c.log10_tonnes)),
            _ten(c.log10_nyc_months),
        )
    _wide(console, table)


def _beside(published: float | None, reproduced: float) -> str:
    return _ten(reproduced) if published is None else f"{_ten(published)} | {_ten(reproduced)}"


def _show_growth(console: Console) -> None:
    was, is_ = growth.PUBLISHED, growth.growth()
    _heading(console, f"Growth in compute from {growth.FROM} to {growth.TO}, published | reproduced")
    pairs = (
        f"{was.total:,.0f} | {is_.total:,.1f} times = {was.faster:.2f} | {is_.faster:.2f} faster chips",
        f"{was.more:g} | {is_.more:g} times more chips x {was.longer:.2f} | {is_.longer:.2f} times longer",
    )
    console.print(f"{' x '.join(pairs)} {_MATCH[is_.agrees]}", soft_wrap=True)


# --- words


def _ten(log10: float | None) -> str:
    """A figure that may be too large for a float, by its logarithm: 19.06 is 1.1e19."""
    if log10 is None or not math.isfinite(log10):
        return "never"
    exponent = math.floor(log10)
    if -3 <= exponent < 4:
        return f"{float(f'{10**log10:.2g}'):,g}"
    mantissa = f"{10 ** (log10 - exponent):.1f}"
    return f"{mantissa}e{exponent}" if mantissa != "10.0" else f"1.0e{exponent + 1}"


def _heading(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold", markup=False, soft_wrap=True)


def _wide(console: Console, table: Table) -> None:
    """Print a table in its full width, however narrow the terminal: columns cut short would hide digits."""
    width = console.measure(table, options=console.options.update(width=10_000)).maximum
    Console(file=console.file, width=max(width, console.width)).print(table)
