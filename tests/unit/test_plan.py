"""Plan: one document for a paper, one paper for a document, and only what is not read yet."""

import random

import pytest

from tasks.documents.plan import chunks, current_documents, to_read
from tasks.wording import words
from tests.unit.rows import sidecar


def version(n: int | None, sha: str, **changes):
    arxiv = "1512.03385" + (f"v{n}" if n else "")
    return sidecar(sha, "1512.03385", arxiv_id=arxiv, **changes)


def names(sidecars) -> list[tuple[str, str]]:
    return [(s.paper_id, s.document_sha256) for s in sidecars]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (version(1, "aa"), version(2, "bb")),
        (version(9, "zz"), version(10, "aa")),
        (version(None, "zz"), version(1, "aa")),
        # The version counts, not the time of fetching.
        (version(1, "zz", fetched_at="2027-01-01T00:00:00+00:00"), version(2, "aa")),
        (sidecar("zz", "p"), sidecar("aa", "p", fetched_at="2027-01-01T00:00:00+00:00")),
        (sidecar("aa", "p"), sidecar("bb", "p")),
    ],
)
def test_the_newest_version_speaks_for_its_paper(older, newer):
    for given in ([older, newer], [newer, older]):
        current, aside = current_documents(given)
        assert current == [newer]
        assert [(a.sidecar, a.reason.code) for a in aside] == [(older, "superseded")]
        assert (newer.arxiv_id or newer.document_sha256[:12]) in words(aside[0].reason)


def test_the_same_bytes_under_two_names_are_read_once_as_the_arxiv_paper():
    copy, known = sidecar("aa", "a copy"), version(1, "aa")
    current, aside = current_documents([copy, known])
    assert current == [known]
    assert [(a.sidecar, a.reason.code, words(a.reason)) for a in aside] == [
        (copy, "duplicate", "the same bytes as 1512.03385")
    ]


def test_without_an_identifier_the_first_name_stands():
    current, aside = current_documents([sidecar("aa", "b"), sidecar("aa", "c"), sidecar("aa", "a")])
    assert names(current) == [("a", "aa")]
    assert sorted(a.sidecar.paper_id for a in aside) == ["b", "c"]


def test_a_copy_of_an_old_version_is_set_aside_with_it():
    current, aside = current_documents([sidecar("aa", "a copy"), version(1, "aa"), version(2, "bb")])
    assert names(current) == [("1512.03385", "bb")]
    assert {(a.sidecar.paper_id, a.reason.code) for a in aside} == {
        ("a copy", "duplicate"),
        ("1512.03385", "superseded"),
    }


@pytest.mark.parametrize("fetched_at", ["2025-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"])
def test_a_paper_that_came_under_arxivs_id_too_is_read_once_as_that(fetched_at):
    named, known = sidecar("bb", "resnet final", fetched_at=fetched_at), version(None, "aa")
    ids = {"resnet final": "1512.03385", "another": "1409.1556"}
    for given in ([named, known], [known, named]):
        current, aside = current_documents(given, arxiv_papers=ids)
        assert current == [known]
        assert [(a.sidecar, a.reason.code) for a in aside] == [(named, "superseded")]
        assert current_documents(given)[1] == []


def test_a_paper_that_came_under_its_name_only_keeps_it():
    named = sidecar("bb", "resnet final")
    assert current_documents([named], arxiv_papers={"resnet final": "1512.03385"}) == ([named], [])


def test_every_document_is_current_or_set_aside_whatever_the_order():
    given = [sidecar(f"{i % 7:02}", f"p{i % 5}", arxiv_id=f"1512.0000{i % 5}v{i}") for i in range(30)]
    given = list({(s.document_sha256, s.paper_id): s for s in given}.values())
    expected = None
    for seed in range(5):
        random.Random(seed).shuffle(given)
        current, aside = current_documents(given)
        assert sorted(names(current) + names(a.sidecar for a in aside)) == sorted(names(given))
        assert len({s.paper_id for s in current}) == len({s.document_sha256 for s in current}) == len(current)
        assert expected in (None, current)
        expected = current


def test_nothing_stored_nothing_to_do():
    assert current_documents([]) == ([], [])


@pytest.mark.parametrize(
    ("loaded", "is_read"),
    [
        (set(), True),
        ({("aa", "p", "P1", "E1", "C1")}, False),
        ({("aa", "p", "P0", "E1", "C1")}, True),
        ({("aa", "p", "P1", "E0", "C1")}, True),
        ({("aa", "p", "P1", "E1", None)}, True),
        ({("aa", "another", "P1", "E1", "C1")}, True),
        ({("bb", "p", "P1", "E1", "C1")}, True),
        ({("aa", "p", "P0", "E0", None), ("aa", "p", "P1", "E1", "C1")}, False),
    ],
)
def test_a_document_is_read_unless_these_versions_read_it_as_this_paper(loaded, is_read):
    document = sidecar("aa", "p")
    assert to_read([document], loaded, "P1", "E1", {"p": "C1"}) == ([document] if is_read else [])


def test_a_document_whose_corrections_are_gone_is_read_again():
    document = sidecar("aa", "p")
    assert to_read([document], {("aa", "p", "P1", "E1", "C1")}, "P1", "E1", {"another": "C1"}) == [document]
    assert to_read([document], {("aa", "p", "P1", "E1", None)}, "P1", "E1", {"another": "C1"}) == []


@pytest.mark.parametrize(("n", "size", "lengths"), [(0, 3, []), (3, 3, [3]), (7, 3, [3, 3, 1]), (2, 50, [2])])
def test_chunks_hold_every_document_in_order(n, size, lengths):
    documents = [sidecar(f"{i:02}", f"p{i}") for i in range(n)]
    cut = chunks(documents, size)
    assert [c.size for c in cut] == lengths
    assert [s for c in cut for s in c.documents] == documents
    assert [(c.number, c.of) for c in cut] == [(i, len(cut)) for i in range(1, len(cut) + 1)]
