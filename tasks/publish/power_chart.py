"""The chart of fitted powers beside theory: one line a benchmark, a dot and its interval for each estimator shown."""

import math
from dataclasses import dataclass
from typing import Any

import altair as alt

from schemas.rows import Limits
from tasks.publish.charts import HEADLINE_ROLE, Spec, as_spec, superscript, unchecked

ROW_HEIGHT = 22

MOST = 60.0
"""Power at which the axis ends at the latest: an interval that goes on is cut there, a dot beyond is not drawn."""

_SHIFT = 3
"""Pixels by which the dots of two estimators stand apart."""


@dataclass(frozen=True, slots=True)
class Power:
    """A fitted power of one benchmark with its interval: by whom it was fitted, and the style it is drawn in."""

    benchmark: str
    role: str
    by: str
    value: float
    interval: Limits


def power_chart(points: list[Power], bounds: list[float]) -> Spec:
    """The Vega-Lite specification.

    Args:
        points: in the order from top to bottom.
        bounds: powers that theories ask for at the least.
    """
    low = min(1.0, *(p.value for p in points))
    high = min(MOST, max(p.value for p in points) * 1.6)
    order = list(dict.fromkeys(p.benchmark for p in points))
    ticks = [t for t in (1, 2, 4, 8, 16, 32) if low <= t <= high]
    with unchecked():
        labels = ",".join(f"'{t}':'{_label(t)}'" for t in ticks)
        axis = alt.Axis(values=ticks, grid=False, labelExpr=f"{{{labels}}}[datum.value]")
        scale = alt.Scale(type="log", domain=[low, high], nice=False)
        x = {"scale": scale, "axis": axis, "title": "Power of 1/error"}
        y = alt.Y("benchmark:N", sort=order, title="", axis=alt.Axis(labelLimit=150, ticks=False, domain=False))
        roles = _roles(points)
        layers = [_bounds_layer(bounds, x), *(layer for role in roles for layer in _role_layers(points, role, x, y))]
        spec = as_spec(layers, ROW_HEIGHT * len(order))
    spec["description"] = f"Fitted powers of 1/error with intervals on {len(order)} benchmarks, beside theory’s"
    return spec


def _roles(points: list[Power]) -> list[str]:
    """Roles in the order of drawing: the headline's last, on top."""
    return sorted({p.role for p in points}, key=lambda role: (role == HEADLINE_ROLE, role))


def _bounds_layer(bounds: list[float], x: dict[str, Any]) -> alt.Chart:
    data = alt.InlineData(values=[{"bound": b} for b in bounds])
    return alt.Chart(data).mark_rule(style="bound", strokeDash=[4, 3]).encode(x=alt.X("bound:Q", **x))


def _role_layers(points: list[Power], role: str, x: dict[str, Any], y: alt.Y) -> list[alt.Chart]:
    rows = [
        {
            "benchmark": p.benchmark,
            "x": round(p.value, 3),
            "low": round(p.interval.lower or 0.01, 3),
            "high": round(min(p.interval.upper or math.inf, 1000.0), 3),
            "by": p.by,
            "power": f"{p.value:.1f} ({_end(p.interval.lower)} to {_end(p.interval.upper)})",
        }
        for p in points
        if p.role == role
    ]
    tooltip = [
        alt.Tooltip(f"{f}:N", title=t) for f, t in (("benchmark", "Benchmark"), ("by", "By"), ("power", "Power"))
    ]
    data = alt.InlineData(values=rows)
    shift = -_SHIFT if role == HEADLINE_ROLE else _SHIFT
    interval = alt.Chart(data).mark_rule(clip=True, style=f"interval-{role}", opacity=0.6, yOffset=shift)
    dot = alt.Chart(data).mark_point(clip=True, filled=True, size=60, style=f"dot-{role}", opacity=1, yOffset=shift)
    return [
        interval.encode(x=alt.X("low:Q", **x), x2="high:Q", y=y),
        dot.encode(x=alt.X("x:Q", **x), y=y, tooltip=tooltip),
    ]


def _label(power: int) -> str:
    return "k" if power == 1 else f"k{superscript(power)}"


def _end(value: float | None) -> str:
    return "no limit" if value is None else f"{value:.1f}"
