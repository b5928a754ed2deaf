"""Suspects: out of the warehouse the rows that each rule may point at, with those that it compares them with.

Papers have millions of rows and few are suspects: `warehouse/suspects` has for each rule the queries that leave out of
the tables what it would leave alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import pandas as pd
from duckdb import DuckDBPyConnection

from schemas.rows.claims import Disclosure, Result
from schemas.rows.compute import ListedEstimate
from schemas.rows.sources import HandReadObservation, SourceScore
from schemas.vocabularies import DefectRule
from tasks.defects.of_accuracy import POINTS_APART, SwappedDigits
from tasks.defects.rules import Suspects
from tasks.match.accuracy import Accuracy
from tasks.names.no_model import may_name_no_model, names_no_model
from tasks.names.same_model import is_generic, join_key
from warehouse.connection import LOOKUPS, SUSPECTS
from warehouse.rows import rows_of, typed

RowT = TypeVar("RowT")

_LISTED = (LOOKUPS / "estimates_to_join.sql").read_text()
_SWAPS = (SUSPECTS / "digits_swapped.swaps.sql").read_text()
_OF_PAPERS = {
    "asked_results": "core_results",
    "asked_disclosures": "core_disclosures",
    "asked_estimates": "listed_estimates",
}
"""Tables of the rows of the papers that are asked for, by the tables that hold all papers'."""


def list_rows(connection: DuckDBPyConnection) -> list[Accuracy]:
    """Provide `listed_estimates` and `of_others`, which the queries read; returns the accuracies of others."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW listed_estimates AS {_LISTED}")
    others = [
        *map(Accuracy.of_hand_read, rows_of(connection, HandReadObservation, "raw_observations")),
        *map(_booked, map(Accuracy.of_score, rows_of(connection, SourceScore, "raw_scores"))),
    ]
    register_accuracies(connection, others)
    return others


def register_accuracies(connection: DuckDBPyConnection, others: list[Accuracy]) -> None:
    """Provide `of_others`: accuracies besides those of core_results, with their place among them."""
    texts = ("table_name", "result_id", "source_id", "paper_id", "model", "model_key", "benchmark", "metric")
    types = {**dict.fromkeys(texts, "str"), "value": "float", "is_ensemble": "boolean"}
    columns = {name: pd.Series([getattr(a, name) for a in others], dtype=dtype) for name, dtype in types.items()}
    connection.register("of_others", pd.DataFrame({**columns, "place": range(len(others))}))


def ask_for(connection: DuckDBPyConnection, papers: list[str]) -> None:
    """Provide the rows of these papers, which rules within papers look at."""
    for asked, table in _OF_PAPERS.items():
        rows = f"SELECT * FROM {table} WHERE paper_id IN (SELECT unnest(?))"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {asked} AS {rows}", [papers])


def suspects(connection: DuckDBPyConnection, others: Sequence[Accuracy]) -> Callable[[DefectRule], Suspects]:
    """What gives each rule the rows that it may point at; accuracies of others, which are few, are given whole."""

    def rows(rule: DefectRule, of: str, row_type: type[RowT]) -> list[RowT]:
        query = SUSPECTS / f"{rule}.{of}.sql"
        return typed(connection.execute(query.read_text()), row_type) if query.exists() else []

    def of_rule(rule: DefectRule) -> Suspects:
        if rule == DefectRule.NO_MODELS_NAME:
            connection.register("no_models", pd.DataFrame({"model": pd.Series(_no_models(connection), dtype="str")}))
        return Suspects(
            rows(rule, "estimates", ListedEstimate),
            rows(rule, "disclosures", Disclosure),
            [*map(Accuracy.of_result, rows(rule, "results", Result)), *others],
            swaps(connection) if rule == DefectRule.DIGITS_SWAPPED else (),
        )

    return of_rule


def swaps(connection: DuckDBPyConnection) -> list[SwappedDigits]:
    """The accuracies of results and of others in which two digits are changed over."""
    connection.create_function("is_generic", is_generic, ["VARCHAR"], "BOOLEAN")
    try:
        return typed(connection.execute(_SWAPS, {"apart": POINTS_APART}), SwappedDigits)
    finally:
        connection.remove_function("is_generic")


def _no_models(connection: DuckDBPyConnection) -> list[str]:
    """The names in the results and estimates asked for that name no model."""
    named = "SELECT model FROM asked_results UNION SELECT model FROM asked_estimates"
    query = f"SELECT model FROM ({named}) WHERE regexp_matches(lower(model), ?)"
    return [name for (name,) in connection.execute(query, [may_name_no_model()]).fetchall() if names_no_model(name)]


def _booked(score: Accuracy) -> Accuracy:
    """A score under the key and paper that its source's compute is booked under (`tasks.compute.third_party`)."""
    key = join_key(score.model)
    return replace(score, model_key=key, paper_id=score.paper_id or f"model:{key}")
