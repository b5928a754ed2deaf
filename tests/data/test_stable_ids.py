"""Ids stay: what a release calls a row, the next one calls it too, whatever else has come."""

import shutil

from tasks.refresh.assumed import assumed
from tasks.refresh.compute import estimate_compute
from tasks.refresh.joined import join_observations
from tasks.refresh.own import load_own, own_observations
from warehouse.connection import connect

IDS = (
    ("core_observations", "observation_id"),
    ("core_compute_estimates", "estimate_id"),
    ("raw_observations", "result_id"),
)


def ids(connection) -> dict[str, set[str]]:
    return {table: {i for (i,) in connection.execute(f"SELECT {key} FROM {table}").fetchall()} for table, key in IDS}


def test_ids_of_rows_that_were_there_stay_when_others_come(home, tmp_path):
    copy, more = tmp_path / "warehouse.duckdb", tmp_path / "more.csv"
    shutil.copyfile(home / "warehouse.duckdb", copy)
    more.write_text("model,benchmark,value,year,extra_data,training_flop\nAnother,imagenet-1k,86.0,2024,none,5e21\n")
    assumptions = assumed({})
    with connect(copy) as connection:
        before = ids(connection)
        load_own(connection, own_observations(more, assumptions.compute))
        estimate_compute(connection, assumptions.compute)
        join_observations(connection)
        after = ids(connection)
    for table, there in before.items():
        assert there and there <= after[table], table
        assert len(after[table]) == len(there) + 1, table
