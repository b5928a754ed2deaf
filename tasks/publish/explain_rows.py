"""Explain any other id that a reader sees: an observation, an estimate of compute, a fit, a forecast, a source's row, a
paper, a document.

Each is shown by its rows and by the rows they rest on, down to the claims that `tasks.publish.explain` shows on their
page.
"""

from collections.abc import Iterator

from duckdb import DuckDBPyConnection

from schemas.rows import Record
from tasks.publish.explain import NoSuchClaim, ambiguous_id, find_claim, headline
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
"""The tables with each kind of id, the most informative first."""

RESTS_ON = ("result_id", "estimate_id", "evidence_ids")
"""Columns with the ids of what a row rests on, several with spaces between them."""

_MACHINE_SUFFIXES = ("_codes", "_parameters", "_json", "_hash", "_key")  # ends of columns that are for programs

Section = tuple[str, list[tuple[str, str]]]
"""A heading, and the (part, text) pairs below it."""


def sections(connection: DuckDBPyConnection, id_prefix: str) -> list[Section]:
    """What stands behind the id that begins with `id_prefix`; empty where there is none.

    Raises:
        NoSuchClaim: several ids begin so.
    """
    found = as_dicts(connection.execute((LOOKUPS / "ids.sql").read_text(), {"id": id_prefix}))
    exact = [row for row in found if row["id"] == id_prefix] or found
    if len({row["id"] for row in exact}) > 1:
        raise NoSuchClaim(ambiguous_id(id_prefix, [f"{row['id']}  {row['kind']}" for row in exact]))
    return [section for row in exact for section in _rows_behind(connection, row["kind"], row["id"])]


def _rows_behind(connection: DuckDBPyConnection, kind: str, id_prefix: str) -> Iterator[Section]:
    for table in TABLES_OF[kind]:
        for row in as_dicts(connection.execute(f"SELECT * FROM {table} WHERE {kind} = ?", [id_prefix])):
            yield f"{table}: {id_prefix}", _readable_columns(row)
            for column in RESTS_ON:
                if column != kind and row.get(column):
                    for evidence in str(row[column]).split():
                        yield from _evidence(connection, evidence)


def _evidence(connection: DuckDBPyConnection, id_prefix: str) -> Iterator[Section]:
    """A claim in short, or the rows of another id."""
    try:
        claim = find_claim(connection, id_prefix)
    except NoSuchClaim:
        yield from sections(connection, id_prefix)
        return
    yield f"{claim['table_name']}: {id_prefix}", [("claim", headline(claim)), ("quote", str(claim.get("quote") or "–"))]


def _readable_columns(row: Record) -> list[tuple[str, str]]:
    """The columns that are not empty and that a person can read."""
    shown = {
        column: value for column, value in row.items() if value is not None and not column.endswith(_MACHINE_SUFFIXES)
    }
    return [(column, f"{value:.6g}" if isinstance(value, float) else str(value)) for column, value in shown.items()]
