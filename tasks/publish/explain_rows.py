"""Explain any other id that a reader sees: an observation, an estimate of compute, a fit, a forecast, a source's row, a
paper, a document.

Each is told by its rows, and by what they rest on, down to the claims that `tasks.publish.explain` shows on their page.
"""

from collections.abc import Iterator

from duckdb import DuckDBPyConnection

from schemas.rows import Record
from tasks.publish.explain import NoSuchClaim, find_claim, headline, several
from warehouse.connection import LOOKUPS
from warehouse.rows import as_dicts

TABLES_OF = {
    "observation_id": ("core_observations",),
    "estimate_id": ("core_compute_estimates", "out_training_costs"),
    "fit_id": ("out_fits", "out_fit_parameters", "out_estimates"),
    "forecast_id": ("out_forecasts", "out_forecast_scores"),
    "model_row_id": ("raw_models",),
    "result_id": ("raw_scores", "raw_observations"),
    "chip_row_id": ("raw_chips",),
    "price_row_id": ("raw_chip_prices",),
    "quarantine_id": ("core_quarantine",),
    "row_id": ("core_quarantine",),
    "paper_id": ("core_papers", "out_papers"),
    "document_sha256": ("raw_documents",),
}
"""The tables that speak of each kind of id, the most telling first."""

RESTS_ON = ("result_id", "estimate_id", "evidence_ids")
"""Columns with the ids of what a row rests on, several with spaces between them."""

_UNTOLD = ("_codes", "_parameters", "_json", "_hash", "_key")  # ends of columns that are for programs

Section = tuple[str, list[tuple[str, str]]]
"""A heading, and the parts below it with their words."""


def sections(connection: DuckDBPyConnection, given: str) -> list[Section]:
    """What stands behind the id that begins with `given`; empty where there is none.

    Raises:
        NoSuchClaim: several ids begin so.
    """
    found = as_dicts(connection.execute((LOOKUPS / "ids.sql").read_text(), {"id": given}))
    exact = [row for row in found if row["id"] == given] or found
    if len({row["id"] for row in exact}) > 1:
        raise NoSuchClaim(several(given, [f"{row['id']}  {row['kind']}" for row in exact]))
    return [section for row in exact for section in _behind(connection, row["kind"], row["id"])]


def _behind(connection: DuckDBPyConnection, kind: str, given: str) -> Iterator[Section]:
    for table in TABLES_OF[kind]:
        for row in as_dicts(connection.execute(f"SELECT * FROM {table} WHERE {kind} = ?", [given])):
            yield f"{table}: {given}", _told(row)
            for column in RESTS_ON:
                if column != kind and row.get(column):
                    for evidence in str(row[column]).split():
                        yield from _evidence(connection, evidence)


def _evidence(connection: DuckDBPyConnection, given: str) -> Iterator[Section]:
    """A claim in short, or the rows of another id."""
    try:
        claim = find_claim(connection, given)
    except NoSuchClaim:
        yield from sections(connection, given)
        return
    yield f"{claim['table_name']}: {given}", [("claim", headline(claim)), ("quote", str(claim.get("quote") or "–"))]


def _told(row: Record) -> list[tuple[str, str]]:
    """The columns that are not empty and that a person can read."""
    told = {column: value for column, value in row.items() if value is not None and not column.endswith(_UNTOLD)}
    return [(column, f"{value:.6g}" if isinstance(value, float) else str(value)) for column, value in told.items()]
