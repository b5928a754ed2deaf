"""The estimators that pages display: each domain's headline estimator, chosen by back-tests, and the study's two."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from schemas.rows.evaluation import BacktestScore
from schemas.rows.fits import FitSummary
from tasks.evaluate.baselines import TITLES
from tasks.evaluate.scores import ALL
from tasks.fit.estimators import study_exponential, study_power_law
from tasks.fit.registry import estimators_for
from tasks.publish import labels
from tasks.publish.published import Published
from tasks.reference.benchmarks import domain_of, headline_benchmark
from tasks.reference.headline_choices import headline_choices

STUDY = study_power_law.NAME
"""The study's estimator that is shown beside every figure."""


class DisplayedEstimators(NamedTuple):
    """The headline's estimator (None where no back-test chose one), the titles of all estimators, and the headlines'
    estimators by domain."""

    headline: str | None
    titles: dict[str, str]
    by_domain: Mapping[str, str] = MappingProxyType({})

    def of(self, domain: str) -> "DisplayedEstimators":
        """The estimators displayed for a benchmark of this domain."""
        return self._replace(headline=self.by_domain.get(domain, self.by_domain.get(ALL, self.headline)))

    @property
    def main(self) -> str:
        """The estimator displayed first: the headline's, else the study's power law."""
        return self.headline or STUDY

    @property
    def order(self) -> tuple[str, ...]:
        """Names of all that are shown, the main one first."""
        return tuple(dict.fromkeys((self.main, STUDY, study_exponential.NAME)))

    @property
    def beside(self) -> str | None:
        """The study's power law, unless it is the main one."""
        return None if self.main == STUDY else STUDY

    def title(self, estimator: str) -> str:
        """What the estimator does, in words."""
        return self.titles.get(estimator) or labels.estimator(estimator)


def displayed_estimators(published: Published) -> DisplayedEstimators:
    """The estimators displayed for the leading benchmark."""
    titles = TITLES | {e.name: e.title for e in estimators_for(None)}
    titles |= {f.estimator: f.estimator_title for f in published.rows("out_fits", FitSummary)}
    scores = published.rows("out_backtest_scores", BacktestScore)
    settled = {domain: choice.estimator for domain, choice in headline_choices().items() if scores}
    chosen = settled | {s.scope: s.estimator for s in scores if s.is_headline}
    return DisplayedEstimators(None, titles, chosen).of(domain_of(headline_benchmark()))
