"""Mark: the rules for defects over the night's tables, and which rows they keep out of the fits."""

from collections import Counter

import pandas as pd
from duckdb import DuckDBPyConnection

from tasks.defects import find_defects, spoilt
from tasks.discover.reference import SOURCE_ID as HAND_READ
from tasks.extract.names import model_key
from tasks.load import load_derived
from tasks.reckon.operations import operations_unit
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
    return load_derived(connection, {"core_defects": [vars(f) for f in found]})


def _results(connection: DuckDBPyConnection) -> pd.DataFrame:
    """What was read of accuracy, by the extractors and by hand, each row with its table's name."""
    read, whole = (
        read_table(connection, name).assign(table_name=name) for name in ("core_results", "raw_observations")
    )
    whole["model_key"] = [model_key(model) for model in whole["model"]]
    return pd.concat([f for f in (read, whole) if len(f)] or [read], ignore_index=True)


def spoilt_rows(connection: DuckDBPyConnection) -> dict[str, str]:
    """Why results and estimates may not stand in a fit, by their ids; what a person has checked stands."""
    marks = read_table(connection, "core_defects").to_dict("records")
    by_hand = connection.execute((LOOKUPS / "checked_by_hand.sql").read_text(), {"source_id": HAND_READ}).fetchall()
    return spoilt(marks, frozenset(row_id for (row_id,) in by_hand))
