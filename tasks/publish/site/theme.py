"""Colours and type of charts, the same in pictures made here and in the browser.

A specification names a colour as the page's style sheet does, `var(--ink)`: in a page it follows light and dark, in a
file to download it is the light one.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tasks.wording import quantities

VEGA_LITE = "6.4"
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
"""A font with the same width here, where labels are measured, as in a reader's browser."""

THEME = {
    "background": "transparent",
    "font": FONT,
    "padding": {"left": 12, "right": 8, "top": 8, "bottom": 4},
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


_SIZES = {0: "", 3: ",000", 6: " million", 9: " billion", 12: " trillion"}


def plain_axis(decades: Sequence[int], unit: str = "") -> dict[str, Any]:
    """An axis of powers of ten, labelled as one says them: "$100", "10 million"."""
    values = [10.0**d for d in decades]
    ticks = [f"{unit}{10 ** (d % 3)}{_SIZES[d - d % 3]}" for d in decades]
    labels = ",".join(f"'{d}':'{text}'" for d, text in zip(decades, ticks, strict=True))
    return {
        "values": values,
        "labelExpr": f"{{{labels}}}[round(log(datum.value) / LN10)]",
        "labelOverlap": "greedy",
        "labelFlush": False,
        "labelSeparation": 6,
        "grid": False,
    }


TITLE_ABOVE = {
    "labelExpr": "datum.value + ' %'",
    "titleAngle": 0,
    "titleAlign": "left",
    "titleAnchor": "end",
    "titleY": -14,
    "titleX": 0,
}
"""A percentage axis with its title above."""


def computing_axis(field: str, low: float, high: float) -> dict[str, Any]:
    """Encoding of a field in log10 FLOP, labelled by what a fast chip takes."""
    ticks = [tick for tick in quantities.CHIP_TICKS if low <= tick <= high]
    return {
        "field": field,
        "type": "quantitative",
        "title": COMPUTING,
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {
            "values": ticks,
            "labelExpr": chip_labels("datum.value"),
            "labelOverlap": "greedy",
            "labelSeparation": 20,
            "grid": False,
        },
    }


COMPUTING = "Training: time of one fast chip (calculations)"


def chip_labels(log10_flop: str) -> str:
    """Vega expression of a tick's label in two lines, from one of its place in log10 FLOP: words, and the number."""
    ticks = {round(100 * tick): [text, quantities.scientific(tick)] for tick, text in quantities.CHIP_TICKS.items()}
    return f"{json.dumps(ticks, ensure_ascii=False)}[round(100 * {log10_flop})] || ''"
