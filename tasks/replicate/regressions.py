"""The study's regressions by statsmodels, under the very formulas that its notebooks print.

A published formula ("dependent ~ terms") is the recipe of its file. A file without published ones gets the recipe that
all six notebooks share: log10(1/error) ("polynomial") and 1/error ("exponential") on log10 compute, for each kind of
compute that enough of its models have.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np  # the formulas below name it
import statsmodels.formula.api as smf

from tasks.reference.published_regressions import RegressionTerm
from tasks.replicate.data import StudyData

QUANTILE = 0.1
CONFIDENCE = 0.95  # limits that statsmodels prints

INTERCEPT = "Intercept"
OLS, QUANTREG = "ols", "quantreg"

_SECTIONS = {
    "hardware_burden": "Hardware Burden",
    "network_operations": "Network Operations",
    "ops_forward_pass": "Operations per Forward Pass",
    "hardware_burden_consolidated": "Hardware Burden (Consolidated)",
}
_FORMS = ("I((np.log10(1 / (1 - {score}_percent))))", "I((1 / (1 - {score}_percent)))")


class CannotRun(ValueError):
    """The file's models cannot carry this regression; the message says why."""


FIGURES = ("n", "r_squared", "coef", "std_err", "p", "ci_low", "ci_high")


@dataclass(frozen=True)
class Regression:
    """What is regressed on what, by the names of `StudyData.frame`; the intercept goes without saying."""

    section: str
    estimator: str
    dependent: str
    terms: tuple[str, ...]

    @property
    def formula(self) -> str:
        """For statsmodels."""
        return f"{self.dependent} ~ {' + '.join(self.terms)}"


@dataclass(frozen=True)
class Reproduction:
    """One regression of one file: its terms as published (if they are) and as reproduced, or why they are not."""

    regression: Regression
    file: str
    published: tuple[RegressionTerm, ...]
    reproduced: tuple[RegressionTerm, ...]
    reason: str = ""

    @property
    def agreeing(self) -> int:
        """Published terms of which every figure is reproduced to the printed digits."""
        return sum(map(agrees, self.published, self.reproduced)) if self.reproduced else 0


def reproduce(data: StudyData, published: Iterable[RegressionTerm]) -> list[Reproduction]:
    """The file's published regressions, else the common recipe's, each run on its data."""
    printed = list(_by_regression(t for t in published if t.file == data.stem))
    recipes = printed or [(recipe, ()) for recipe in common_recipe(data)]
    done = []
    for regression, terms in recipes:
        try:
            done.append(Reproduction(regression, data.stem, terms, tuple(run(regression, data))))
        except CannotRun as error:
            done.append(Reproduction(regression, data.stem, terms, (), str(error)))
    return done


def _by_regression(terms: Iterable[RegressionTerm]) -> Iterator[tuple[Regression, tuple[RegressionTerm, ...]]]:
    """Terms in the order of print, taken together from one intercept to the next."""
    groups: list[list[RegressionTerm]] = []
    for term in terms:
        if term.term == INTERCEPT:
            groups.append([])
        groups[-1].append(term)
    for group in groups:
        first = group[0]
        names = tuple(t.term for t in group[1:])
        yield Regression(first.section, first.estimator, first.dependent, names), tuple(group)


def common_recipe(data: StudyData) -> list[Regression]:
    """Both forms on every kind of compute that any model has; the consolidated burden where it adds models."""
    frame = data.frame
    kinds = [kind for kind in _SECTIONS if frame[kind].notna().any()]
    if frame["hardware_burden_consolidated"].count() == frame["hardware_burden"].count():
        kinds = [kind for kind in kinds if kind != "hardware_burden_consolidated"]
    return [
        Regression(_SECTIONS[kind], OLS, form.format(score=data.score), (f"I(np.log10({kind}))",))
        for kind in kinds
        for form in _FORMS
    ]


def run(regression: Regression, data: StudyData) -> list[RegressionTerm]:
    """Run one regression over the models that have all of its figures.

    Raises:
        CannotRun: it names a column that the file does not give, or too few models have its figures.
    """
    names = set(re.findall(r"[A-Za-z_]\w*", regression.formula)) - {"I", "np", "log10"}
    lacking = sorted(names - set(data.frame.columns))
    if lacking:
        raise CannotRun(f"{data.stem}: no {', '.join(lacking)} in it")
    used = data.frame.dropna(subset=sorted(names))
    needed = len(regression.terms) + 2  # a degree of freedom must be left to judge by
    if len(used) < needed or any(used[name].nunique() < 2 for name in names):
        few = f"{len(used)} models have {' and '.join(sorted(names))}"
        raise CannotRun(f"{data.stem}, {regression.section}: {few}, at least {needed} that differ are needed")
    if regression.estimator == QUANTREG:
        fitted = smf.quantreg(regression.formula, used).fit(q=QUANTILE)
        r_squared = fitted.prsquared
    else:
        fitted = smf.ols(regression.formula, used).fit()
        r_squared = fitted.rsquared
    limits = fitted.conf_int(alpha=1 - CONFIDENCE)
    return [
        RegressionTerm(
            file=data.stem,
            section=regression.section,
            estimator=regression.estimator,
            dependent=str(fitted.model.endog_names),
            term=str(term),
            n=int(fitted.nobs),
            r_squared=float(r_squared),
            coef=float(fitted.params[term]),
            std_err=float(fitted.bse[term]),
            p=float(fitted.pvalues[term]),
            ci_low=float(limits.loc[term, 0]),
            ci_high=float(limits.loc[term, 1]),
            source="reproduced",
        )
        for term in fitted.params.index
    ]


def decimals(estimator: str, figure: str) -> int:
    """Decimals that statsmodels' summary prints: four of a coefficient and of a pseudo-R², else three."""
    return {"n": 0, "coef": 4, "r_squared": 4 if estimator == QUANTREG else 3}.get(figure, 3)


def printed(term: RegressionTerm, figure: str) -> str:
    """A figure of a term in the printed digits."""
    return f"{getattr(term, figure):.{decimals(term.estimator, figure)}f}"


def agrees(published: RegressionTerm, reproduced: RegressionTerm) -> bool:
    """Whether names and all figures are the published ones, to the printed digits."""
    names = ("file", "section", "estimator", "dependent", "term")
    return all(getattr(published, n) == getattr(reproduced, n) for n in names) and all(
        float(printed(published, figure)) == float(printed(reproduced, figure)) for figure in FIGURES
    )


def _figures(term: RegressionTerm) -> dict[str, Any]:
    """A term as the study's own table has it: all but where it was printed."""
    return {name: value for name, value in asdict(term).items() if name != "source"}


def as_rows(reproductions: Iterable[Reproduction]) -> list[dict[str, str | int | float | None]]:
    """Reproduced terms as plain rows, unrounded; a figure that is not finite is None."""
    rows = [_figures(term) for done in reproductions for term in done.reproduced]
    return [{k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in row.items()} for row in rows]
