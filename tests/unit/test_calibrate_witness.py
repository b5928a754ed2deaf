"""From which probability a machine-read compute is taken without a witness, by verdicts."""

import csv

import pytest

from tasks.compute.papers import all_read
from tests.unit.test_paper_estimates import disclosure
from tools.calibrate_witness import VERDICTS, MachineRead, read_verdicts, table


def test_a_value_told_twice_counts_once_as_it_is_surest_read() -> None:
    told = [disclosure("epochs", 90, confidence=0.9), disclosure("epochs", 90, "again", confidence=0.8)]
    assert all_read([*told, disclosure("parameters", 1e9, confidence=0.5)]) == pytest.approx(0.9 * 0.5)
    assert all_read([]) == 1.0


def test_the_table_counts_what_each_threshold_admits() -> None:
    found = [
        MachineRead(0.95, False, 3, 3, "right"),
        MachineRead(0.85, False, 2, 0, "wrong"),
        MachineRead(0.99, True, 5, 0, "wrong"),
        MachineRead(0.99, True, 1, 1, ""),
    ]
    rows = {cells[1].strip(): cells[2:-1] for line in table(found).splitlines() if (cells := line.split("|"))}
    assert [c.strip() for c in rows["0.8"]] == ["2", "1", "1", "0", "2 of 5"]
    assert [c.strip() for c in rows["0.9"]] == ["1", "1", "0", "0", "0 of 3"]
    assert [c.strip() for c in rows["used by fits"]] == ["2", "1", "0", "1", "0 of 4"]


def test_every_verdict_says_right_or_wrong_with_page_and_words() -> None:
    with VERDICTS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 100
    assert {row["verdict"] for row in rows} == {"right", "wrong"}
    assert all(row["page"].isdigit() and row["quote"] for row in rows)
    assert all(row["cause"] for row in rows if row["verdict"] == "wrong")
    assert sum(map(len, read_verdicts().values())) == len(rows)
