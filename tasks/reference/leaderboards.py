"""Which column of a source's tables is which benchmark of ours (`warehouse/reference/leaderboards.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class LeaderboardColumn:
    """One column of scores, by the names that the source has given its table, data set and metric."""

    source_id: Annotated[str, Column("The source (see sources.csv).")]
    tables: Annotated[tuple[str, ...], Column("Names of the table.", name="table")]
    datasets: Annotated[
        tuple[str, ...],
        Column("Names of the data set; empty where the table has one only.", optional=True, name="dataset"),
    ]
    metric_names: Annotated[tuple[str, ...], Column("Names of the metric.", name="metric_name")]
    benchmark: Annotated[str, Column("Benchmark (see benchmarks.csv).")]
    metric: Annotated[str, Column("Metric.")]
    meaning: Annotated[str, Column("What the column counts.", allowed=("accuracy", "error"))]
    note: Annotated[str, Column("What a reader must know.", optional=True)]


LEADERBOARDS = ReferenceTable(
    "leaderboards.csv", LeaderboardColumn, (), "Which column of a source's tables is which benchmark of ours."
)


def load_leaderboard_columns() -> tuple[LeaderboardColumn, ...]:
    """Rows of leaderboards.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return LEADERBOARDS.rows()
