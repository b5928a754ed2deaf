"""Mark: the rules for defects over the night's tables, and which rows they keep out of the fits."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from tasks.compute.operations import operations_unit
from tasks.defects import Finding, find_defects, spoilt
from tasks.load.derived import load_derived
from tasks.names.keys import model_key
from tasks.names.same_model import join_key
from tasks.reference.known_defects import KnownDefect, load_known_defects
from tasks.sources.reference import SOURCE_ID as HAND_READ
from warehouse.connection import LOOKUPS, read_table


def mark_defects(connection: DuckDBPyConnection) -> Counter[str]:
    """Every rule's findings into core_defects, in the place of the last night's; nothing else is touched."""
    disclosures = read_table(connection, "core_disclosures")
    counted = disclosures["field"] == "forward_ops"
    disclosures["forward_ops_unit"] = None
    disclosures.loc[counted, "forward_ops_unit"] = [
        operations_unit({str(k): v for k, v in claim.items()}) for claim in disclosures[counted].to_dict("records")
    ]
    found = find_defects(read_table(connection, "core_compute_estimates"), disclosures, _results(connection))
    of_models = connection.execute((LOOKUPS / "estimates_to_join.sql").read_text()).df().to_dict("records")
    marks = {(f.row_id, f.rule): f for f in [*known_defects(load_known_defects(), of_models), *found]}
    return load_derived(connection, {"core_defects": [vars(f) for f in marks.values()]})


def known_defects(known: Iterable[KnownDefect], estimates: Iterable[Mapping[Any, Any]]) -> list[Finding]:
    """The known defects as findings, one for each estimate reckoned from the row that they speak of."""
    by_row = {(k.source_id, k.source_table, k.model): k for k in known}
    found = []
    for e in estimates:
        defect = by_row.get((e["source_id"], e["source_table"], e["model"]))
        if defect:
            reason = f"{defect.reason} (by hand: {defect.who}, {defect.when}; {defect.source})"
            table = "core_compute_estimates"
            found.append(Finding(defect.rule, table, e["estimate_id"], e["paper_id"], e["model"], reason))
    return found


def _results(connection: DuckDBPyConnection) -> pd.DataFrame:
    """What is known of accuracy, read by the extractors, by hand and by others, each row with its table's name."""
    names = ("core_results", "raw_observations", "raw_scores")
    read, whole, scores = (read_table(connection, name).assign(table_name=name) for name in names)
    whole["model_key"] = [model_key(model) for model in whole["model"]]
    # As their compute is booked (`tasks.compute.third_party`), so that a row's accuracy meets it.
    scores["model_key"] = [join_key(model) for model in scores["model"]]
    scores["paper_id"] = scores["paper_id"].fillna("model:" + scores["model_key"].astype("str"))
    return pd.concat([f for f in (read, whole, scores) if len(f)] or [read], ignore_index=True)


def spoilt_rows(connection: DuckDBPyConnection) -> dict[str, str]:
    """Why results and estimates may not stand in a fit, by their ids; what a person has checked stands."""
    marks = read_table(connection, "core_defects").to_dict("records")
    by_hand = connection.execute((LOOKUPS / "checked_by_hand.sql").read_text(), {"source_id": HAND_READ}).fetchall()
    of_others = connection.execute((LOOKUPS / "rows_of_others.sql").read_text()).fetchall()
    ids = (frozenset(row_id for (row_id,) in rows) for rows in (by_hand, of_others))
    return spoilt(marks, *ids)
