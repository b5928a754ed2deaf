"""What every page of the site has in common: head, navigation, what-if notice, footer, and how a template is filled.

A page carries no script and no style of its own and its policy lets none run: scripts and styles are files of
`assets/`, data are files of `data/` that assign to a global (a page from `file://` may not fetch). All text passes
through Jinja's autoescape, through Markdown without raw HTML, or through JSON.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks.publish import labels
from tasks.publish.site.theme import THEME, VEGA_LITE
from tasks.wording import evaluation, quantities

_HERE = Path(__file__).parent

POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; img-src 'self' file: data:;"
    " style-src 'self' file: 'unsafe-inline'; script-src 'self' file:"
)
"""Content security policy of every page. Browsers may not treat a local file as same-origin, hence `file:`."""


class Entry(NamedTuple):
    """An entry of the navigation."""

    path: str
    label: str


NAVIGATION = (
    Entry("index.html", "The answer"),
    Entry("story.html", "The story"),
    Entry("benchmarks.html", "Benchmarks"),
    Entry("models.html", "Models"),
    Entry("explore.html", "Explore"),
    Entry("forecasts.html", "Forecasts"),
    Entry("methods.html", "Methods"),
    Entry("changes.html", "What changed"),
)
"""The navigation of every page; a subpage marks its parent's entry as active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The frame of one release's pages: its date, and what a what-if run assumed (empty in an ordinary release)."""

    date: str
    what_if: tuple[str, ...] = ()

    def page(
        self,
        path: str,
        template: str,
        *,
        title: str,
        description: str,
        active: str | None = None,
        scripts: Sequence[str] = (),
        **facts: Any,
    ) -> bytes:
        """A page as it is written.

        Args:
            path: Where the page stands, from the root of the site: links are made relative to it.
            template: File of `templates/`, which extends `base.html.j2`.
            title: What the page is called, in its head and in a browser's tab.
            description: One sentence for search engines and previews.
            active: Path of the navigation's entry that the page belongs to; the page's own where None.
            scripts: Files that the page loads, from the root of the site, in this order (`assets/vega.js`, …).
            facts: What else the template speaks of.
        """
        rendered = (
            environment()
            .get_template(template)
            .render(
                facts,
                title=title,
                description=description,
                path=path,
                active=active or path,
                root="../" * path.count("/"),
                scripts=scripts,
                navigation=NAVIGATION,
                policy=POLICY,
                date=self.date,
                what_if=self.what_if,
            )
        )
        return rendered.encode()


@cache
def environment() -> Environment:
    """The Jinja environment with the filters for figures."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "percent": quantities.percent,
        "chance": quantities.chance,
        "count": labels.count,
        "coded": labels.coded,
        "in_ten": quantities.in_ten,
        "times": lambda value: quantities.times(math.log10(value)),
        "plain": lambda value: quantities.figure(math.log10(value)),
        "usd": lambda value: quantities.money(math.log10(value)),
        "mass": lambda value: quantities.mass(math.log10(value)),
        "reach": quantities.times,
        "chip_time": quantities.chip_time,
        "flop": quantities.flop,
        "upfirst": lambda text: text[:1].upper() + text[1:],
    }
    made.globals |= {
        "estimator_name": labels.estimator,
        "statuses": evaluation.STATUSES,
        "outcomes": evaluation.OUTCOMES,
        "verdicts": evaluation.CLAIMS,
        "method_names": labels.METHODS,
    }
    return made


def assets() -> dict[str, bytes]:
    """Styles and scripts of all pages; Vega, Vega-Lite and vegaEmbed as one file from the installed vl-convert."""
    files = {f"assets/{p.name}": p.read_bytes() for p in sorted((_HERE / "assets").iterdir())}
    files["assets/theme.js"] = script("theme", THEME)
    files["assets/vega.js"] = _vega()
    return files


@cache
def _vega() -> bytes:
    bundle: str = vl_convert.javascript_bundle(vl_version=VEGA_LITE)  # type: ignore[call-arg]  # the stub errs
    return bundle.encode()


def script(name: str, data: Any) -> bytes:
    """Data as a script that a page can load from `file://`: it assigns `site.data[name]`."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (f"(window.site ??= {{}}).data ??= {{}};\nsite.data[{json.dumps(name)}] = {text};\n").encode()
