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


def test_killed_while_reading_again_and_again(papers, tmp_path):
    home = tmp_path / "home"

    def are_read(count: int) -> bool:
        return len([p for p in home.glob("readings/*/*.json.gz") if ".parse-" not in p.name]) >= count

    for count in (1, 3, 5):
        kill_when(papers, home, lambda count=count: are_read(count))
    ingest.fn(papers=papers, home=home)
    undisturbed = tmp_path / "undisturbed"
    ingest.fn(papers=papers, home=undisturbed)
    assert contents(home / "warehouse.duckdb") == contents(undisturbed / "warehouse.duckdb")


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
    from flows.errors import HomeInUse
    from flows.lock import _held, holding

    home = tmp_path / "home"
    as_another_process = patch.dict(_held, clear=True)
    with holding(home), as_another_process, pytest.raises(HomeInUse, match=str(os.getpid())), holding(home):
        pass
