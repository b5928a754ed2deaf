"""The chart of a benchmark: error against computing, cost, energy, carbon or year.

One Vega-Lite specification for each horizontal axis, without data: `assets/benchmark.js` gives the rows of `points`,
`lines`, `band`, `crosses`, `levels` and their names as the reader's switches choose them. A row's `x` is what the axis
shows.
"""

from typing import NamedTuple

import altair as alt
from altair.utils import schemapi

from schemas.vocabularies import METHODS
from tasks.publish import labels
from tasks.publish.site.charts import Spec
from tasks.publish.site.theme import COMPUTING, chip_labels
from tasks.wording import quantities

HEIGHT = 420


class Axis(NamedTuple):
    """A horizontal axis: a column of the points, its name in the switch and on the axis, and its tick labels."""

    column: str
    name: str
    title: str
    labels: str
    is_log: bool = True
    ticks: tuple[float, ...] = ()


_DECADE = "log(datum.value) / LN10"
_IS_ROUND = f"indexof([1, 2, 5], round(datum.value / pow(10, floor({_DECADE} + 0.001)))) >= 0"
"""Whether a tick is one, two or five times a power of ten: the others go unlabelled."""


AXES = (
    Axis(
        "training_flop",
        "computing",
        COMPUTING,
        chip_labels(_DECADE),
        ticks=tuple(10.0**tick for tick in quantities.CHIP_TICKS),
    ),
    Axis(
        "cost_usd",
        "money",
        "Cost of the run on its own chips, in its own year (US dollars)",
        f"{_IS_ROUND} ? '$' + replace(format(datum.value, datum.value < 1 ? '~g' : '~s'), 'G', 'B') : ''",
    ),
    Axis(
        "energy_kwh",
        "energy",
        "Energy of the run, data centre included",
        f"{_IS_ROUND} ? format(datum.value * 1000, '~s') + 'Wh' : ''",
    ),
    Axis(
        "co2e_kg",
        "carbon",
        "Carbon of the run (CO₂ equivalent)",
        f"!({_IS_ROUND}) ? '' : datum.value < 1000 ? format(datum.value, '~g') + ' kg'"
        " : format(datum.value / 1000, '~s') + ' t'",
    ),
    Axis("year", "year", "Year of the paper", "format(datum.value, 'd')", is_log=False),
)
"""The axes, the first of which a page opens with. Fits are of compute: against what it costs they are drawn by the
assumptions of the estimates, beside the record; against years the record stands alone."""

SHAPES = ("circle", "square", "triangle-up", "cross", "diamond")
"""Shapes of the points, in the order of METHODS: nothing is told by colour alone."""

LEVELS = {"floor": "var(--warn)", "chance": "var(--muted)", "target": "var(--second)"}
"""Horizontal lines and their colours: the share of wrong labels, a guess, a target."""

CURVES = {"chosen": "var(--ink)", "study": "var(--second)", "record": "var(--muted)"}
"""Curves and their colours: the estimator chosen, the study's recipe, and the least error reached so far."""

_TOOLTIP = {
    "model": "Model",
    "paper": "Paper",
    "error_words": "Error",
    "x_words": "Axis",
    "range_words": "Range",
    "method_words": "Computing",
    "year": "Year",
    "fit_words": "Used for the curve",
}


_POINTED = {"events": "pointerover", "update": "datum && datum.observation_id || ''"}


def benchmark_chart(axis: Axis) -> Spec:
    """The specification for one horizontal axis."""
    beyond = [*([] if axis is AXES[0] else [_record(axis)]), *(_curves(axis) if axis.is_log else [])]
    layers = [*_level_lines(), *beyond, *([_ranges(axis)] if axis.is_log else []), _points(axis)]
    with schemapi.debug_mode(False):  # checked by being drawn in the tests: the schema takes half of the time
        chart = alt.layer(*layers).properties(width="container", height=HEIGHT)
        spec: Spec = chart.resolve_scale(color="independent", shape="independent").to_dict(validate=False)
    pointed = {"name": "pointed", "value": "", "on": [_POINTED, {"events": "pointerout", "update": "''"}]}
    spec["params"] = [*spec.get("params", []), {"name": "picked", "value": ""}, pointed]
    spec.pop("config", None)
    return spec


def _chart_on(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


def _x(axis: Axis, field: str = "x") -> alt.X:
    scale = {"type": "log"} if axis.is_log else {"type": "linear", "zero": False}
    look = {"labelExpr": axis.labels, "labelOverlap": "greedy", "labelSeparation": 8, "grid": False}
    look |= {"values": list(axis.ticks)} if axis.ticks else {"tickCount": 10}
    return alt.X(
        f"{field}:Q", title=axis.title, scale=alt.Scale(**scale, nice=False, padding=14), axis=alt.Axis(**look)
    )


def _y(field: str = "error") -> alt.Y:
    scale = alt.Scale(type="log", nice=False, padding=10)
    axis = alt.Axis(format="~%", labelOverlap="greedy", tickCount=8, titleAngle=0, titleAlign="left", titleAnchor="end")
    return alt.Y(f"{field}:Q", title="", scale=scale, axis=axis)


def _level_lines() -> list[alt.Chart]:
    """Floor, chance and targets: lines across, named at the left; the name of chance, the topmost, stands below it."""
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(LEVELS), range=list(LEVELS.values())), legend=None)
    line = _chart_on("levels").mark_rule(strokeDash=[2, 3]).encode(y=_y(), color=colour)
    names = (
        _chart_on(data).mark_text(align="left", dx=4, dy=dy, fontSize=12)
        for data, dy in (("named_above", -6), ("named_below", 10))
    )
    return [line, *(name.encode(y=_y(), x=alt.value(0), text="label:N", color=colour) for name in names)]


def _curves(axis: Axis) -> list[alt.Chart]:
    """The band of the chosen curve, within the data and beyond; the curves, dashed beyond; where they meet targets."""
    colour = alt.Color("role:N", scale=alt.Scale(domain=list(CURVES), range=list(CURVES.values())), legend=None)
    dash = alt.StrokeDash("beyond:N", scale=alt.Scale(domain=[False, True], range=[[1, 0], [6, 4]]), legend=None)
    band = _chart_on("band").mark_area(opacity=0.13, color=CURVES["chosen"])
    line = _chart_on("lines").mark_line(strokeWidth=2.2)
    cross = _chart_on("crosses").mark_point(shape="cross", angle=45, size=110, filled=True, opacity=1)
    tips = [alt.Tooltip("target_words:N", title="Target"), alt.Tooltip("x_words:N", title="Takes")]
    return [
        band.encode(x=_x(axis), y=_y("lower"), y2="upper:Q"),
        line.encode(x=_x(axis), y=_y(), color=colour, strokeDash=dash, detail="part:N"),
        cross.encode(x=_x(axis), y=_y(), color=colour, tooltip=[*tips, alt.Tooltip("status_words:N", title="Verdict")]),
    ]


def _record(axis: Axis) -> alt.Chart:
    """The least error that was reached at or before each place of the axis."""
    best = _chart_on("points").transform_window(best="min(error)", sort=[alt.SortField("x")], frame=[None, 0])
    return best.mark_line(interpolate="step-after", strokeWidth=1.6, color=CURVES["record"]).encode(
        x=_x(axis), y=_y("best")
    )


def _ranges(axis: Axis) -> alt.Chart:
    """The range of the point that is picked or pointed at."""
    rule = _chart_on("points").mark_rule(clip=True, color="var(--ink)", strokeWidth=1.5)
    looked_at = alt.condition(
        "datum.observation_id === picked || datum.observation_id === pointed", alt.value(0.8), alt.value(0)
    )
    return rule.encode(x=_x(axis, "x_lower"), x2="x_upper:Q", y=_y(), opacity=looked_at)


def _points(axis: Axis) -> alt.Chart:
    colours = alt.Scale(domain=[labels.METHODS[m] for m in METHODS], range=[f"var(--{m})" for m in METHODS])
    shapes = alt.Scale(domain=colours.domain, range=list(SHAPES))
    legend = alt.Legend(
        title="How computing is known", orient="bottom", columns=alt.ExprRef("width < 500 ? 2 : 5"), symbolOpacity=1
    )
    return (
        _chart_on("points")
        .mark_point(filled=True, size=75, cursor="pointer", stroke="var(--paper)")
        .encode(
            x=_x(axis),
            y=_y(),
            color=alt.Color("method_words:N", scale=colours, legend=legend),
            shape=alt.Shape("method_words:N", scale=shapes, legend=legend),
            opacity=alt.condition("datum.in_fit", alt.value(0.9), alt.value(0.28)),
            size=alt.condition("datum.observation_id === picked", alt.value(260), alt.value(75)),
            tooltip=[alt.Tooltip(f"{field}:N", title=title) for field, title in _TOOLTIP.items()],
        )
    )
