"""`kill -9` in the middle: nothing lost, nothing double, and readers of `latest` never see a half release."""

import os
from unittest.mock import patch

import pytest

from flows.pipeline import ingest, nightly
from tests.papers import write_paper
from tests.tables import contents
from tools.kills import is_whole, kill_when, some_papers

pytestmark = pytest.mark.timeout(600)  # two nights and more in each


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    return some_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="module")
def undisturbed(papers, tmp_path_factory):
    home = tmp_path_factory.mktemp("undisturbed")
    ingest.fn(papers=papers, home=home)
    return contents(home / "warehouse.duckdb")


@pytest.mark.parametrize("readings", [1, 3, 5])
def test_killed_while_reading(readings, papers, undisturbed, tmp_path):
    home = tmp_path / "home"

    def some_are_read() -> bool:
        return len([p for p in home.glob("readings/*/*.json.gz") if ".parse-" not in p.name]) >= readings

    kill_when(papers, home, some_are_read)
    ingest.fn(papers=papers, home=home)
    assert contents(home / "warehouse.duckdb") == undisturbed


def test_killed_while_publishing(papers, tmp_path):
    home = tmp_path / "home"
    releases = home / "releases"
    nightly.fn(papers=papers, home=home)
    before = (releases / "latest").resolve()
    extra = tmp_path / "more"
    extra.mkdir()
    write_paper(extra / "extra.pdf", "ExtraNet", 81.5, 9)

    kill_when(extra, home, lambda: bool(list(releases.glob(".building-*/warehouse.duckdb"))))
    assert (releases / "latest").resolve() == before
    assert is_whole(before)

    nightly.fn(papers=extra, home=home)
    after = (releases / "latest").resolve()
    assert after != before
    assert is_whole(after)
    assert is_whole(before)
    assert not list(releases.glob(".building-*"))


def test_a_second_run_while_one_holds_the_home_is_refused(papers, tmp_path):
    from flows.runtime import HomeInUse, _held, holding

    home = tmp_path / "home"
    as_another_process = patch.dict(_held, clear=True)
    with holding(home), as_another_process, pytest.raises(HomeInUse, match=str(os.getpid())), holding(home):
        pass
