"""Papers that are selected whatever their abstracts say (`warehouse/reference/watchlist.csv`)."""

from dataclasses import dataclass
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable


@dataclass(frozen=True, kw_only=True)
class WatchedPaper:
    """A paper that is selected, and the series of benchmarks that it is known to report on."""

    paper_id: Annotated[str, Column("arXiv id without version.")]
    title: Annotated[str, Column("Title.", optional=True)]
    benchmarks: Annotated[tuple[str, ...], Column("Series of benchmarks.")]
    source: Annotated[tuple[str, ...], Column("Sources that name it.")]


WATCHLIST = ReferenceTable(
    "watchlist.csv", WatchedPaper, ("paper_id",), "Papers that are selected whatever their abstracts say."
)


def load_watchlist() -> tuple[WatchedPaper, ...]:
    """Rows of watchlist.csv, in the file's order; errors as `ReferenceTable.rows`."""
    return WATCHLIST.rows()
