"""What `query` and `sql` print: tables that fit the terminal, CSV that no spreadsheet executes, errors in a line."""

import csv
import io
from contextlib import redirect_stdout

import duckdb
import pytest
from rich.console import Console
from typer.testing import CliRunner

from flows.cli import app
from flows.cli.questions import _mistyped
from flows.cli.tables import print_rows, write_csv
from tasks.publish.releases import DATABASE
from warehouse.connection import connect

RUNNER = CliRunner()


def printed(sql: str, limit: int | None = None, width: int = 80) -> list[str]:
    console = Console(width=width, file=io.StringIO())
    print_rows(console, duckdb.connect().execute(sql), "What it answers", limit)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


WIDE = "SELECT " + ", ".join(f"repeat('x', {10 + i}) AS column_{i}" for i in range(12)) + " FROM range(6)"


@pytest.mark.parametrize("width", [40, 80, 120, 400])
@pytest.mark.parametrize("sql", ["SELECT 1 AS a, 'b' AS b", WIDE, "SELECT repeat('wide ', 200) AS a FROM range(9)"])
def test_no_line_is_wider_than_the_terminal(sql, width):
    assert max(map(len, printed(sql, width=width))) <= width


def test_columns_that_do_not_fit_are_named():
    lines = " ".join(" ".join(printed(WIDE)).split())
    assert "column_0" in lines and "Too wide to show (--csv has all): column_" in lines
    assert all(f"column_{i}" in lines for i in range(12))
    assert "Too wide" not in " ".join(printed(WIDE, width=400))


def test_long_cells_fold_so_that_more_columns_are_seen():
    lines = printed("SELECT 'a', repeat('b ', 40) AS long, repeat('c ', 40) AS longer, 1.5 AS figure FROM range(6)")
    assert "figure" in " ".join(lines) and sum("1.5" in line for line in lines) == 6
    assert "Too wide" not in " ".join(lines)


def test_names_fold_after_their_parts_and_not_within():
    columns = ", ".join(f"'far_extrapolation' AS times_the_compute_{i}" for i in range(5))
    lines = printed(f"SELECT 'imagenet-1k-extra-data' AS series, {columns} FROM range(6)")
    words = " ".join(lines).replace("│", " ").replace("┃", " ").split()
    assert {"far_", "extrapolation", "times_the_", "compute_0", "imagenet-1k-", "extra-data"} <= set(words), words
    assert max(map(len, lines)) <= 80


def test_few_wide_rows_are_listed_column_by_column():
    lines = printed(WIDE, limit=2)
    assert sum(line.startswith("column_11") for line in lines) == 2
    assert "the first 2 rows (--limit N shows more)" in lines
    assert not any("more" in line for line in printed(WIDE, limit=6))


@pytest.mark.parametrize("limit", [1, 100])
def test_only_what_is_shown_is_fetched(limit):
    endless = "SELECT n FROM range(1_000_000_000_000) t(n)"
    assert f"the first {limit} rows (--limit N shows more)" in printed(endless, limit)
    with redirect_stdout(io.StringIO()) as out:
        write_csv(duckdb.connect().execute(endless), limit)
    assert len(out.getvalue().splitlines()) == limit + 1


@pytest.mark.parametrize("sql", ["SELECT 1 AS a WHERE false", f"{WIDE} LIMIT 0"])
def test_an_answer_without_rows_says_so(sql):
    assert printed(sql)[-1] == "no rows"
    assert "no rows" not in printed("SELECT 1 AS a")


def test_text_is_no_markup():
    assert "[red]x[/red]" in " ".join(printed("SELECT '[red]x[/red]' AS a"))


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "releases" / "latest"
    folder.mkdir(parents=True)
    with connect(folder / DATABASE) as con:
        con.execute("CREATE TABLE t AS SELECT '=cmd' AS a, i AS n, NULL AS e FROM range(5) r(i)")
        con.execute("CREATE VIEW v AS FROM t")
        con.execute("COMMENT ON VIEW v IS 'What t holds.'")
    return tmp_path


def asked(home, *arguments: str, typed: str | None = None):
    return RUNNER.invoke(app, ["sql", *arguments, "--home", str(home)], input=typed)


def test_a_statement_is_answered_as_csv_with_formulas_as_text(home):
    told = asked(home, "FROM v ORDER BY n LIMIT 1", "--csv")
    assert list(csv.reader(told.stdout.splitlines())) == [["a", "n", "e"], ["'=cmd", "0", ""]]


def test_piped_statements_are_answered_one_after_the_other(home):
    told = asked(home, typed="SELECT 41 + 1 AS x;\nSELECT count(*) AS rows FROM t;")
    assert told.exit_code == 0
    assert "42" in told.stdout and "5" in told.stdout


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"model": "RestNet-152"}, ["model=RestNet-152 stands in no observation; did you mean ResNet-152?"]),
        ({"paper": "1512.0338"}, ["paper=1512.0338 stands in no observation; did you mean 1512.03385?"]),
        ({"model": "resnet", "benchmark": "coco", "estimator": "al"}, []),
    ],
)
def test_a_mistyped_name_in_a_question_is_told(variables, told):
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE core_observations AS SELECT 'ResNet-152' AS model, 'coco' AS benchmark, '' AS series,"
            " '1512.03385' AS paper_id UNION ALL SELECT 'BERT', NULL, NULL, NULL"
        )
        assert list(_mistyped(con, variables)) == told


@pytest.mark.parametrize("statement", ["SELEC", "FROM nowhere", "DROP TABLE t", "INSERT INTO t VALUES ('', 1, 1)"])
def test_what_is_not_understood_or_not_allowed_is_one_line(home, statement):
    told = asked(home, statement)
    assert told.exit_code == 2
    assert told.stderr.startswith("Error: ") and told.stderr.count("\n") == 1
