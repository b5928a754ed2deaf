"""The article's thought experiment: 1,000 candidate variables of which 10 matter, and four who learn from data.

Thompson, Greenewald, Lee and Manso, "The Computational Limits of Deep Learning" (arXiv 2007.05558, the figure on model
complexity and regularisation) and "Deep Learning's Diminishing Returns" (IEEE Spectrum, October 2021): an expert who
names the variables learns from little data and little computing, until what the expert left out sets the limit; a
flexible system that tries all of them needs more of both and passes the expert in the end. Performance is, as there,
-log10 of the normalised mean squared error of prediction.

Neither text was at hand in full, and what they settle beyond that is settled here: variables are independent standard
normal, those that matter have weight one, noise has standard deviation one; the expert names nine that matter and one
that does not; least squares on fewer data than variables takes the solution of least norm; the LASSO's penalty is
chosen on a fifth of the data held out; computation is counted in operations and not timed. With 1,000 variables at any
amount of data, computation beyond 1,000 data points grows as the data do, k^2 for an error k times smaller; the
article's k^4 needs variables that grow with the data as well (see `tasks.evaluate.theory.powers`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.linear_model import lasso_path

from tasks.fit.model import Floats


@dataclass(frozen=True)
class Design:
    """The experiment: how many variables there are, how many matter, how many of these the expert names, and the sizes.

    Raises:
        ValueError: numbers that make no experiment.
    """

    variables: int = 1000
    relevant: int = 10
    expert_knows: int = 9
    noise_sd: float = 1.0
    sizes: tuple[int, ...] = (20, 50, 100, 200, 300, 500, 700, 1000, 1400, 2000, 3000, 5000)

    def __post_init__(self) -> None:
        if not 0 <= self.expert_knows <= self.relevant < self.variables - self.relevant:
            raise ValueError("the expert knows at most what matters, and most variables do not matter")
        if not self.sizes or min(self.sizes) <= self.relevant or not self.noise_sd > 0:
            raise ValueError(f"every size exceeds {self.relevant}, the variables that matter; noise is above zero")

    @property
    def oracle_columns(self) -> slice:
        """The variables that matter."""
        return slice(0, self.relevant)

    @property
    def expert_columns(self) -> slice:
        """As many variables as matter, the last of which do not."""
        missed = self.relevant - self.expert_knows
        return slice(missed, missed + self.relevant)


class Learnt(NamedTuple):
    """Weights of all variables, shape (variables,), and how many floating-point operations they took."""

    weights: Floats
    operations: float


Learner = Callable[[Floats, Floats, Design], Learnt]


def oracle(x: Floats, y: Floats, design: Design) -> Learnt:
    """Least squares on exactly the variables that matter."""
    return _least_squares_on(design.oracle_columns, x, y)


def expert(x: Floats, y: Floats, design: Design) -> Learnt:
    """Least squares on the variables that the expert names."""
    return _least_squares_on(design.expert_columns, x, y)


def flexible(x: Floats, y: Floats, design: Design) -> Learnt:
    """Least squares on all variables."""
    return _least_squares_on(slice(0, design.variables), x, y)


def _least_squares_on(columns: slice, x: Floats, y: Floats) -> Learnt:
    """Least squares by normal equations; the solution of least norm where there are fewer data than variables.

    Operations: m^2 (M + m/3), m the lesser and M the greater of data and variables (Golub and Van Loan, Matrix
    Computations, 4th ed., section 5.3).
    """
    taken = x[:, columns]
    n, d = taken.shape
    few = n < d
    some = np.linalg.solve(taken @ taken.T, y) if few else np.linalg.solve(taken.T @ taken, taken.T @ y)
    weights = np.zeros(x.shape[1])
    weights[columns] = taken.T @ some if few else some
    lesser, greater = min(n, d), max(n, d)
    return Learnt(weights, lesser**2 * (greater + lesser / 3))


PENALTIES = 25
SMALLEST_PENALTY = 5e-3
"""Penalties tried: so many, evenly spaced in logarithm down to this share of the one that leaves no variable."""

SHARE_HELD_OUT = 0.2


def lasso(x: Floats, y: Floats, design: Design) -> Learnt:
    """The LASSO on all variables, its penalty the one that predicts a fifth of the data best that it has not seen.

    Coordinate descent (Friedman, Hastie and Tibshirani, J. Stat. Softw. 33(1), 2010, sections 2.1 and 2.2). Operations,
    at most: 4 n d for each sweep over the variables where residuals are kept; else n d^2 for the products of the
    variables once and 2 d^2 for each sweep.
    """
    held_out = int(np.ceil(SHARE_HELD_OUT * len(y)))
    seen, known = x[held_out:], y[held_out:]
    n, d = seen.shape
    by_products = 2 * n > d  # from there on a sweep over products is the cheaper one
    _, paths, _, sweeps = lasso_path(
        seen, known, alphas=PENALTIES, eps=SMALLEST_PENALTY, precompute=by_products, return_n_iter=True, max_iter=10_000
    )
    loss = ((y[:held_out, None] - x[:held_out] @ paths) ** 2).mean(axis=0)
    done = int(np.sum(sweeps))
    operations = n * d**2 + done * 2 * d**2 if by_products else done * 4 * n * d
    return Learnt(paths[:, loss.argmin()], float(operations))


LEARNERS: dict[str, Learner] = {"oracle": oracle, "expert": expert, "flexible": flexible, "lasso": lasso}

TITLES = {
    "oracle": "Oracle: knows the variables that matter",
    "expert": "Expert: names all but one of them",
    "flexible": "Flexible: least squares on all",
    "lasso": "Flexible, regularised: LASSO on all",
}


def one_run(design: Design, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Every learner on one draw of data, at every size (the smaller samples are the first rows of the larger).

    Rows: learner, n (data points), performance (-log10 of the squared error of prediction as a share of the variance
    that can be predicted; exact, since the variables are independent with variance one), operations.
    """
    truth = np.zeros(design.variables)
    truth[design.oracle_columns] = 1.0
    x = rng.standard_normal((max(design.sizes), design.variables))
    y = x @ truth + design.noise_sd * rng.standard_normal(len(x))
    rows = []
    for n in design.sizes:
        for name, learn in LEARNERS.items():
            learnt = learn(x[:n], y[:n], design)
            share = np.sum((learnt.weights - truth) ** 2) / np.sum(truth**2)
            performance = float(-np.log10(share))
            rows.append({"learner": name, "n": n, "performance": performance, "operations": learnt.operations})
    return rows


def runs(design: Design, count: int, seed: int) -> Iterator[list[dict[str, Any]]]:
    """So many runs, each with random numbers of its own: the first ones stay the same when more are asked for.

    Raises:
        ValueError: fewer than one run.
    """
    if count < 1:
        raise ValueError(f"at least one run is needed, not {count}")
    for child in np.random.SeedSequence(seed).spawn(count):
        yield one_run(design, np.random.default_rng(child))


def averages(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Mean over runs by learner and n, in the order of LEARNERS: performance, its standard error, operations, runs.

    The standard error is empty for a single run.
    """
    frame = pd.DataFrame(rows)
    frame["learner"] = pd.Categorical(frame["learner"], categories=list(LEARNERS), ordered=True)
    grouped = frame.groupby(["learner", "n"], observed=True)
    means = grouped.agg(
        performance=("performance", "mean"),
        performance_se=("performance", "sem"),
        operations=("operations", "mean"),
        runs=("performance", "size"),
    )
    return means.reset_index().astype({"learner": "str"})


def needed(means: pd.DataFrame, performance: float) -> dict[str, tuple[float, float] | None]:
    """Data points and operations from which on each learner's average performance stays at or above the one given.

    Between two sizes both are interpolated in logarithm; those of the smallest size where it is there from the start.
    None where the learner is not there at the largest size.
    """
    return {name: _needed(means[means["learner"] == name], performance) for name in LEARNERS}


def _needed(curve: pd.DataFrame, performance: float) -> tuple[float, float] | None:
    level = curve["performance"].to_numpy()
    below = np.flatnonzero(level < performance)
    first = int(below[-1]) + 1 if len(below) else 0
    if first == len(level):
        return None
    step = slice(max(first - 1, 0), first + 1)
    n, operations = (np.log10(curve[c].to_numpy(dtype=float))[step] for c in ("n", "operations"))
    return float(10 ** np.interp(performance, level[step], n)), float(
        10 ** np.interp(performance, level[step], operations)
    )
