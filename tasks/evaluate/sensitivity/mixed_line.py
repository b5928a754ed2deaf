"""The mixed model of one series: log10(1/error) = a + b x + u_paper + v_family + e, by restricted maximum likelihood.

Papers and families cross (a family has many papers, a paper may have several families), which statsmodels' MixedLM
takes only as one group with dense components; with n of a few hundred the likelihood itself is short and fast.

Likelihood and its derivatives: Searle, Casella and McCulloch 1992, Variance Components, section 6.6. The standard error
and degrees of freedom of the slope: Kenward and Roger 1997, Biometrics 53:983-997, sections 2 and 3, whose degrees for
one coefficient are Satterthwaite's; with the expected information, over the components that are not zero.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, optimize, stats

from schemas.codes.evaluation import FitReason
from tasks.fit.model import FitRefused, Floats, Interval

MIN_PAPERS = 5
"""Fewer papers tell too little of how papers differ: of 1,500 simulated data sets each the 90 % interval of the slope
held the truth in 82 % with three papers, 86 % with four, 88 % with five, 89 % with 25 (tests/unit/test_structure.py
prints it for the last two)."""

MAX_OBSERVATIONS = 2000
"""Matrices of n x n take 2.7 s for 1,200 observations, and grow with their cube; the largest series has 129 today."""

_SMALLEST_RESIDUAL = 1e-4
"""Least residual variance, as a share of the variance about the least-squares line."""

_ZERO = 1e-6
"""Share of that variance below which a component counts as none."""


@dataclass(frozen=True)
class MixedLine:
    """The fitted model. Standard deviations are in log10(1/error); None where the data have no such groups.

    `standard_error` is the slope's, `degrees_of_freedom` Satterthwaite's. `effective_n` is the number of independent
    observations that would tell the mean as well: 1'R^-1 1 with the fitted correlations R (Vallejos and Osorio 2014,
    Spatial Statistics 9:66-79).
    """

    slope: Interval
    intercept: float
    standard_error: float
    degrees_of_freedom: float
    residual_sd: float
    paper_sd: float | None
    family_sd: float | None
    n: int
    n_papers: int
    n_families: int
    effective_n: float


class _State(NamedTuple):
    """What one evaluation of the likelihood leaves: V^-1, P, (X'V^-1 X)^-1 and the sum of log determinants."""

    inverse: Floats
    projection: Floats
    covariance: Floats
    log_determinants: float


def fit_mixed_line(
    x: ArrayLike, y: ArrayLike, paper: ArrayLike, family: ArrayLike, confidence_level: float
) -> MixedLine:
    """Fit the model to n observations.

    Args:
        x: log10 FLOP (n,).
        y: log10(1/error) (n,).
        paper: number or name of each observation's paper (n,).
        family: number or name of its family (n,). Where families are the papers over again, or every family has one
            observation, the component is left out, since nothing could tell it from the other.
        confidence_level: of the slope's interval.

    Raises:
        FitRefused: too few papers, too many observations, no spread of compute, or points that leave no scatter.
    """
    x, y, paper, family = np.asarray(x, float), np.asarray(y, float), np.asarray(paper), np.asarray(family)
    n_papers = len(np.unique(paper))
    if n_papers < MIN_PAPERS:
        raise FitRefused(FitReason.FEW_PAPERS_TO_COMPARE, n=n_papers, least=MIN_PAPERS)
    if len(x) > MAX_OBSERVATIONS:
        raise FitRefused(FitReason.MANY_OBSERVATIONS, n=len(x), most=MAX_OBSERVATIONS)
    if np.ptp(x) < _ZERO:
        raise FitRefused(FitReason.SAME_COMPUTE)
    centre = x.mean()
    design = np.column_stack([np.ones_like(x), x - centre])
    left_over = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    scale = float(np.sqrt(left_over @ left_over / (len(x) - 2)))
    if scale < _ZERO:
        raise FitRefused(FitReason.NO_SCATTER)
    kinds = {"residual": np.eye(len(x)), **_groupings(paper=paper, family=family)}
    components = np.array(list(kinds.values()))
    variances = _most_likely(y / scale, design, components)
    state = _state(design, components, variances)
    a, b = scale * (state.covariance @ design.T @ state.inverse @ (y / scale))
    standard_error, freedom = _doubt_of_slope(design, components, variances, state)
    standard_error *= scale
    half = float(stats.t.ppf(0.5 + confidence_level / 2, freedom)) * standard_error
    sds = dict(zip(kinds, scale * np.sqrt(variances), strict=True))
    return MixedLine(
        slope=Interval(float(b), float(b) - half, float(b) + half),
        intercept=float(a - b * centre),
        standard_error=standard_error,
        degrees_of_freedom=freedom,
        residual_sd=float(sds["residual"]),
        paper_sd=float(sds["paper"]) if "paper" in sds else None,
        family_sd=float(sds["family"]) if "family" in sds else None,
        n=len(x),
        n_papers=n_papers,
        n_families=len(np.unique(family)),
        effective_n=float(variances.sum() * state.inverse.sum()),
    )


def _groupings(**labels: np.ndarray) -> dict[str, Floats]:
    """For each kind of group the matrix (n, n) that is one where two rows share it; without those that tell nothing."""
    found: dict[str, Floats] = {}
    for kind, label in labels.items():
        same = (label[:, None] == label[None, :]).astype(float)
        is_single = same.sum() == len(label)
        if not is_single and not any(np.array_equal(same, other) for other in found.values()):
            found[kind] = same
    return found


def _state(design: Floats, components: Floats, variances: Floats) -> _State:
    factor = linalg.cho_factor(np.tensordot(variances, components, 1), lower=True)
    inverse = linalg.cho_solve(factor, np.eye(len(design)))
    information = design.T @ inverse @ design
    covariance = np.linalg.inv(information)
    half = inverse @ design
    log_determinants = 2 * np.log(np.diag(factor[0])).sum() + np.linalg.slogdet(information)[1]
    return _State(inverse, inverse - half @ covariance @ half.T, covariance, float(log_determinants))


def _most_likely(y: Floats, design: Floats, components: Floats) -> Floats:
    """The variances (of the components, in their order) that maximise the restricted likelihood."""

    def minus_twice_log(variances: Floats) -> tuple[float, Floats]:
        state = _state(design, components, variances)
        projected = state.projection @ y
        gradient = np.einsum("ij,kji->k", state.projection, components) - np.einsum(
            "i,kij,j->k", projected, components, projected
        )
        return state.log_determinants + float(y @ projected), gradient

    start = np.full(len(components), 1 / len(components))
    bounds = [(_SMALLEST_RESIDUAL, None)] + [(0.0, None)] * (len(components) - 1)
    return optimize.minimize(minus_twice_log, start, jac=True, method="L-BFGS-B", bounds=bounds).x


def _doubt_of_slope(design: Floats, components: Floats, variances: Floats, state: _State) -> tuple[float, float]:
    """Standard error of the slope, and its degrees of freedom 2 var(b)^2 / var(var(b)), between 1 and n - 2.

    The variance is widened for the variances' being estimates, by twice the sum over components k and l of
    W_kl u_k'P u_l, where W is the inverse information and u_k = V_k V^-1 X (X'V^-1 X)^-1 e_b.
    """
    present = components[variances > _ZERO]
    spread = state.projection @ present  # (k, n, n)
    doubt = np.linalg.pinv(0.5 * np.einsum("kij,lji->kl", spread, spread))
    weights = state.inverse @ design @ state.covariance[:, 1]  # of the observations in the slope
    moved = present @ weights
    gradient = moved @ weights
    variance = state.covariance[1, 1]
    widened = variance + 2 * np.sum(doubt * (moved @ state.projection @ moved.T))
    freedom = 2 * variance**2 / float(gradient @ doubt @ gradient)
    return float(np.sqrt(widened)), float(np.clip(freedom, 1.0, len(design) - 2))
