"""Charts of the site: drawn once for page and download, with their data, their finding in words and their SQL."""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

import vl_convert
from markupsafe import Markup

from tasks.publish.site.theme import THEME, VEGA_LITE, in_light

Spec = dict[str, Any]
Datum = dict[str, Any]
"""One row of the data of a chart."""

WIDTH, HEIGHT = 720, 400
"""Size in which a chart is drawn; a page scales it to its place."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart as it stands on a page.

    Args:
        name: Its id on the page and the name of its files, unique in the site (`imagenet-best-error`).
        title: What it shows, in plain words.
        finding: What a reader sees in it: its alternative text.
        spec: Vega-Lite specification with its data; colours as `var(--name)`, no width but `"container"` or none.
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
    is_interactive: bool = field(default=False, kw_only=True)

    @property
    def svg(self) -> Markup:
        """The drawing for the page itself: it follows light and dark, and its ids are its own."""
        drawn = re.sub(r'(id="|url\(#)(\w+)', rf"\1{self.name}-\2", self._drawn())
        return Markup(drawn)  # made by Vega, which escapes the texts of the data

    def files(self) -> dict[str, bytes]:
        """What can be downloaded: the drawing twice, in light, and the data."""
        drawn = in_light(self._drawn())
        return {
            f"charts/{self.name}.svg": drawn.encode(),
            f"charts/{self.name}.png": vl_convert.svg_to_png(drawn, scale=2),
            f"charts/{self.name}.csv": csv_text(self.rows).encode(),
        }

    def _drawn(self) -> str:
        spec = {"width": WIDTH, "height": HEIGHT} | self.spec
        if spec["width"] == "container":
            spec["width"] = WIDTH
        return vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE, config=THEME)


def csv_text(rows: list[Datum]) -> str:
    """Rows as CSV, in which no text is a formula: one that a spreadsheet would run gets an apostrophe before it."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _inert(cell) for name, cell in row.items()} for row in rows)
    return out.getvalue()


def _inert(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
