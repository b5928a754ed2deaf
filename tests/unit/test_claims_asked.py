"""The question of what was read: in a paper, of a model, and of the first paper where neither is named."""

from pathlib import Path

import pytest

from schemas.tables import TABLES
from tasks.load.validate import validate
from tests.unit.rows import good_row
from warehouse.connection import QUERIES, connect, insert, migrate

CLAIMS = {"a": ("p1", "Net-A"), "b": ("p3", "Net-B"), "c": ("p2", "net-b deep"), "refused": ("p4", "Net-B")}
"""Paper and model of each result, of which one is in quarantine."""


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ["a"]),
        ({"paper": "p3"}, ["b"]),
        ({"model": "NET-B"}, ["c", "b", "refused"]),
        ({"paper": "p1", "model": "net-b"}, []),
    ],
)
def test_a_paper_or_a_model_names_the_claims(variables, expected):
    rows = [good_row("core_results", result_id=r, paper_id=p, model=m) for r, (p, m) in CLAIMS.items()]
    with connect(Path(":memory:")) as warehouse:
        migrate(warehouse)
        rows[-1]["doubt"] = "two figures in one cell"
        good, refused = validate(rows, "core_results")
        insert(warehouse, TABLES["core_results"], good)
        insert(warehouse, TABLES["core_quarantine"], refused)
        for name, value in variables.items():
            warehouse.execute(f"SET VARIABLE {name} = ?", [value])
        found = warehouse.execute((QUERIES / "claims.sql").read_text()).fetchall()
    assert [row[0] for row in found] == expected
