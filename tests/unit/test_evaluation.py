"""The page of all measurements: what is absent says so, what differs is no failure, held-out papers are never named."""

from datetime import date
from pathlib import Path

import pytest

from tools import evaluation
from tools.evaluation import SECTIONS, Absent, Measurements, Section, between, cell, last, printed, stored, table

NOTHING = Measurements(Path("no release"))
TODAY = date(2026, 11, 28)


def test_a_table_shows_three_figures_and_what_is_missing():
    rows = [["a|b", 0.123456, True], ["c", None, False], ["d", 12345.6, float("inf")]]
    assert table(["name", "value", "held"], rows).splitlines() == [
        "| name | value | held |",
        "| --- | --- | --- |",
        "| a\\|b | 0.123 | yes |",
        "| c | – |  |",
        "| d | 12,346 | none |",
    ]
    assert cell(1897) == "1897"


def test_what_a_command_prints_stands_in_a_block():
    assert printed(["-c", "print('one\\ntwo')"]) == "```\none\ntwo\n```"
    assert printed(["-c", "print('paper\\n3 wrong'); raise SystemExit(1)"], (0, 1), last) == "```\n3 wrong\n```"
    assert between("b", "d")(["a", "b 1", "c", "d"]) == ["b 1", "c"]
    assert between("b")(["a", "b 1", "c", "d"]) == ["b 1", "c", "d"]
    with pytest.raises(Absent):
        printed(["-c", "print('a')"], part=between("b"))


@pytest.mark.parametrize("code", ["print('half'); raise SystemExit('broke')", "pass"])
def test_a_command_that_fails_or_prints_nothing_is_no_measurement(code):
    with pytest.raises(Absent, match=r"ended with 1: broke|ended with 0: nothing was printed"):
        printed(["-c", code])


def test_a_section_that_cannot_be_measured_says_why_and_how(monkeypatch, tmp_path):
    monkeypatch.setattr(evaluation, "SHARED", tmp_path)
    by_title = {s.title: s for s in SECTIONS}
    compute = by_title["Training compute"].markdown(NOTHING, TODAY)
    assert "Not measured: ../shared/corpus/index.csv is not there." in compute
    assert "2026-11-28" in compute and "python -m tools.compare_compute RELEASE" in compute
    assert "Not measured: ../shared/cases/check is not there." in by_title["Files that others read wrong"].markdown(
        NOTHING, TODAY
    )
    assert "Not measured: " in by_title["The headline"].markdown(Measurements(tmp_path), TODAY)
    assert "Not measured: " in Section("t", "w", "", stored("none")).markdown(NOTHING, TODAY)


def test_what_is_stored_has_its_date_and_its_command():
    for path in evaluation.TABLES.glob("*.md"):
        assert path.read_text(encoding="utf-8").startswith("Measured on 20"), path.name
        assert "`make " in path.read_text(encoding="utf-8") or "`python -m " in path.read_text(encoding="utf-8"), (
            path.name
        )
    kept = [s for s in SECTIONS if not s.command]
    assert len(kept) == len(list(evaluation.TABLES.glob("*.md")))
    assert all("Not measured" not in s.markdown(NOTHING, TODAY) for s in kept)


def test_a_section_measured_on_demand_is_renewed_by_itself(monkeypatch, tmp_path):
    monkeypatch.setattr(evaluation, "TABLES", tmp_path)
    (tmp_path / "speed.md").write_text("Measured on 2026-11-28:\n\n| a |\n", encoding="utf-8")
    before = "# Page\n\n- Speed\n\n## Other\n\nkept\n\n## Speed\n\nold\n\n## Last\n\nkept too\n"
    after = evaluation.renewed(before, "Speed", TODAY)
    assert "old" not in after and "| a |" in after
    assert after.startswith("# Page\n\n- Speed\n\n## Other\n\nkept\n\n## Speed\n\nAgainst bare pdfplumber")
    assert after.endswith("| a |\n\n## Last\n\nkept too\n")
    with pytest.raises(SystemExit, match="no section 'Speed'"):
        evaluation.renewed("# Page\n", "Speed", TODAY)
