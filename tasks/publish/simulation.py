"""The article's thought experiment as two tables and a drawing."""

from typing import Any

import altair as alt
import pandas as pd
import vl_convert
from rich.table import Table

from tasks.evaluate.theory import simulation
from tasks.evaluate.theory.simulation import Design

LEVELS = (0.9, 1.5, 2.0)
"""Performances for which the table says what they need."""

COLOURS = {"oracle": "#4d4d4d", "expert": "#e69f00", "flexible": "#0072b2", "lasso": "#009e73"}
"""Four of the palette of Okabe and Ito (2008), which colour-blind readers tell apart."""

WIDTH, HEIGHT = 380, 300


def performances(means: pd.DataFrame, runs: int) -> Table:
    """Average performance by data points (rows) and learner (columns)."""
    table = Table(title=f"Performance, mean of {runs} runs")
    for head in ("data points", *simulation.LEARNERS):
        table.add_column(head, justify="right")
    for n, rows in means.groupby("n"):
        by_learner = rows.set_index("learner")["performance"]
        table.add_row(f"{n:,}", *(f"{by_learner[name]:.2f}" for name in simulation.LEARNERS))
    return table


def needs(means: pd.DataFrame) -> Table:
    """Data points and operations that each learner needs for some performances."""
    table = Table(title="What a performance needs: data points, operations")
    for head in ("performance", *simulation.LEARNERS):
        table.add_column(head, justify="right")
    for level in LEVELS:
        found = simulation.needed(means, level)
        table.add_row(f"{level:g}", *(f"{n[0]:,.0f}, {n[1]:.0e}" if n else "not reached" for n in found.values()))
    return table


def drawing(means: pd.DataFrame, design: Design) -> str:
    """The two panels as SVG: performance against data points, and against operations."""
    rows: list[Any] = means.assign(title=means["learner"].map(simulation.TITLES)).to_dict("records")
    colour = alt.Color(
        "title:N",
        title=None,
        scale=alt.Scale(
            domain=[simulation.TITLES[name] for name in simulation.LEARNERS],
            range=[COLOURS[name] for name in simulation.LEARNERS],
        ),
        legend=alt.Legend(orient="bottom", columns=2, labelLimit=400),
    )
    # Where data and variables are equally many, least squares fails out of all proportion: the axis lets it leave.
    performance = alt.Y(
        "performance:Q",
        title="Performance: -log10 of the normalised squared error",
        scale=alt.Scale(domain=[-0.5, float(means["performance"].max()) + 0.2], clamp=False),
    )
    lines = alt.Chart(alt.InlineData(values=rows)).mark_line(point=True, clip=True).encode(y=performance, color=colour)
    panels = [
        lines.encode(
            x=alt.X(f"{field}:Q", title=title, scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", grid=False))
        ).properties(width=WIDTH, height=HEIGHT, title=panel)
        for field, title, panel in (
            ("n", "Data points", "More data"),
            ("operations", "Floating-point operations", "More computation"),
        )
    ]
    title = alt.TitleParams(
        f"{design.variables:,} candidate variables, {design.relevant} of which matter",
        subtitle=f"Mean of {means['runs'].max()} runs. Least squares leaves the picture at as many data as variables",
    )
    svg: str = vl_convert.vegalite_to_svg(alt.hconcat(*panels, title=title).to_dict())
    return svg
