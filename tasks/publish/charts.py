"""One chart for each series: compute against error, the fits with their band, the targets and the label-error floor.

Vega-Lite specifications made with Altair. Colours and fonts come from the page (see templates/report.js), so that the
charts follow light and dark. x is log10 FLOP on a linear axis, because targets lie beyond what a float axis shows well.
"""

import math
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple

import altair as alt
from altair.utils import schemapi

from schemas.rows.fits import CurvePoint, FitSummary
from schemas.vocabularies import METHODS
from tasks.estimate.extrapolate import BEST_IN_DATA
from tasks.publish import words
from tasks.publish.published import Point, TargetEstimate
from tasks.wording import evaluation

Spec = dict[str, Any]
Datum = dict[str, Any]
"""One row of the data of a chart, as Vega-Lite takes it."""

MOST_DECADES_BEYOND = 6.0
"""Decades beyond the data that a chart shows at most; what lies farther is named beneath it."""

SHAPES = ("circle", "square", "triangle-up", "cross", "diamond")
"""Shapes of the points, in the order of METHODS."""

HEADLINE_ROLE = "headline"
"""Role of the headline's estimator on charts; the others' roles are their names."""

HEIGHT = 380
QUOTE_LENGTH = 160

_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?")


@dataclass(frozen=True, slots=True)
class DrawnFit:
    """A fit as it is drawn: `role` is a style of the page, the curve goes from left to right."""

    role: str
    fit: FitSummary
    curve: list[CurvePoint]


class DrawnEstimate(NamedTuple):
    """An estimate as it is drawn: `role` is a style of the page."""

    role: str
    target: TargetEstimate


class Window(NamedTuple):
    """Axes of a chart: x in log10 FLOP, y in percent of error."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float

    def holds(self, x: float, y: float) -> bool:
        """True when the point lies on the chart."""
        return self.x_low <= x <= self.x_high and self.y_low <= y <= self.y_high


def arxiv_link(paper_id: str) -> str | None:
    """Address of the paper where its id is an arXiv id; nothing else becomes a link."""
    return f"https://arxiv.org/abs/{paper_id}" if _ARXIV_ID.fullmatch(paper_id) else None


def chart(
    title: str,
    error_name: str,
    points: list[Point],
    lines: list[DrawnFit],
    crosses: list[DrawnEstimate],
    floor: float | None,
) -> Spec:
    """The Vega-Lite specification of one series.

    Args:
        title: name of the benchmark.
        error_name: what the error is called, for the axis.
        points: the observations of the series.
        lines: its fits, the first of which carries the band and is drawn on top.
        crosses: its estimates.
        floor: share of labels known to be wrong (fraction), where known.
    """
    window = window_of(points, [cross.target for cross in crosses], floor)
    with unchecked():
        layers = [
            *_floor_layers(floor, window),
            *(_band_layer(lines[0], window) if lines else []),
            *(layer for line in reversed(lines) for layer in _line_layers(line, window)),
            *_target_layers(crosses, window),
            _range_layer(points, window),
            _point_layer(points, window),
        ]
        spec = as_spec(layers, HEIGHT)
    spec["description"] = f"{title}: {error_name} against training compute, {len(points)} points on logarithmic axes"
    spec["layer"][-1]["encoding"]["y"]["title"] = f"{error_name[:1].upper()}{error_name[1:]}"
    return spec


def unchecked() -> AbstractContextManager[None]:
    """Charts made within are not held against the schema, which takes half of the time: a test draws them instead."""
    return schemapi.debug_mode(False)


def as_spec(layers: list[alt.Chart], height: int) -> Spec:
    """The layers as one specification, as wide as its place on the page, which also sets the configuration."""
    with alt.data_transformers.enable("default", max_rows=None):
        layered = alt.layer(*layers).properties(width="container", height=height, background="transparent")
        spec: Spec = layered.to_dict(validate=False)
    spec.pop("config", None)
    return spec


def window_of(points: list[Point], targets: list[TargetEstimate], floor: float | None) -> Window:
    """Axes that hold all points, and the targets up to `MOST_DECADES_BEYOND` beyond the data."""
    flop = [math.log10(p.flop) for p in points]
    errors = [100 * p.error for p in points]
    end = max(flop) + MOST_DECADES_BEYOND
    shown = [(t.log10_flop, t.target_error) for t in targets if t.log10_flop is not None and t.log10_flop <= end]
    x_high = max([max(flop) + 1, *(x + 0.3 for x, _ in shown)])
    low = min([*errors, *(100 * error for _, error in shown), *([100 * floor] if floor else [])])
    return Window(
        math.floor(min(flop) - 0.2), min(math.ceil(x_high), end + 1), low * 0.8, min(100.0, max(errors) * 1.2)
    )


def off_the_chart(targets: list[TargetEstimate], window: Window) -> list[tuple[TargetEstimate, float]]:
    """Estimates that the chart is too narrow to show, each with its compute."""
    found = [(t, t.log10_flop) for t in targets if t.log10_flop is not None]
    return [(t, x) for t, x in found if not window.holds(x, 100 * t.target_error)]


def _data(rows: list[Datum]) -> alt.InlineData:
    return alt.InlineData(values=rows)


def _x(window: Window, field: str = "x:Q") -> alt.X:
    ticks = list(range(math.ceil(window.x_low), math.floor(window.x_high) + 1))
    labels = ",".join(f"'{t}':'10{superscript(t)}'" for t in ticks)
    axis = alt.Axis(
        values=ticks, labelExpr=f"{{{labels}}}[datum.value]", labelOverlap="greedy", labelSeparation=6, grid=False
    )
    scale = alt.Scale(domain=[window.x_low, window.x_high], nice=False, zero=False)
    return alt.X(field, title="Training compute (FLOP)", scale=scale, axis=axis)


def _y(window: Window, field: str = "y:Q") -> alt.Y:
    axis = alt.Axis(
        values=error_ticks(window.y_low, window.y_high),
        labelExpr="datum.value + ' %'",
        titleAngle=0,
        titleAlign="left",
        titleAnchor="end",
        titleY=-14,
        titleX=0,
    )
    scale = alt.Scale(type="log", domain=[window.y_low, window.y_high], nice=False)
    return alt.Y(field, title="", scale=scale, axis=axis)


def error_ticks(low: float, high: float) -> list[float]:
    """Round percentages between low and high: even steps where the axis is short, else 1, 2, 3, 5, 7 or 1, 2, 5."""
    if high / low < 6:
        step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if (high - low) / s <= 7)
        return [round(i * step, 1) for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
    mantissas = (1, 1.5, 2, 3, 5, 7) if high / low < 30 else (1, 2, 5)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [round(m * 10.0**d, 6) for d in decades for m in mantissas]
    return [t for t in ticks if low <= t <= high]


def _scientific(log10_value: float) -> str:
    """1.2×10¹⁹, for tooltips, where no markup is understood."""
    mantissa, _, exponent = f"{10.0**log10_value:.1e}".partition("e")
    return f"{mantissa}×10{superscript(int(exponent))}"


def superscript(number: int) -> str:
    """12 -> "¹²", for text where no markup is understood."""
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _point_layer(points: list[Point], window: Window) -> alt.Chart:
    rows = [_point(p) for p in points]
    tooltip = [
        alt.Tooltip(f"{field}:N", title=title)
        for field, title in (
            ("model", "Model"),
            ("error", "Error"),
            ("flop", "Compute"),
            ("method_name", "By"),
            ("year", "Year"),
            ("paper", "Paper"),
            ("fit", "In the fit"),
            ("accuracy_quote", "Accuracy rests on"),
            ("compute_quote", "Compute rests on"),
        )
    ]
    in_fit = alt.datum["in_fit"]
    return (
        alt.Chart(_data(rows))
        .mark_point(filled=True, size=80, style="observation")
        .encode(
            x=_x(window),
            y=_y(window),
            color=alt.Color("method:N", scale=alt.Scale(domain=list(METHODS)), legend=None),
            shape=alt.Shape("method:N", scale=alt.Scale(domain=list(METHODS), range=list(SHAPES)), legend=None),
            opacity=alt.condition(in_fit, alt.value(0.9), alt.value(0.25)),
            href=alt.Href("href:N"),
            tooltip=tooltip,
        )
    )


def _point(p: Point) -> Datum:
    low, high = (math.log10(end or p.flop) for end in (p.training_flop.lower, p.training_flop.upper))
    x = math.log10(p.flop)
    row = {
        "x": round(x, 4),
        "y": round(100 * p.error, 4),
        "method": p.method,
        "method_name": words.METHODS.get(p.method, p.method),
        "in_fit": bool(p.in_fit),
        "model": p.model,
        "error": words.percent(p.error),
        "flop": f"{_scientific(x)} FLOP ({_scientific(low)} to {_scientific(high)})",
        "year": "not known" if p.year is None else str(int(p.year)),
        "paper": _shortened(p.title or p.paper_id, 90),
        "fit": "yes" if p.in_fit else f"no: {p.exclusion_reason or 'reason not given'}",
        "accuracy_quote": _shortened(p.accuracy_quote, QUOTE_LENGTH),
        "compute_quote": _shortened(p.compute_quote or p.basis, QUOTE_LENGTH),
    }
    link = arxiv_link(p.paper_id)
    return {**row, "href": link} if link else row


def _shortened(text: str | None, length: int) -> str:
    words_ = " ".join((text or "").split())
    return words_ if len(words_) <= length else f"{words_[: length - 1]}…"


def _range_layer(points: list[Point], window: Window) -> alt.Chart:
    """The range of each point's compute, for points in the fit."""
    rows = [
        {
            "x": math.log10(p.training_flop.lower),
            "x2": math.log10(p.training_flop.upper),
            "y": 100 * p.error,
            "method": p.method,
        }
        for p in points
        if p.in_fit and p.training_flop.lower and p.training_flop.upper
    ]
    colour = alt.Color("method:N", scale=alt.Scale(domain=list(METHODS)), legend=None)
    mark = alt.Chart(_data(rows)).mark_rule(clip=True, opacity=0.35, style="range")
    return mark.encode(x=_x(window), x2="x2:Q", y=_y(window), color=colour)


def _band_layer(line: DrawnFit, window: Window) -> list[alt.Chart]:
    """The interval of a fit's curve, inside the data."""
    rows = [
        {"x": p.log10_flop, "low": _drawn(p.curve_error_lower), "high": _drawn(p.curve_error_upper)}
        for p in line.curve
        if p.log10_flop <= line.fit.log10_flop_max and p.curve_error_lower and p.curve_error_upper
    ]
    mark = alt.Chart(_data(rows)).mark_area(clip=True, style=f"band-{line.role}", opacity=0.16)
    return [mark.encode(x=_x(window), y=_y(window, "low:Q"), y2="high:Q")]


def _line_layers(line: DrawnFit, window: Window) -> list[alt.Chart]:
    """The fit: solid inside the data, dashed beyond, where it has a slope to go on with."""
    points = [{"x": p.log10_flop, "y": _drawn(p.curve_error)} for p in line.curve if p.curve_error]
    end = line.fit.log10_flop_max
    layers = []
    for rows, dash in (
        ([p for p in points if p["x"] <= end], [1, 0]),
        ([p for p in points if p["x"] >= end], [5, 4]),
    ):
        mark = alt.Chart(_data(rows)).mark_line(clip=True, style=line.role, strokeDash=dash)
        layers.append(mark.encode(x=_x(window), y=_y(window)))
    return layers if line.fit.rises else layers[:1]


def _drawn(error: float) -> float:
    """Error in percent, with the digits that a chart can show."""
    return float(f"{100 * error:.5g}")


def _target_layers(crosses: list[DrawnEstimate], window: Window) -> list[alt.Chart]:
    """Where each fit meets each target, as far as the chart reaches; a target is named where the first meets it."""
    shown = [
        (x, role, target)
        for role, target in crosses
        if (x := target.log10_flop) is not None
        and target.target != BEST_IN_DATA
        and window.holds(x, 100 * target.target_error)
    ]
    first = {target.target: (x, target) for x, _, target in sorted(shown, key=lambda found: -found[0])}
    by_role = {role: [(x, t) for x, of, t in shown if of == role] for role in sorted({role for _, role, _ in shown})}
    names = [
        {"x": x, "y": 100 * target.target_error, "label": words.percent(target.target_error)}
        for x, target in first.values()
    ]
    label = alt.Chart(_data(names)).mark_text(style="target", align="right", dx=-8, dy=9)
    return [
        *(_cross_layer(found, role, window) for role, found in by_role.items()),
        label.encode(x=_x(window), y=_y(window), text="label:N"),
    ]


def _cross_layer(found: list[tuple[float, TargetEstimate]], role: str, window: Window) -> alt.Chart:
    rows = [
        {
            "x": x,
            "y": 100 * target.target_error,
            "what": f"{words.percent(target.target_error)} by the {words.estimator(target.estimator)}",
            "flop": f"10^{x:.1f} FLOP",
            "status": f"{evaluation.STATUSES[target.status]}: {target.reason}",
        }
        for x, target in found
    ]
    tooltip = [
        alt.Tooltip("what:N", title="Target"),
        alt.Tooltip("flop:N", title="Compute"),
        alt.Tooltip("status:N", title="Status"),
    ]
    cross = alt.Chart(_data(rows)).mark_point(shape="cross", angle=45, size=90, filled=True, style=f"target-{role}")
    return cross.encode(x=_x(window), y=_y(window), tooltip=tooltip)


def _floor_layers(floor: float | None, window: Window) -> list[alt.Chart]:
    """The share of labels known to be wrong, as a line with its name."""
    if floor is None:
        return []
    rows = [{"x": window.x_low, "y": 100 * floor, "text": f"wrong labels: {words.percent(floor)}"}]
    line = alt.Chart(_data(rows)).mark_rule(style="floor", clip=True).encode(y=_y(window))
    text = alt.Chart(_data(rows)).mark_text(style="floor-text", align="left", dx=6, dy=-7)
    return [line, text.encode(x=_x(window), y=_y(window), text="text:N")]
