"""The article's thought experiment as run once (`warehouse/reference/thought_experiment.csv`).

Made by `python -m flows simulate --runs 20`, which tells what is assumed and how it is made again.
"""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class LearnerPerformance:
    """How well one learner predicts after so many data points, mean over all runs."""

    learner: Annotated[str, Column("Key of the learner.", allowed=("oracle", "expert", "flexible", "lasso"))]
    n: Annotated[int, Column("Data points that it learnt from.", minimum=1)]
    performance: Annotated[float, Column("-log10 of the squared error as a share of the predictable variance.")]
    performance_se: Annotated[float, Column("Standard error of the performance.", minimum=0)]
    operations: Annotated[float, Column("Floating-point operations that learning took.", "FLOP", minimum=0)]
    runs: Annotated[int, Column("Runs that are averaged.", minimum=1)]


THOUGHT_EXPERIMENT = ReferenceTable(
    "thought_experiment.csv", LearnerPerformance, ("learner", "n"), "The article's thought experiment, run."
)


def load_thought_experiment() -> tuple[LearnerPerformance, ...]:
    """Rows of thought_experiment.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return THOUGHT_EXPERIMENT.rows()
