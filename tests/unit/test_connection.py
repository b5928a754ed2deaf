"""DuckDB at the edge: transactions, migration in step with the registry, whole tables in and out."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from schemas.ddl import create_table
from schemas.tables import TABLES
from tasks.load.validate import validate
from tasks.publish.reference_tables import PUBLISHED, write_reference
from tasks.reference.catalogue import reference_tables
from tasks.reference.table import columns_of
from tests.unit.rows import MOMENT, good_row, good_rows
from warehouse.connection import VIEWS, connect, create_views, insert, migrate, read_table, transaction
from warehouse.rows import rows_by_portions

MEMORY = Path(":memory:")


@pytest.fixture
def warehouse():
    with connect(MEMORY) as con:
        migrate(con)
        yield con


def put(con, table: str, rows: list[dict]) -> None:
    good, refused = validate(rows, table)
    assert refused.empty, refused["reason"].tolist()
    insert(con, TABLES[table], good)


def count(con, table: str) -> int:
    return con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]


# --- connections


def test_a_connection_is_closed_also_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), connect(tmp_path / "w.duckdb") as con:
        raise ZeroDivisionError
    with pytest.raises(duckdb.ConnectionException):
        con.execute("SELECT 1")


def test_times_are_utc_and_nothing_is_downloaded(warehouse):
    settings = dict(warehouse.execute("SELECT name, value FROM duckdb_settings()").fetchall())
    assert settings["TimeZone"] == "UTC"
    assert settings["autoinstall_known_extensions"] == settings["autoload_known_extensions"] == "false"


def test_a_reader_cannot_write(tmp_path):
    with connect(tmp_path / "w.duckdb") as con:
        migrate(con)
    with connect(tmp_path / "w.duckdb", read_only=True) as con, pytest.raises(duckdb.InvalidInputException):
        con.execute("DELETE FROM core_papers")


# --- transactions


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt(), SystemExit()])
def test_a_transaction_that_raises_changes_nothing(warehouse, error):
    put(warehouse, "core_papers", good_rows("core_papers", 2))
    with pytest.raises(type(error)), transaction(warehouse):
        warehouse.execute("DELETE FROM core_papers")
        warehouse.execute("DROP TABLE core_results")
        raise error
    assert count(warehouse, "core_papers") == 2
    assert count(warehouse, "core_results") == 0
    with transaction(warehouse):  # the connection can go on
        warehouse.execute("DELETE FROM core_papers")
    assert count(warehouse, "core_papers") == 0


# --- migration


def test_a_new_warehouse_gets_every_table_and_the_second_time_none(tmp_path):
    with connect(tmp_path / "w.duckdb") as con:
        assert migrate(con) == []  # it was of no other version
        assert {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()} == {*TABLES}
        assert migrate(con) == []


@pytest.mark.slow
def test_nothing_is_lost_where_nothing_changed(warehouse):
    for name in TABLES:
        put(warehouse, name, good_rows(name, 2))
    assert migrate(warehouse) == []
    assert {name: count(warehouse, name) for name in TABLES} == dict.fromkeys(TABLES, 2)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE core_results DROP COLUMN quote",
        "ALTER TABLE core_results ADD COLUMN of_old VARCHAR",
        "ALTER TABLE core_results ALTER COLUMN page TYPE VARCHAR",
        "DROP TABLE core_results",
    ],
)
def test_a_changed_table_is_made_anew_and_every_document_loaded_again(warehouse, change):
    filled = ("core_results", "core_disclosures", "raw_documents", "raw_loads")
    for name in filled:
        put(warehouse, name, good_rows(name, 2))
    warehouse.execute(change)
    assert migrate(warehouse) == ["core_results"]
    assert [count(warehouse, name) for name in filled] == [0, 2, 0, 2]
    put(warehouse, "core_results", good_rows("core_results", 1))
    assert migrate(warehouse) == []


def test_run_records_are_kept_and_widened(warehouse):
    put(warehouse, "raw_loads", good_rows("raw_loads", 3))
    put(warehouse, "raw_documents", good_rows("raw_documents", 1))
    warehouse.execute("ALTER TABLE raw_loads DROP COLUMN deferred")
    assert migrate(warehouse) == []
    assert [r[0] for r in warehouse.execute("SELECT deferred FROM raw_loads").fetchall()] == [None] * 3
    assert count(warehouse, "raw_documents") == 1
    put(warehouse, "raw_loads", [good_row("raw_loads", load_id="after", deferred="later")])
    assert migrate(warehouse) == []


def test_a_migration_that_fails_leaves_the_old_warehouse(warehouse, monkeypatch):
    put(warehouse, "core_papers", good_rows("core_papers", 2))
    warehouse.execute("ALTER TABLE core_papers DROP COLUMN title")
    warehouse.execute("ALTER TABLE core_results DROP COLUMN quote")

    def fail_later(table):
        if table.name == "core_results":
            raise RuntimeError("disk")
        return create_table(table)

    monkeypatch.setattr("warehouse.connection.create_table", fail_later)
    with pytest.raises(RuntimeError):
        migrate(warehouse)
    assert count(warehouse, "core_papers") == 2


def test_someone_else_s_table_is_left_alone(warehouse):
    warehouse.execute("CREATE TABLE my_notes AS SELECT 42 AS n")
    migrate(warehouse)
    assert count(warehouse, "my_notes") == 1


# --- tables


@pytest.mark.slow
def test_rows_come_back_as_they_went_in_ordered_by_key(warehouse):
    for name, table in TABLES.items():
        rows = good_rows(name, 3)
        put(warehouse, name, rows[::-1])
        back = read_table(warehouse, name)
        key = table.key[0]
        assert list(back[key]) == [r[key] for r in rows], name
        first = back.iloc[0].to_dict()
        want = {c: pd.Timestamp(v) if v == MOMENT else v for c, v in rows[0].items()}
        assert {c: v for c, v in first.items() if v != want[c]} == {}, name


def test_columns_are_matched_by_name_and_not_by_place(warehouse):
    warehouse.execute("DROP TABLE core_papers")
    warehouse.execute(
        "CREATE TABLE core_papers (source_id VARCHAR, licence VARCHAR, year BIGINT, title VARCHAR, arxiv_id VARCHAR,"
        " paper_id VARCHAR)"
    )
    put(warehouse, "core_papers", [good_row("core_papers", paper_id="p", title="T")])
    assert warehouse.execute("SELECT paper_id, title FROM core_papers").fetchall() == [("p", "T")]


def test_a_frame_that_does_not_fit_leaves_no_registered_view(warehouse):
    good, _ = validate(good_rows("core_papers", 1), "core_papers")
    with pytest.raises(duckdb.Error):
        insert(warehouse, TABLES["core_papers"], good.assign(paper_id=None))
    with pytest.raises(duckdb.CatalogException):
        warehouse.execute("SELECT * FROM incoming")


def test_every_view_file_makes_a_view_of_its_name_with_comments_on_it_and_all_its_columns(warehouse):
    write_reference(warehouse)
    create_views(warehouse)
    create_views(warehouse)  # again, over themselves
    views = dict(warehouse.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall())
    assert views.keys() == {p.stem for p in VIEWS.glob("*.sql")} != set()
    assert all(views.values())
    columns = "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND table_name IN "
    assert warehouse.execute(columns + "(SELECT view_name FROM duckdb_views() WHERE NOT internal)").fetchall() == []


def test_reference_tables_are_typed_keyed_and_commented(warehouse):
    write_reference(warehouse)
    for name, file in PUBLISHED.items():
        table = reference_tables()[file]
        assert warehouse.table(name).columns == [c.name for c in columns_of(table.row)]
        assert warehouse.execute(f"SELECT count(*) FROM {name}").fetchall() == [(len(table.rows()),)]
    keys = warehouse.execute(
        "SELECT table_name, constraint_column_names FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'"
    )
    assert dict(keys.fetchall()) == {name: list(reference_tables()[f].key) for name, f in PUBLISHED.items()}
    (row,) = warehouse.execute("SELECT chance_level, names FROM benchmarks WHERE is_headline").fetchall()
    assert row[0] == 0.001 and "ImageNet" in row[1]


def test_a_column_that_may_be_empty_now_makes_its_table_anew(warehouse):
    warehouse.execute("ALTER TABLE core_papers ALTER COLUMN title SET NOT NULL")
    assert migrate(warehouse) == ["core_papers"]
    assert migrate(warehouse) == []


def test_a_refused_insert_says_why(warehouse):
    frame = read_table(warehouse, "core_papers").astype(object)
    frame.loc[0] = [None] * len(frame.columns)
    with pytest.raises(duckdb.ConstraintException, match="NOT NULL"), transaction(warehouse):
        insert(warehouse, TABLES["core_papers"], frame)


def test_rows_come_by_portions_in_their_order_while_other_things_are_asked(warehouse, monkeypatch):
    monkeypatch.setattr("warehouse.rows._AT_A_TIME", 3)
    with transaction(warehouse):
        warehouse.execute("CREATE TEMP TABLE many AS SELECT n FROM range(7, 0, -1) t(n)")
        asked = (warehouse.execute("SELECT ?", [row["n"]]) for row in rows_by_portions(warehouse, "many"))
        found = [n for answer in asked for (n,) in answer.fetchall()]
    assert found == [*range(7, 0, -1)]
