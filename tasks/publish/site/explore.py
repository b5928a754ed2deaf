"""Explore: the reader's own question, answered by the published curves, and all observations with filters.

The answer is computed in the page (`assets/explore.js`) as `tasks.estimate` and `tasks.costs.targets` compute it, from
the curves in `data/curves-<slug>.js` and the assumptions of the run.
"""

from collections.abc import Iterator

from schemas.rows import Record
from schemas.rows.fits import FitSummary
from tasks.publish.published import Point, Published, grouped
from tasks.publish.site.benchmark_pages import error_phrase
from tasks.publish.site.frame import Frame, script
from tasks.publish.site.queries import query_sql
from tasks.reference.benchmarks import headline_benchmark

_INPUTS = {
    "utilisation": "Share of the chip’s peak rate in use",
    "chip_peak_flop_per_s": "Peak rate of a chip (FLOP/s)",
    "usd_per_chip_hour": "Rent of a chip (dollars an hour)",
    "chip_power_w": "Power of a chip (W)",
    "pue": "Energy of the data centre over its computers’",
    "grid_co2e_kg_per_kwh": "Carbon of electricity (kg CO₂e per kWh)",
}
"""Assumptions that a reader can change, and what the page calls them."""

_SCRIPTS = (
    "assets/tools.js",
    "data/facts.js",
    "assets/evidence.js",
    "data/filters.js",
    "data/explore.js",
)


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The page and its data."""
    points = grouped(published.rows("out_observations", Point), lambda p: p.series)
    fitted = {f.series for f in published.rows("out_fits", FitSummary)}
    listed = [_benchmark(slug, published, rows) for slug, rows in sorted(points.items())]
    listed.sort(key=lambda b: (b["slug"] != headline_benchmark(), b["title"]))
    return {
        "explore.html": frame.page(
            "explore.html",
            "explore.html.j2",
            title="Explore",
            description="A target and assumptions in, computing, dollars and carbon out; all observations.",
            scripts=(*_SCRIPTS, *(f"data/points-{slug}.js" for slug in sorted(points)), "assets/explore.js"),
        ),
        "data/explore.js": script(
            "explore",
            {
                "benchmarks": [b for b in listed if b["slug"] in fitted and b["best"]],
                "others": [b for b in listed if b["slug"] not in fitted or not b["best"]],
                "assumptions": dict(_assumptions(published)),
                "inputs": [{"name": name, "label": label} for name, label in _INPUTS.items()],
                "sql": query_sql("points"),
            },
        ),
    }


def _benchmark(slug: str, published: Published, points: list[Point]) -> Record:
    """A benchmark in the form: its name, the least error in its fits, and half of it as the first target."""
    row = next((b for b in published.benchmarks if (b.series, b.metric) == (slug, points[0].metric)), None)
    best = min((p.error for p in points if p.in_fit), default=None)
    return {
        "slug": slug,
        "title": row.title if row else slug,
        "error_name": error_phrase(row.error_name) if row else "error",
        "best": best,
        "target": best and float(f"{50 * best:.3g}"),
    }


def _assumptions(published: Published) -> Iterator[tuple[str, Record]]:
    for name, a in sorted(published.assumptions.items()):
        yield name, {"value": a.value, "lower": a.lower, "upper": a.upper}
