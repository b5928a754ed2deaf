"""Back-test scores and reading statistics of this release, for the page of evaluation."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from schemas.rows.evaluation import BacktestScore
from schemas.vocabularies import FAILED, PARTLY_READ, READ
from tasks.evaluate.scores import JUDGED
from tasks.publish.published import CountedPaper, Published
from tasks.wording import quantities

STUDY_COVERAGE = 99 / 516
"""Share of the papers in the study's published data that came out with a compute figure."""


class BacktestedEstimator(NamedTuple):
    """Back-test score of one estimator in one domain, with its median miss as a ratio in words."""

    of: BacktestScore
    domain: str
    times: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersRead:
    """Counts of papers listed, read, and read with their training compute."""

    listed: int
    read: int
    with_compute: int
    reasons: list[tuple[str, int]]
    study_share: float = STUDY_COVERAGE


def backtested_estimators(published: Published) -> list[BacktestedEstimator]:
    """The judged scores by domain, the best first."""
    rows = [r for r in published.rows("out_backtest_scores", BacktestScore) if r.horizon == JUDGED]
    judged = {r.scope for r in rows if r.is_headline}
    return [
        BacktestedEstimator(
            r,
            "All domains" if r.scope == "all" else published.title(r.scope),
            None if r.flop_loss.value is None else quantities.figure(r.flop_loss.value),
        )
        for r in sorted(rows, key=lambda r: (r.scope == "all", r.scope, r.flop_score, r.estimator))
        if r.scope in judged
    ]


def papers_read(published: Published) -> PapersRead:
    """The counts, from out_papers."""
    papers = published.rows("out_papers", CountedPaper)
    read = [p for p in papers if p.document_status in (READ, PARTLY_READ)]
    reasons = Counter(p.reason or "no reason given" for p in papers if p.document_status == FAILED)
    return PapersRead(
        listed=len(papers),
        read=len(read),
        with_compute=sum(p.has_compute for p in read),
        reasons=sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
    )
