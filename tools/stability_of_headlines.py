"""How far headlines move when papers are drawn anew: `python -m tools.stability_of_headlines RELEASE [--draws 40]`.

Each draw takes as many papers as there are, with replacement, each with all its observations; back-tests, the choice of
the headline's estimator and the fits are then made anew. A headline is stable where its centre stays within its
published interval. Two copies of a paper count as two papers, so that both of them are drawn and tested.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from schemas.rows.evaluation import HeadlineEstimate
from tasks.costs.assumptions import load_assumptions
from tasks.estimate.extrapolate import HALF_OF_BEST, estimate
from tasks.evaluate import evaluate
from tasks.evaluate.calibration import widening
from tasks.evaluate.headline import headline_estimates
from tasks.fit.estimator import Estimator
from tasks.fit.registry import RECIPES, estimators_for, fit_all
from tasks.reference.benchmarks import error_floors, guess_errors
from tasks.reference.headline_choices import headline_choices
from tasks.refresh.joined import observations_in_fits
from warehouse.connection import connect
from warehouse.rows import rows_of

DRAWS = 40

BACKTEST_REPLICATES, FIT_REPLICATES = 50, 20
"""Resamples of each fit: which curve is chosen and where its centre lies hangs little on how sharp its interval is."""


class Moved(NamedTuple):
    """The published headline of a series, and the centres and estimators of the draws that have one."""

    published: HeadlineEstimate
    centres: list[float]
    estimators: Counter[str]

    @property
    def within(self) -> int:
        """Draws whose centre lies in the published interval; an open end holds everything."""
        return sum(map(self.published.log10_training_flop.holds, self.centres))


def drawn(observations: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Papers drawn with replacement from those of the fits; further copies of one are papers by themselves."""
    used = observations[observations["in_fit"].astype(bool)]
    of_paper = dict(iter(used.groupby("paper_id")))
    copies: Counter[str] = Counter()
    parts = []
    for paper in map(str, rng.choice(np.array(sorted(map(str, of_paper))), len(of_paper))):
        mark = f" {copies[paper]}" if copies[paper] else ""
        copies[paper] += 1
        rows = of_paper[paper]
        parts.append(rows.assign(paper_id=rows["paper_id"] + mark, observation_id=rows["observation_id"] + mark))
    return pd.concat(parts, ignore_index=True)


def headlines(observations: pd.DataFrame, targets: pd.DataFrame) -> list[HeadlineEstimate]:
    """The headline of every target, from the back-tests to the fits by these observations alone."""

    def estimators_of(series: str, metric: str) -> tuple[Estimator, ...]:
        return estimators_for(error_floors().get((series, metric)), guess_errors().get((series, metric), 1.0))

    found = evaluate(observations, estimators_of, RECIPES, BACKTEST_REPLICATES)
    of_targets = observations[observations["series"].isin(targets["series"])]
    fitted = fit_all(of_targets, replicates=FIT_REPLICATES, error_floors=error_floors(), guess_errors=guess_errors())
    estimates = estimate(fitted, of_targets, targets, error_floors(), load_assumptions(), widening(found.calibrations))
    return headline_estimates(estimates, found.scores, headline_choices())


def stability(release: Path, draws: int, seed: int = 0) -> Iterator[Moved]:
    """Every published headline for half of the best error, and where it lay in the draws."""
    with connect(release / "warehouse.duckdb", read_only=True) as connection:
        observations = observations_in_fits(connection)
        published = {
            h.series: h
            for h in rows_of(connection, HeadlineEstimate, "out_headlines")
            if h.target == HALF_OF_BEST and h.log10_training_flop.value is not None
        }
    # The published errors, under a name that no draw's own best has.
    aims = pd.DataFrame(
        [(h.series, h.metric, "published", h.target_error) for h in published.values()],
        columns=["series", "metric", "target", "target_error"],
    )
    centres: dict[str, list[float]] = {series: [] for series in published}
    estimators: dict[str, Counter[str]] = {series: Counter() for series in published}
    for rng in np.random.default_rng(seed).spawn(draws):
        for row in headlines(drawn(observations, rng), aims):
            if row.target == "published" and row.log10_training_flop.value is not None:
                centres[row.series].append(row.log10_training_flop.value)
                estimators[row.series][row.estimator] += 1
    for series, headline in published.items():
        yield Moved(headline, centres[series], estimators[series])


def report(found: list[Moved], draws: int) -> str:
    """The table in Markdown."""
    lines = [
        f"Centres are log10 FLOP for half of the best error; {draws} draws of papers. A draw without a figure has too"
        " few papers, or a curve that may not rise.",
        "",
        "| series | published | draws with a figure | within the published interval | 5 % to 95 % of the centres |"
        " estimators chosen |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        limits = one.published.log10_training_flop
        ends = " to ".join("open" if end is None else f"{end:.1f}" for end in (limits.lower, limits.upper))
        spread = "{:.1f} to {:.1f}".format(*np.quantile(one.centres, [0.05, 0.95])) if one.centres else "–"
        chosen = ", ".join(f"`{name}` {n}" for name, n in one.estimators.most_common())
        lines.append(
            f"| {one.published.series} | {limits.value:.1f} ({ends}) | {len(one.centres)} | {one.within} | {spread} |"
            f" {chosen} |"
        )
    total, within = sum(len(one.centres) for one in found), sum(one.within for one in found)
    lines += ["", f"Together {within} of {total} ({within / max(total, 1):.0%})."]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path, help="folder of a release")
    parser.add_argument("--draws", type=int, default=DRAWS)
    asked = parser.parse_args()
    print(report(list(stability(asked.release, asked.draws)), asked.draws))


if __name__ == "__main__":
    main()
