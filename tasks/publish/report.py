"""The report page: one self-contained HTML file made from the published tables. No network, no clock, no randomness.

`render_report` is the one face. Numbers are put into words in `words`, charts are made in `charts`, the rest stands in
the templates; everything that comes from a paper passes through Jinja's autoescape or through JSON.
"""

import base64
import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tasks.extrapolate import BEST_IN_DATA, HALF_OF_BEST
from tasks.fit.estimators import study_power_law
from tasks.publish import charts, words
from tasks.publish.charts import Row

TEMPLATES = Path(__file__).parent / "templates"

HEADLINE_SERIES = "imagenet-1k"
"""The series that the headline speaks of, where it carries a fit; else the one with the most observations."""

STUDY_COVERAGE = 99 / 516
"""Share of the papers in the study's published data that came out with a compute figure (DESIGN.md)."""

VEGA_LITE = "6.4"

MOST_CHANGES = 40
"""Changes printed one by one; the rest is counted and stands in out_changes."""

_COSTS = ("chip_hours", "cost_usd", "energy_kwh", "co2e_kg")
_COMPUTED_TARGETS = {BEST_IN_DATA: "best in the data", HALF_OF_BEST: "half of the best"}


def render_report(tables: Mapping[str, pd.DataFrame], release_date: str, context: Mapping[str, Any]) -> str:
    """Render the report. Same inputs, same bytes.

    Args:
        tables: by name out_observations, out_fits, out_curves, out_estimates, out_papers and out_changes with their
            columns.
        release_date: date of the release, as printed.
        context: all keys may be missing. `benchmarks`: DataFrame with series, metric, title, error_floor and
            error_floor_source; `assumptions`: what `load_assumptions` gives; `choices`: a list of those that
            are words; `sources`: list of dicts with title and
            licence; `deferred` and `hazards`: lists of sentences; `code_version`: text.
    """
    series = _all_series(tables, context)
    assumptions = list(context.get("assumptions", {}).values())
    specs = [s["chart"] for s in series if s["chart"]]
    scripts = [_vega_bundle(), (TEMPLATES / "report.js").read_text(encoding="utf-8")]
    return str(
        _environment()
        .get_template("report.html.j2")
        .render(
            date=release_date,
            series=series,
            headline=next((s for s in series if s["power_law"]), None),
            level=_level(tables["out_fits"]),
            coverage=_coverage(tables["out_papers"]),
            changes=_changes(tables["out_changes"]),
            assumptions=assumptions,
            choices=context.get("choices", []),
            sources=context.get("sources", []),
            deferred=context.get("deferred", []),
            hazards=context.get("hazards", []),
            code_version=context.get("code_version", ""),
            downloads=sorted(name for name in tables if name.startswith("out_")),
            methods=[(m, words.METHODS[m], shape) for m, shape in zip(charts.METHODS, charts.SHAPES, strict=True)],
            specs=specs,
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
    environment.globals["recipes"] = words.RECIPES
    environment.globals["statuses"] = words.STATUSES
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


def _records(frame: pd.DataFrame) -> list[Row]:
    """Rows as dicts with None for empty cells, in an order that does not depend on the frame's."""
    columns = list(frame.columns)
    rows = [
        {c: None if pd.isna(v) else v for c, v in zip(columns, values, strict=True)}
        for values in frame.itertuples(index=False, name=None)
    ]
    return sorted(rows, key=lambda r: json.dumps(list(r.values()), default=str))


def _level(fits: pd.DataFrame) -> float:
    return float(fits["confidence_level"].iloc[0]) if len(fits) else 0.9


# --- one view for each series


def _all_series(tables: Mapping[str, pd.DataFrame], context: Mapping[str, Any]) -> list[Row]:
    observations = tables["out_observations"]
    fits, estimates = (_of_the_recipes(tables[name]) for name in ("out_fits", "out_estimates"))
    names = sorted({*observations["series"], *fits["benchmark"], *estimates["benchmark"]})
    curves = _curves(fits, tables["out_curves"])
    views = [
        _series(
            name,
            _records(observations[observations["series"] == name]),
            [c for c in curves if c["benchmark"] == name],
            _records(estimates[estimates["benchmark"] == name]),
            context,
        )
        for name in names
    ]
    return sorted(views, key=lambda v: (v["slug"] != HEADLINE_SERIES, -v["n"], v["slug"]))


def _of_the_recipes(rows: pd.DataFrame) -> pd.DataFrame:
    """What the page speaks of: the study's recipes. All other estimators stand in the tables."""
    return rows[rows["estimator"].isin(list(words.RECIPES))]


def _curves(fits: pd.DataFrame, curves: pd.DataFrame) -> list[Row]:
    """The fits in the order of the recipes, each with the points of its curve."""
    points: dict[str, list[Row]] = {}
    for p in _records(curves[curves["fit_id"].isin(fits["fit_id"])]):
        point = {"x": p["log10_flop"], "error": p["curve_error"]}
        point |= {end: p[f"curve_error_{end}"] for end in ("lower", "upper")}
        points.setdefault(p["fit_id"], []).append(point)
    order = list(words.RECIPES)
    return [
        {**fit, "curve": sorted(points.get(fit["fit_id"], []), key=lambda p: p["x"])}
        for fit in sorted(_records(fits), key=lambda f: order.index(f["estimator"]))
    ]


def _series(
    slug: str, observations: list[Row], fits: list[Row], estimates: list[Row], context: Mapping[str, Any]
) -> Row:
    points = [p for p in observations if p["training_flop"] > 0 and 0 < p["error"] <= 1]
    used = [p for p in points if p["in_fit"]]
    metric = next((r["metric"] for r in [*used, *estimates, *points]), "")
    facts = _benchmark_facts(slug, metric, context)
    error_name = words.ERROR_NAMES.get(metric, f"1 − {metric}")
    title = facts.get("title") or slug
    estimates = sorted(
        estimates, key=lambda e: (-e["target_error"], e["target"], e["estimator"] != study_power_law.NAME)
    )
    power_law = next((f for f in fits if f["estimator"] == study_power_law.NAME and f["rises"]), None)
    half = [e for e in estimates if (e["target"], e["estimator"]) == (HALF_OF_BEST, study_power_law.NAME)]
    return {
        "slug": slug,
        "title": title,
        "error_name": error_name,
        "note": words.METRIC_NOTES.get(metric, ""),
        "n": len(used),
        "n_papers": len({p["paper_id"] for p in used}),
        "years": _years(used),
        "best": min(used, key=lambda p: p["error"], default=None),
        "floor": facts.get("error_floor"),
        "floor_source": facts.get("error_floor_source"),
        "fits": [_fit(f) for f in fits],
        "power_law": _fit(power_law) if power_law else None,
        "half": [_estimate(e, context) for e in half],
        "estimates": [_estimate(e, context) for e in estimates],
        "points": sorted(points, key=lambda p: (not p["in_fit"], p["error"], p["model"])),
        "chart": charts.chart(title, error_name, points, fits, estimates, facts.get("error_floor")) if points else None,
        "off_chart": _off_chart(points, estimates, facts.get("error_floor")),
        "method_names": words.METHODS,
    }


def _benchmark_facts(slug: str, metric: str, context: Mapping[str, Any]) -> Row:
    benchmarks = context.get("benchmarks")
    if benchmarks is None:
        return {}
    rows = _records(benchmarks[(benchmarks["series"] == slug) & (benchmarks["metric"] == metric)])
    with_floor = [r for r in rows if r.get("error_floor") is not None]
    return next(iter(with_floor or rows), {})


def _years(points: list[Row]) -> str:
    years = [int(p["year"]) for p in points if p["year"] is not None]
    if not years:
        return ""
    return f"{min(years)}–{max(years)}" if min(years) < max(years) else str(min(years))


def _off_chart(points: list[Row], estimates: list[Row], floor: float | None) -> list[str]:
    if not points:
        return []
    missing = charts.off_the_chart(estimates, charts.window_of(points, estimates, floor))
    return [
        f"{words.percent(e['target_error'])} by the {words.RECIPES.get(e['estimator'], e['estimator'])} at "
        f"10^{e['log10_training_flop']:.1f} FLOP"
        for e in missing
    ]


def _fit(fit: Row) -> Row:
    power, lower, upper = (fit[f"implied_power{end}"] for end in ("", "_lower", "_upper"))
    is_power_law = fit["estimator"] == study_power_law.NAME and power is not None
    return {
        "name": words.RECIPES[fit["estimator"]],
        "n": fit["n"],
        "n_papers": fit["n_papers"],
        "slope": f"{fit['slope']:.3g}",
        "slope_range": f"{fit['slope_lower']:.3g} to {fit['slope_upper']:.3g}",
        "r_squared": f"{fit['r_squared']:.2f}",
        "power": f"{power:.1f}" if is_power_law else "",
        "power_range": _between(lower, upper, lambda v: f"{v:.1f}") if is_power_law else "",
        "halving": words.figure(power * math.log10(2)) if is_power_law else "",
        "halving_range": _between(lower, upper, lambda v: words.figure(v * math.log10(2))) if is_power_law else "",
        "window": (fit["log10_flop_min"], fit["log10_flop_max"]),
        "input_hash": fit["input_hash"],
    }


def _estimate(e: Row, context: Mapping[str, Any]) -> Row:
    log10 = {name: _log10(e[name]) for c in _COSTS for name in (c, f"{c}_lower", f"{c}_upper")}
    flop = e["log10_training_flop"]
    return {
        **{k: e[k] for k in ("target", "target_error", "estimator", "status", "reason", "n")},
        "label": _COMPUTED_TARGETS.get(e["target"], "target"),
        "recipe": words.RECIPES.get(e["estimator"], e["estimator"]),
        "flop": flop,
        "flop_range": _between(e["log10_training_flop_lower"], e["log10_training_flop_upper"], lambda v: f"10^{v:.1f}"),
        "beyond": e["decades_beyond_data"],
        "cost": None if log10["cost_usd"] is None else words.money(log10["cost_usd"]),
        "cost_range": _between(log10["cost_usd_lower"], log10["cost_usd_upper"], words.money),
        "energy": None if log10["energy_kwh"] is None else words.energy(log10["energy_kwh"]),
        "carbon": None if log10["co2e_kg"] is None else words.mass(log10["co2e_kg"]),
        "carbon_range": _between(log10["co2e_kg_lower"], log10["co2e_kg_upper"], words.mass),
        "new_york": _new_york(log10["co2e_kg"], context),
    }


def _log10(value: float | None) -> float | None:
    return math.log10(value) if value else None


def _new_york(log10_kg: float | None, context: Mapping[str, Any]) -> str | None:
    month = context.get("assumptions", {}).get("nyc_month_co2e_kg")
    if log10_kg is None or month is None:
        return None
    return words.new_york(log10_kg - math.log10(month.value))


def _between(lower: float | None, upper: float | None, form: Any) -> str:
    """An interval in words; a missing end is open (unbounded, or beyond what a number can hold)."""
    if lower is None and upper is None:
        return "no limits"
    if upper is None:
        return f"{form(lower)} and up"
    return f"up to {form(upper)}" if lower is None else f"{form(lower)} to {form(upper)}"


# --- what stands below the series


def _coverage(papers: pd.DataFrame) -> Row:
    rows = _records(papers)
    read = [p for p in rows if p["document_status"] == "read"]
    failed = [p for p in rows if p["document_status"] == "failed"]
    reasons = Counter(p["reason"] or "no reason given" for p in failed)
    with_compute = sum(bool(p["has_compute"]) for p in read)
    return {
        "papers": len(rows),
        "read": len(read),
        "with_results": sum(p["results"] > 0 for p in read),
        "with_compute": with_compute,
        "share": with_compute / len(read) if read else None,
        "study_share": STUDY_COVERAGE,
        "structured": len(rows) - len(read) - len(failed),
        "failed": len(failed),
        "reasons": sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
    }


def _changes(changes: pd.DataFrame) -> Row:
    rows = _records(changes)
    counts = Counter((r["table_name"], r["change"]) for r in rows)
    singly = sorted(rows, key=lambda r: (r["table_name"] != "out_estimates", r["table_name"], r["row_id"]))
    return {
        "since": rows[0]["release_before"] if rows else None,
        "counts": [(table, change, n) for (table, change), n in sorted(counts.items())],
        "rows": singly[:MOST_CHANGES],
        "more": max(0, len(rows) - MOST_CHANGES),
    }
