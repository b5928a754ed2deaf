"""Which estimators the page speaks of: the headline's, chosen by back-tests, and beside it the study's recipes."""

from typing import NamedTuple

from schemas.rows.evaluation import BacktestScore
from schemas.rows.fits import FitSummary
from tasks.evaluate.yardstick import NO_CHANGE
from tasks.fit.estimators import study_exponential, study_power_law
from tasks.fit.registry import estimators_for
from tasks.publish import words
from tasks.publish.charts import HEADLINE_ROLE
from tasks.publish.sections.rows import Tables, typed_rows

STUDY = study_power_law.NAME
"""The study's recipe that every figure stands beside."""


class Shown(NamedTuple):
    """The headline's estimator (None where no back-test chose one) and the titles of all in words."""

    headline: str | None
    titles: dict[str, str]

    @property
    def main(self) -> str:
        """The estimator that stands first: the headline's, else the study's power law."""
        return self.headline or STUDY

    @property
    def order(self) -> tuple[str, ...]:
        """Names of all that are shown, the main one first."""
        return tuple(dict.fromkeys((self.main, STUDY, study_exponential.NAME)))

    @property
    def beside(self) -> str | None:
        """The study's power law where it is not itself the main one."""
        return None if self.main == STUDY else STUDY

    def role(self, estimator: str) -> str:
        """What the estimator is drawn as."""
        return HEADLINE_ROLE if estimator == self.headline else estimator

    def title(self, estimator: str) -> str:
        """What the estimator does, in words."""
        return self.titles.get(estimator) or words.estimator(estimator)


def shown_estimators(tables: Tables) -> Shown:
    """The estimators of the page, by the back-tests' scores and the titles of fits and registry."""
    titles = {e.name: e.title for e in (*estimators_for(None), NO_CHANGE)}
    titles |= {f.estimator: f.estimator_title for f in typed_rows(tables, "out_fits", FitSummary)}
    scores = typed_rows(tables, "out_backtest_scores", BacktestScore)
    return Shown(next((s.estimator for s in scores if s.is_headline), None), titles)
