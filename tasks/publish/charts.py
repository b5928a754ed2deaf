"""One chart for each series: compute against error, the fits with their band, the targets and the label-error floor.

Vega-Lite specifications made with Altair. Colours and fonts come from the page (see templates/report.js), so that the
charts follow light and dark. x is log10 FLOP on a linear axis, because targets lie beyond what a float axis shows well.
"""

import math
import re
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import altair as alt
from altair.utils import schemapi

from schemas.vocabularies import METHODS
from tasks.estimate.extrapolate import BEST_IN_DATA
from tasks.publish import words
from tasks.wording import evaluation

Row = dict[str, Any]
Spec = dict[str, Any]

MOST_DECADES_BEYOND = 6.0
"""Decades beyond the data that a chart shows at most; what lies farther is named beneath it."""

SHAPES = ("circle", "square", "triangle-up", "cross", "diamond")
"""Shapes of the points, in the order of METHODS."""

HEADLINE_ROLE = "headline"
"""Role of the headline's estimator on charts; the others' roles are their names."""

HEIGHT = 380
QUOTE_LENGTH = 160

_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?")


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
    title: str, error_name: str, points: list[Row], fits: list[Row], estimates: list[Row], floor: float | None
) -> Spec:
    """The Vega-Lite specification of one series.

    Args:
        title: name of the benchmark.
        error_name: what the error is called, for the axis.
        points: rows of out_observations, None for empty cells.
        fits: rows of out_fits of the series, the first of which carries the band and is drawn on top; each with its
            `role` (a style of the page) and its `curve`, a list of points with x (log10 FLOP), error, lower and upper
            (fractions, None where there is none).
        estimates: rows of out_estimates of the series, each with its `role`.
        floor: share of labels known to be wrong (fraction), where known.
    """
    window = window_of(points, estimates, floor)
    with unchecked():
        layers = [
            *_floor_layers(floor, window),
            *(_band_layer(fits[0], window) if fits else []),
            *(layer for fit in reversed(fits) for layer in _line_layers(fit, window)),
            *_target_layers(estimates, window),
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


def window_of(points: list[Row], estimates: list[Row], floor: float | None) -> Window:
    """Axes that hold all points, and the targets up to `MOST_DECADES_BEYOND` beyond the data."""
    flop = [math.log10(p["training_flop"]) for p in points]
    errors = [100 * p["error"] for p in points]
    end = max(flop) + MOST_DECADES_BEYOND
    shown = [e for e in estimates if e["log10_training_flop"] is not None and e["log10_training_flop"] <= end]
    x_high = max([max(flop) + 1, *(e["log10_training_flop"] + 0.3 for e in shown)])
    low = min([*errors, *(100 * e["target_error"] for e in shown), *([100 * floor] if floor else [])])
    return Window(
        math.floor(min(flop) - 0.2), min(math.ceil(x_high), end + 1), low * 0.8, min(100.0, max(errors) * 1.2)
    )


def off_the_chart(estimates: list[Row], window: Window) -> list[Row]:
    """Estimates with a number that the chart is too narrow to show."""
    found = [e for e in estimates if e["log10_training_flop"] is not None]
    return [e for e in found if not window.holds(e["log10_training_flop"], 100 * e["target_error"])]


def _data(rows: list[Row]) -> alt.InlineData:
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


def _point_layer(points: list[Row], window: Window) -> alt.Chart:
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


def _point(p: Row) -> Row:
    low, high = (math.log10(p[f"training_flop_{end}"] or p["training_flop"]) for end in ("lower", "upper"))
    x = math.log10(p["training_flop"])
    row = {
        "x": round(x, 4),
        "y": round(100 * p["error"], 4),
        "method": p["method"],
        "method_name": words.METHODS.get(p["method"], p["method"]),
        "in_fit": bool(p["in_fit"]),
        "model": p["model"],
        "error": words.percent(p["error"]),
        "flop": f"{_scientific(x)} FLOP ({_scientific(low)} to {_scientific(high)})",
        "year": "not known" if p["year"] is None else str(int(p["year"])),
        "paper": _shortened(p["title"] or p["paper_id"], 90),
        "fit": "yes" if p["in_fit"] else f"no: {p['exclusion_reason'] or 'reason not given'}",
        "accuracy_quote": _shortened(p["accuracy_quote"], QUOTE_LENGTH),
        "compute_quote": _shortened(p["compute_quote"] or p["basis"], QUOTE_LENGTH),
    }
    link = arxiv_link(p["paper_id"])
    return {**row, "href": link} if link else row


def _shortened(text: str | None, length: int) -> str:
    words_ = " ".join((text or "").split())
    return words_ if len(words_) <= length else f"{words_[: length - 1]}…"


def _range_layer(points: list[Row], window: Window) -> alt.Chart:
    """The range of each point's compute, for points in the fit."""
    rows = [
        {
            "x": math.log10(p["training_flop_lower"]),
            "x2": math.log10(p["training_flop_upper"]),
            "y": 100 * p["error"],
            "method": p["method"],
        }
        for p in points
        if p["in_fit"] and p["training_flop_lower"] and p["training_flop_upper"]
    ]
    colour = alt.Color("method:N", scale=alt.Scale(domain=list(METHODS)), legend=None)
    mark = alt.Chart(_data(rows)).mark_rule(clip=True, opacity=0.35, style="range")
    return mark.encode(x=_x(window), x2="x2:Q", y=_y(window), color=colour)


def _band_layer(fit: Row, window: Window) -> list[alt.Chart]:
    """The interval of a fit's curve, inside the data."""
    rows = [
        {"x": p["x"], "low": _drawn(p["lower"]), "high": _drawn(p["upper"])}
        for p in fit["curve"]
        if p["x"] <= fit["log10_flop_max"] and p["lower"] and p["upper"]
    ]
    mark = alt.Chart(_data(rows)).mark_area(clip=True, style=f"band-{fit['role']}", opacity=0.16)
    return [mark.encode(x=_x(window), y=_y(window, "low:Q"), y2="high:Q")]


def _line_layers(fit: Row, window: Window) -> list[alt.Chart]:
    """The fit: solid inside the data, dashed beyond, where it has a slope to go on with."""
    points = [{"x": p["x"], "y": _drawn(p["error"])} for p in fit["curve"] if p["error"]]
    end = fit["log10_flop_max"]
    layers = []
    for rows, dash in (
        ([p for p in points if p["x"] <= end], [1, 0]),
        ([p for p in points if p["x"] >= end], [5, 4]),
    ):
        mark = alt.Chart(_data(rows)).mark_line(clip=True, style=fit["role"], strokeDash=dash)
        layers.append(mark.encode(x=_x(window), y=_y(window)))
    return layers if fit["rises"] else layers[:1]


def _drawn(error: float) -> float:
    """Error in percent, with the digits that a chart can show."""
    return float(f"{100 * error:.5g}")


def _target_layers(estimates: list[Row], window: Window) -> list[alt.Chart]:
    """Where each fit meets each target, as far as the chart reaches; a target is named where the first meets it."""
    shown = [
        e
        for e in estimates
        if e["log10_training_flop"] is not None
        and e["target"] != BEST_IN_DATA
        and window.holds(e["log10_training_flop"], 100 * e["target_error"])
    ]
    first = {e["target"]: e for e in sorted(shown, key=lambda e: -e["log10_training_flop"])}
    roles = sorted({e["role"] for e in shown})
    crosses = [_cross_layer([e for e in shown if e["role"] == role], role, window) for role in roles]
    names = [
        {"x": e["log10_training_flop"], "y": 100 * e["target_error"], "label": words.percent(e["target_error"])}
        for e in first.values()
    ]
    label = alt.Chart(_data(names)).mark_text(style="target", align="right", dx=-8, dy=9)
    return [*crosses, label.encode(x=_x(window), y=_y(window), text="label:N")]


def _cross_layer(estimates: list[Row], role: str, window: Window) -> alt.Chart:
    rows = [
        {
            "x": e["log10_training_flop"],
            "y": 100 * e["target_error"],
            "what": f"{words.percent(e['target_error'])} by the {words.estimator(e['estimator'])}",
            "flop": f"10^{e['log10_training_flop']:.1f} FLOP",
            "status": f"{evaluation.STATUSES[e['status']]}: {e['reason']}",
        }
        for e in estimates
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
