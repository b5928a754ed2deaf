"""Charts of the site: drawn once for page and download, with their data, their finding in words and their SQL."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import vl_convert
from markupsafe import Markup

from tasks.publish.site.theme import THEME, VEGA_LITE, in_light
from tasks.publish.spreadsheet import csv_text

Spec = dict[str, Any]
Datum = dict[str, Any]
"""One row of the data of a chart."""

WIDTH, HEIGHT = 600, 380
NARROW = 350
"""Size in which a chart is drawn, and its width for a phone; a page scales it to its place."""

_NUMBERED_ID = re.compile(r"\b(clip|gradient_)(\d+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart as it stands on a page.

    Args:
        name: Its id on the page and the name of its files, unique in the site (`imagenet-best-error`).
        title: What it shows, in plain words.
        finding: What a reader sees in it: its alternative text.
        spec: Vega-Lite specification with its data; colours as `var(--name)`, without a width.
        rows: Its data as they are downloaded.
        sql: The query of the release's warehouse that gives the data.
        note: What the reader must know beside it, or empty.
    """

    name: str
    title: str
    finding: str
    spec: Spec
    rows: list[Datum]
    sql: str
    note: str = ""

    @property
    def svg(self) -> Markup:
        """SVG for the page; it follows the light or dark theme."""
        return self._inline("wide", WIDTH)

    @property
    def narrow_svg(self) -> Markup:
        """The same for narrow screens."""
        return self._inline("narrow", NARROW)

    def files(self) -> dict[str, bytes]:
        """The downloads: SVG and PNG in the light theme, and the data as CSV."""
        drawn = in_light(self._drawn(WIDTH))
        return {
            f"charts/{self.name}.svg": drawn.encode(),
            f"charts/{self.name}.png": vl_convert.svg_to_png(drawn, scale=2),
            f"charts/{self.name}.csv": csv_text(self.rows[0], (row.values() for row in self.rows)).encode(),
        }

    def _inline(self, kind: str, width: int) -> Markup:
        """SVG with ids unique on any page; its texts were escaped by Vega."""
        return Markup(re.sub(r'(id="|url\(#)(\w+)', rf"\1{self.name}-{kind}-\2", self._drawn(width)))

    def _drawn(self, width: int) -> str:
        spec = {"height": HEIGHT, "autosize": {"type": "fit", "contains": "padding"}} | self.spec | {"width": width}
        return _numbered(vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE, config=THEME))


def _numbered(svg: str) -> str:
    """An SVG with ids renumbered from 1: Vega continues counting from one drawing to the next."""
    places = {name: n for n, name in enumerate(dict.fromkeys(_NUMBERED_ID.findall(svg)), 1)}
    return _NUMBERED_ID.sub(lambda m: f"{m[1]}{places[m.groups()]}", svg)


def measure(field: str, title: str | None, scale: Spec, axis: Spec) -> Spec:
    """Encoding of a field of numbers."""
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": axis}


def names(field: str) -> Spec:
    """Encoding of a field of names, in their order, broken into lines at commas."""
    lines = {"labelExpr": "split(datum.label, ', ')", "labelFontSize": 11, "labelLineHeight": 11, "labelLimit": 160}
    axis = {"ticks": False, "domain": False, **lines}
    return {"field": field, "type": "nominal", "title": None, "sort": None, "axis": axis}


def coloured(field: str, domain: Sequence[str], colours: Sequence[str], legend: Spec | None) -> Spec:
    """Encoding of a field of names by colour."""
    scale = {"domain": list(domain), "range": list(colours)}
    return {"field": field, "type": "nominal", "scale": scale, "legend": legend}


def layer(rows: list[Datum], mark: Spec, x: Spec, y: Spec, **more: Spec) -> Spec:
    """One layer of a chart: its data, mark, the encodings of its place and what else is encoded."""
    return {
        "data": {"values": rows},
        "mark": mark | {"aria": False, "clip": mark["type"] != "text"},
        "encoding": {"x": x, "y": y, **more},
    }


def text_layer(rows: list[Datum], field: str, mark: Spec, x: Spec, y: Spec) -> Spec:
    """A layer that prints a field of its data."""
    return layer(rows, {"type": "text", "fontSize": 13} | mark, x, y, text={"field": field})


def dots(colour: str, size: int, opacity: float) -> Spec:
    """The mark of points."""
    return {"type": "circle", "size": size, "color": colour, "opacity": opacity}


def diamonds(colour: str) -> Spec:
    """The mark of forecasts."""
    return {"type": "point", "shape": "diamond", "size": 100, "color": colour, "strokeWidth": 2}


def line(colour: str, width: float, dash: Sequence[int] = (1, 0)) -> Spec:
    """The mark of a line."""
    return {"type": "line", "color": colour, "strokeWidth": width, "strokeDash": list(dash)}
