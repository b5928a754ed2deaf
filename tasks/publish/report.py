"""The report page: one self-contained HTML file made from the published tables. No network, no clock, no randomness.

`render_report` is the one face. What each section says is made in `sections`, numbers are put into words in `words`,
charts are made in `charts`, the rest stands in the templates; everything that comes from a paper passes through Jinja's
autoescape or through JSON.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tasks.publish import charts, words
from tasks.publish.sections.backtests import backtests
from tasks.publish.sections.cost_checks import cost_checks
from tasks.publish.sections.forecasts import forecasts
from tasks.publish.sections.growth import growth
from tasks.publish.sections.rows import table
from tasks.publish.sections.series import all_series, by_group, headline_series
from tasks.publish.sections.shown import STUDY, shown_estimators
from tasks.publish.sections.theory import theory
from tasks.publish.sections.upkeep import changes, coverage
from tasks.wording import evaluation

TEMPLATES = Path(__file__).parent / "templates"

VEGA_LITE = "6.4"


def render_report(tables: Mapping[str, pd.DataFrame], release_date: str, context: Mapping[str, Any]) -> str:
    """Render the report. Same inputs, same bytes.

    Args:
        tables: the `out_` tables by name, with their columns; one that is missing is an empty one.
        release_date: date of the release, as printed.
        context: all keys may be missing. `benchmarks`: what `load_series` gives; `assumptions`: what
            `load_assumptions` gives; `choices`: a list of those that are words; `sources`: list of dicts with title and
            licence; `deferred` and `hazards`: lists of sentences; `code_version`: text.
    """
    shown = shown_estimators(tables)
    series = all_series(tables, shown, context)
    titles = {s.slug: s.title for s in series}
    powers = theory(tables, shown, titles)
    scripts = [_vega_bundle(), (TEMPLATES / "report.js").read_text(encoding="utf-8")]
    return str(
        _environment()
        .get_template("report.html.j2")
        .render(
            date=release_date,
            shown=shown,
            study=STUDY,
            series=series,
            groups=by_group(series),
            headline=headline_series(series, shown),
            level=_level(table(tables, "out_fits")),
            tested=backtests(tables, shown),
            ledger=forecasts(tables, shown, titles),
            theory=powers,
            growth=growth(tables),
            checks=cost_checks(tables),
            coverage=coverage(tables),
            changes=changes(tables),
            assumptions=context.get("assumptions", {}),
            choices=context.get("choices", []),
            sources=context.get("sources", []),
            deferred=context.get("deferred", []),
            hazards=context.get("hazards", []),
            code_version=context.get("code_version", ""),
            downloads=sorted(name for name in tables if name.startswith("out_")),
            methods=[(m, words.METHODS[m], shape) for m, shape in zip(charts.METHODS, charts.SHAPES, strict=True)],
            specs=[chart for chart in (*(s.chart.spec for s in series), powers.chart) if chart],
            css=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
            scripts=[Markup(script) for script in scripts],
            script_hashes=[_csp_hash(script) for script in scripts],
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": words.percent,
        "ten": words.ten,
        "raised": words.raised,
        "count": words.count,
        "arxiv_link": charts.arxiv_link,
    }
    environment.globals |= {
        "estimator_name": words.estimator,
        "statuses": evaluation.STATUSES,
        "outcomes": evaluation.OUTCOMES,
        "method_names": words.METHODS,
    }
    return environment


@cache
def _vega_bundle() -> str:
    """Vega, Vega-Lite and vegaEmbed as one script, from the installed vl-convert."""
    bundle: str = vl_convert.javascript_bundle(vl_version=VEGA_LITE)  # type: ignore[call-arg]  # the stub errs
    assert "</script" not in bundle
    return bundle


def _csp_hash(script: str) -> str:
    """The script's hash for the page's Content-Security-Policy: no other script runs, whatever a quote holds."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _level(fits: pd.DataFrame) -> float:
    return float(fits["confidence_level"].iloc[0]) if len(fits) else 0.9
