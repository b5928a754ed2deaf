"""Colours and type of charts, the same in pictures made here and in the browser.

A specification names a colour as the page's style sheet does, `var(--ink)`: in a page it follows light and dark, in a
file to download it is the light one.
"""

import math
import re
from functools import cache
from pathlib import Path
from typing import Any

VEGA_LITE = "6.4"
FONT = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"

THEME = {
    "background": "transparent",
    "font": FONT,
    "padding": {"left": 2, "right": 8, "top": 8, "bottom": 4},
    "view": {"stroke": None},
    "axis": {
        "domainColor": "var(--rule)",
        "tickColor": "var(--rule)",
        "gridColor": "var(--rule)",
        "gridOpacity": 0.6,
        "labelColor": "var(--muted)",
        "titleColor": "var(--muted)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 6,
        "titlePadding": 10,
    },
    "axisY": {"domain": False, "ticks": False},
    "legend": {"labelColor": "var(--ink)", "titleColor": "var(--muted)", "labelFontSize": 12, "titleFontSize": 12},
    "text": {"color": "var(--ink)", "fontSize": 12},
}
"""Vega-Lite's configuration; colours by the names of the style sheet."""

_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")
_USE = re.compile(r"var\(--([\w-]+)\)")


@cache
def light() -> dict[str, str]:
    """The style sheet's colours in light, by name."""
    text = (Path(__file__).parent / "assets" / "site.css").read_text(encoding="utf-8")
    return dict(_COLOUR.findall(text[: text.index("prefers-color-scheme")]))


def in_light(text: str) -> str:
    """The text with every colour of the style sheet as it is in light.

    Raises:
        KeyError: the style sheet has no such colour.
    """
    return _USE.sub(lambda use: light()[use[1]], text)


def percent_axis(title: str) -> dict[str, Any]:
    """An axis of percentages, its title lying above it."""
    return {
        "title": title,
        "labelExpr": "datum.value + ' %'",
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleY": -14,
        "titleX": 0,
    }


def exponent_axis(field: str, low: float, high: float) -> dict[str, Any]:
    """Encoding of a field in decades of FLOP, labelled as powers of ten."""
    ticks = list(range(math.ceil(low), math.floor(high) + 1))
    labels = ",".join(f"'{t}':'10{superscript(t)}'" for t in ticks)
    return {
        "field": field,
        "type": "quantitative",
        "title": "Computing used in training, in floating-point operations",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {
            "values": ticks,
            "labelExpr": f"{{{labels}}}[datum.value]",
            "labelOverlap": "greedy",
            "labelSeparation": 6,
            "grid": False,
        },
    }


def superscript(number: int) -> str:
    """12 -> "¹²", for text where no markup is understood."""
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
