"""Mark: the rules for defects over the night's tables, and which rows they keep out of the fits."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TypeVar

import pandas as pd
from duckdb import DuckDBPyConnection

from schemas.codes import Coded
from schemas.codes.matching import DefectSign, Exclusion
from schemas.rows import record
from schemas.rows.claims import Disclosure, Result
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Defect
from schemas.rows.sources import HandReadObservation, SourceScore
from schemas.vocabularies import DefectRule
from tasks.defects.rules import Suspects, find_defects, once, spoilt
from tasks.load.derived import load_derived, some_at_a_time
from tasks.match.accuracy import Accuracy
from tasks.names.no_model import may_name_no_model, names_no_model
from tasks.names.same_model import join_key
from tasks.reference.known_defects import KnownDefect, load_known_defects
from tasks.sources.own import SOURCE_ID as OWN
from tasks.sources.reference import SOURCE_ID as HAND_READ
from tasks.wording import words
from warehouse.connection import LOOKUPS, SUSPECTS
from warehouse.rows import rows_of, typed

RowT = TypeVar("RowT")

NAMES_AT_A_TIME = 50
"""How many names of no model are looked for together: memory holds the rows that bear them."""

_LISTED = (LOOKUPS / "estimates_to_join.sql").read_text()


def mark_defects(connection: DuckDBPyConnection) -> Counter[str]:
    """Every rule's findings into core_defects, in the place of the last night's; nothing else is touched."""
    known = load_known_defects()
    marks = chain(find_defects(suspects(connection)), known_defects(known, _estimates_named(connection, known)))
    return load_derived(connection, {"core_defects": (record(d, words) for d in once(marks))})


def suspects(connection: DuckDBPyConnection) -> Callable[[DefectRule], Iterator[Suspects]]:
    """What gives each rule the rows that it may point at.

    Papers have millions of rows and few are suspects: `warehouse/suspects` has for each rule the queries that leave out
    of the tables what it would leave alone. Accuracies of others, which are few beside them, are given whole. What
    bears the name of no model comes in portions of names, since no row is compared with another.
    """
    connection.execute(f"CREATE OR REPLACE TEMP VIEW listed_estimates AS {_LISTED}")
    others = _accuracies_of_others(connection)
    columns = ("benchmark", "metric", "model_key", "value")
    values = {c: pd.Series([getattr(a, c) for a in others], dtype="float" if c == "value" else "str") for c in columns}
    connection.register("of_others", pd.DataFrame(values))

    def rows(rule: DefectRule, of: str, row_type: type[RowT]) -> list[RowT]:
        query = SUSPECTS / f"{rule}.{of}.sql"
        return typed(connection.execute(query.read_text()), row_type) if query.exists() else []

    def of_rule(rule: DefectRule) -> Iterator[Suspects]:
        names = _no_models(connection) if rule == DefectRule.NO_MODELS_NAME else [""]
        for some in some_at_a_time(names, NAMES_AT_A_TIME):
            connection.register("no_models", pd.DataFrame({"model": pd.Series(some, dtype="str")}))
            results = map(Accuracy.of_result, rows(rule, "results", Result))
            yield Suspects(
                rows(rule, "estimates", ListedEstimate), rows(rule, "disclosures", Disclosure), [*results, *others]
            )

    return of_rule


def _no_models(connection: DuckDBPyConnection) -> list[str]:
    """The names in results and in estimates that name no model."""
    named = "SELECT model FROM core_results UNION SELECT model FROM core_compute_estimates"
    query = f"SELECT model FROM ({named}) WHERE regexp_matches(lower(model), ?)"
    return [name for (name,) in connection.execute(query, [may_name_no_model()]).fetchall() if names_no_model(name)]


def _estimates_named(connection: DuckDBPyConnection, known: Iterable[KnownDefect]) -> list[ListedEstimate]:
    """The estimates of the models that known defects name."""
    query = f"SELECT * FROM ({_LISTED}) WHERE list_contains(?, model) ORDER BY estimate_id"
    return typed(connection.execute(query, [[k.model for k in known]]), ListedEstimate)


def known_defects(known: Iterable[KnownDefect], estimates: Iterable[ListedEstimate]) -> list[Defect]:
    """The known defects as defects of each estimate that was made from the row that they speak of."""
    by_row = {(k.source_id, k.source_table, k.model): k for k in known}
    found = []
    for e in estimates:
        defect = by_row.get((e.source_id, e.source_table or "", e.model))
        if defect:
            words_of = {"reason": defect.reason, "who": defect.who, "when": defect.when, "source": defect.source}
            found.append(
                Defect(
                    rule=defect.rule,
                    table_name="core_compute_estimates",
                    row_id=e.estimate_id,
                    paper_id=e.paper_id,
                    model=e.model,
                    signs=(Coded.of(DefectSign.KNOWN_BY_HAND, **words_of),),
                )
            )
    return found


def _accuracies_of_others(connection: DuckDBPyConnection) -> list[Accuracy]:
    """Accuracies read by hand, and those of structured sources."""
    return [
        *map(Accuracy.of_hand_read, rows_of(connection, HandReadObservation, "raw_observations")),
        *map(_booked, map(Accuracy.of_score, rows_of(connection, SourceScore, "raw_scores"))),
    ]


def _booked(score: Accuracy) -> Accuracy:
    """A score under the key and paper that its source's compute is booked under (`tasks.compute.third_party`)."""
    key = join_key(score.model)
    return replace(score, model_key=key, paper_id=score.paper_id or f"model:{key}")


def spoilt_rows(connection: DuckDBPyConnection, defects: Iterable[Defect] | None = None) -> dict[str, Coded[Exclusion]]:
    """Why results and estimates may not stand in a fit, by their ids; what a person has checked stands.

    `defects` are all of some papers; those of every paper where None.
    """
    people = {"source_ids": [OWN, HAND_READ]}
    by_hand = connection.execute((LOOKUPS / "checked_by_hand.sql").read_text(), people).fetchall()
    of_others = connection.execute((LOOKUPS / "rows_of_others.sql").read_text()).fetchall()
    ids = (frozenset(row_id for (row_id,) in rows) for rows in (by_hand, of_others))
    return spoilt(rows_of(connection, Defect, "core_defects") if defects is None else defects, *ids)
