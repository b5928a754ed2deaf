"""The estimators of the headlines as chosen on the release of a day (`warehouse/reference/headline_choices.csv`).

A choice is made once, by all the data of its day, and stands until the back-tests of a release contradict it: a release
with fewer data, as one without a network, gives the same headline.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class HeadlineChoice:
    """What the rule of the headline (`tasks.evaluate.headline`) chose in one domain."""

    domain: Annotated[str, Column("Domain (see benchmarks.csv), or all.")]
    estimator: Annotated[str, Column("Estimator that was chosen.")]
    alike: Annotated[tuple[str, ...], Column("Those that the records could not tell apart, the chosen among them.")]
    chosen_on: Annotated[str, Column("Day of the release that it was chosen on, YYYY-MM-DD.")]
    cases: Annotated[int, Column("Judged predictions of that release.", minimum=0)]
    series: Annotated[int, Column("Series that they are of.", minimum=0)]
    source: Annotated[str, Column("How it was chosen.")]


HEADLINE_CHOICES = ReferenceTable(
    "headline_choices.csv", HeadlineChoice, ("domain",), "Estimators of the headlines, as chosen on a day."
)


def headline_choices() -> Mapping[str, HeadlineChoice]:
    """Rows of headline_choices.csv by domain; errors as `ReferenceTable.rows`."""
    return {row.domain: row for row in HEADLINE_CHOICES.rows()}
