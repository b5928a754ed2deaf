"""The power law with a random effect for the paper, on many resamples at once.

log10(1/error) = a + b x + u_paper + e. The two variances come from moments by the fitting of constants: Fuller and
Battese 1973, J. Am. Stat. Assoc. 68:626-632, section 2 (the same as Henderson's method 3; Searle, Casella and McCulloch
1992, Variance Components, section 5.4), unbalanced and without iteration; a and b then by generalised least squares. A
paper with thirty rows so counts for between one and thirty, as its rows agree less or more among themselves. The curve
is that of the median paper.

Noise in compute flattens it more than least squares, since it leans on differences within papers, where compute differs
less: half a decade of noise leaves 86 % of a slope where least squares leave 94 % (tests/unit/test_structure.py).
Families are left to `tasks.evaluate.sensitivity.mixed_line`, whose crossed effects have no such closed form.
"""

from typing import NamedTuple

import numpy as np

from tasks.fit.estimator import Batch, Estimator
from tasks.fit.model import Floats
from tasks.fit.numerics.rows import once
from tasks.fit.numerics.straight import POWER_LAW, error_at, log10_flop_at

_LEAST_SHARE = 1e-9
"""Variance within papers, as a share of all, below which it is held there: at none, the paper's weight is undefined."""

_LEAST_SPREAD = 1e-9
"""Squared decades of compute (sum about the mean) below which there is no slope to be had."""


class _Sums(NamedTuple):
    """Weighted sums over all rows (R,) about the mean of x, and over the rows of one copy of each paper (R, P)."""

    n: Floats
    xx: Floats
    y: Floats
    xy: Floats
    yy: Floats
    copies: Floats
    paper_n: Floats
    paper_x: Floats
    paper_y: Floats


def fit(batch: Batch) -> Floats:
    """Parameters (R, 4): intercept, slope, standard deviation between papers, and within.

    A row's weight is a multiplicity: where all rows of a paper have weight 2, as in a bootstrap of papers, it stands
    there twice as two papers. Where weights differ within a paper it stands there as often as its largest weight says,
    its rows in proportion. Without papers of several rows all is least squares.
    """
    centre, sums = _sums(batch)
    with np.errstate(divide="ignore", invalid="ignore"):
        within, between = _variances(sums)
        shrink = between / (within + sums.paper_n * between)  # (R, P): V^-1 = (I - shrink 11') / within
        shrink = np.where(within + sums.paper_n * between > 0, shrink, 0.0)
        a, b = _solve(sums, shrink)
    carried = (sums.xx > _LEAST_SPREAD) & ((sums.copies > 0).sum(axis=1) >= 3)
    parameters = np.column_stack([a - b * centre, b, np.sqrt(between[:, 0]), np.sqrt(within[:, 0])])
    return np.where(carried[:, None] & np.isfinite(parameters).all(axis=1, keepdims=True), parameters, np.nan)


def _sums(batch: Batch) -> tuple[Floats, _Sums]:
    """Mean of x (R,), and the sums."""
    papers, paper = np.unique(batch.paper, return_inverse=True)
    order = np.argsort(paper, kind="stable")
    starts = np.searchsorted(paper[order], np.arange(len(papers)))

    def of_papers(summand: Floats) -> Floats:
        return np.add.reduceat(summand[:, order], starts, axis=1)

    weight = batch.weight
    copies = np.maximum.reduceat(weight[:, order], starts, axis=1)
    row = np.divide(weight, copies[:, paper], out=np.zeros_like(weight), where=weight > 0)
    n = weight.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (weight * batch.x).sum(axis=1) / n
    x = batch.x - centre[:, None]
    y = once(POWER_LAW.performance, batch.error)
    sums = _Sums(
        n=n,
        xx=(weight * x * x).sum(axis=1),
        y=(weight * y).sum(axis=1),
        xy=(weight * x * y).sum(axis=1),
        yy=(weight * y * y).sum(axis=1),
        copies=copies,
        paper_n=of_papers(row),
        paper_x=of_papers(row * x),
        paper_y=of_papers(row * y),
    )
    return centre, sums


def _variances(s: _Sums) -> tuple[Floats, Floats]:
    """Variances within and between papers, each of shape (R, 1)."""
    total = s.yy - s.y**2 / s.n
    left_over = total - s.xy**2 / s.xx  # of the line by least squares
    per_row = np.where(s.paper_n > 0, s.copies / s.paper_n, 0.0)
    xx, xy, yy = (
        whole - (per_row * a * b).sum(axis=1)
        for whole, a, b in (
            (s.xx, s.paper_x, s.paper_x),
            (s.xy, s.paper_x, s.paper_y),
            (s.yy, s.paper_y, s.paper_y),
        )
    )
    has_slope = xx > _LEAST_SPREAD
    freedom = s.n - s.copies.sum(axis=1) - has_slope
    within = (yy - np.where(has_slope, xy**2 / xx, 0.0)) / freedom
    # Expected sum of squares about the line: (n - 2) within + (n - trace) between.
    trace = (s.copies * s.paper_n**2).sum(axis=1) / s.n + (s.copies * s.paper_x**2).sum(axis=1) / s.xx
    between = (left_over - (s.n - 2) * within) / (s.n - trace)
    grouped = (freedom > 0.5) & (s.n - trace > _LEAST_SHARE * s.n)
    within = np.where(grouped, np.maximum(within, _LEAST_SHARE * total / s.n), np.maximum(left_over, 0) / (s.n - 2))
    between = np.where(grouped, np.maximum(between, 0.0), 0.0)
    return within[:, None], between[:, None]


def _solve(s: _Sums, shrink: Floats) -> tuple[Floats, Floats]:
    """Intercept at the mean of x, and slope, by generalised least squares (the common factor 1/within left out)."""

    def less(whole: Floats, a: Floats, b: Floats) -> Floats:
        return whole - (s.copies * shrink * a * b).sum(axis=1)

    one_one = less(s.n, s.paper_n, s.paper_n)
    one_x = less(np.zeros_like(s.n), s.paper_n, s.paper_x)
    x_x = less(s.xx, s.paper_x, s.paper_x)
    one_y = less(s.y, s.paper_n, s.paper_y)
    x_y = less(s.xy, s.paper_x, s.paper_y)
    determinant = one_one * x_x - one_x**2
    return (x_x * one_y - one_x * x_y) / determinant, (one_one * x_y - one_x * one_y) / determinant


RANDOM_EFFECTS = Estimator(
    name="random_effects",
    title="power law with a random effect for each paper",
    kind="structure",
    parameters=("intercept", "slope", "paper_sd", "residual_sd"),
    units=(
        "log10(1/error) at 1 FLOP",
        "log10(1/error) per decade of compute",
        "standard deviation of log10(1/error) between papers",
        "standard deviation of log10(1/error) within papers",
    ),
    fit=fit,
    error_at=error_at(POWER_LAW),
    log10_flop_at=log10_flop_at(POWER_LAW),
)

ESTIMATORS: tuple[Estimator, ...] = (RANDOM_EFFECTS,)
