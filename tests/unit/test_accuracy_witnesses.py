"""What others state of the same model, benchmark and metric."""

from decimal import Decimal

import duckdb
import pytest

from warehouse.connection import DERIVED, QUERIES, VIEWS

RESULTS = """
CREATE TABLE core_results AS FROM (VALUES
    ('a', 'one', 'net', 'net', 'imagenet-1k', 'top1_accuracy', 76.60, true, 0.9),
    ('b', 'two', 'Net', 'net', 'imagenet-1k', 'top1_accuracy', 76.64, false, 0.8),
    ('c', 'three', 'Net', 'net', 'imagenet-1k', 'top1_accuracy', 74.0, false, 0.8),
    ('d', 'one', 'net', 'net', 'cifar-10', 'top1_accuracy', 96.0, true, 0.9),
    ('e', 'one', 'net', 'net', 'cifar-10', 'top1_accuracy', 95.0, false, 0.9),
    ('f', 'one', 'deep', 'deep', 'imagenet-1k', 'top1_accuracy', 80.0, true, 0.9)
) t(result_id, paper_id, model, model_key, benchmark, metric, value, is_own, confidence)
"""
SCORES = """
CREATE TABLE raw_scores AS FROM (VALUES
    ('g', 'hub', 'net', 'imagenet-1k', 'top1_accuracy', 76.6),
    ('h', 'hub', 'deep', 'imagenet-1k', 'top1_accuracy', 81.0)
) t(result_id, source_id, model_key, benchmark, metric, value)
"""
READ_BY_HAND = """
CREATE TABLE raw_observations AS FROM (VALUES ('i', 'reference', 'imagenet-1k', 'top1_accuracy', 79.97))
    t(result_id, source_id, benchmark, metric, value);
CREATE TABLE core_observations AS FROM (VALUES ('i', 'deep', false), ('f', 'deep', true))
    t(result_id, model_key, in_fit)
"""


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for sql in (RESULTS, SCORES, READ_BY_HAND):
        connection.execute(sql)
    derive(connection)
    connection.execute((VIEWS / "accuracy_witnesses.sql").read_text())
    return connection


def derive(connection: duckdb.DuckDBPyConnection) -> None:
    query = (DERIVED / "out_accuracy_witnesses.sql").read_text()
    connection.execute(f"CREATE OR REPLACE TABLE out_accuracy_witnesses AS {query}")


def test_papers_and_sources_confirm_or_contradict_and_a_paper_never_itself(warehouse) -> None:
    columns = "result_id, confirmed_by, contradicted_by, nearest, in_fit"
    found = warehouse.execute(f"SELECT {columns} FROM accuracy_witnesses ORDER BY result_id").fetchall()
    assert found == [
        ("a", "hub; two", "three 74", Decimal("0.00"), False),
        ("f", "reference", "hub 81", Decimal("0.03"), True),
    ]


def test_the_question_asks_for_those_that_nobody_confirms(warehouse) -> None:
    question = (QUERIES / "accuracy_witnesses.sql").read_text()
    assert warehouse.execute(question).fetchall() == []
    warehouse.execute("DELETE FROM raw_observations")
    derive(warehouse)
    (row,) = warehouse.execute(question).fetchall()
    assert row[3:8] == ("deep", Decimal("80.00"), Decimal("0.9"), True, "hub 81")
