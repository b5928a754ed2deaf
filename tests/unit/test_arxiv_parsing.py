"""arXiv's answers: Atom and OAI-PMH of the real form, errors, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.http import Refused
from tasks.sources.arxiv import api, oai
from tasks.sources.arxiv.records import Metadata
from tasks.sources.arxiv.withdrawal import announces_withdrawal
from tasks.sources.arxiv.xml_responses import Unreadable, parse_xml
from tests.arxiv_answers import atom_entry, atom_feed, oai_answer, oai_deleted, oai_error, oai_record

# --- Atom


def test_an_entry_of_the_real_form_is_read():
    feed = api.parse_feed(
        atom_feed(
            [
                atom_entry(
                    "1512.03385v2",
                    title="Deep Residual\n  Learning",
                    abstract="\n      Deeper nets on\n      ImageNet.\n",
                    authors=("Kaiming He", "Émile Exemple"),
                    categories=("cs.CV", "cs.LG"),
                )
            ],
            total=7,
        )
    )
    assert (feed.total, feed.entries) == (7, 1)
    assert feed.papers == [
        Metadata(
            "1512.03385",
            2,
            title="Deep Residual Learning",
            authors="Kaiming He; Émile Exemple",
            categories="cs.CV cs.LG",
            submitted_at="2015-12-10T19:51:55Z",
            updated_at="2016-01-02T10:00:00Z",
            abstract="Deeper nets on ImageNet.",
            is_withdrawn=None,
        )
    ]


def test_the_primary_category_comes_first_whatever_the_order_of_the_others():
    entry = atom_entry("1512.03385v1", categories=("stat.ML", "cs.LG")).replace('primary_category term="stat.ML"', "X")
    entry = entry.replace("arxiv:X", 'arxiv:primary_category term="cs.LG"')
    (paper,) = api.parse_feed(atom_feed([entry])).papers
    assert paper.categories == "cs.LG stat.ML"


def test_a_feed_that_announces_a_withdrawal_proves_it_and_one_that_does_not_proves_nothing():
    entries = [
        atom_entry("1910.09022v2", abstract="this paper has been withdrawn"),
        atom_entry("2003.00001v2", comment="12 pages. This paper has been withdrawn by the authors due to an error"),
        atom_entry("2003.00002v1", comment="12 pages"),
    ]
    assert [p.is_withdrawn for p in api.parse_feed(atom_feed(entries)).papers] == [True, True, None]


def test_an_old_id_is_read():
    (paper,) = api.parse_feed(atom_feed([atom_entry("cs/0112017v1")])).papers
    assert (paper.paper_id, paper.version) == ("cs/0112017", 1)


def test_the_error_feed_is_an_error_with_arxiv_s_words():
    entry = (
        "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_1234</id><title>Error</title>"
        "<summary>incorrect id format for 1234</summary></entry>"
    )
    with pytest.raises(Refused, match="answers with an error: incorrect id format for 1234"):
        api.parse_feed(atom_feed([entry]))


def test_a_paper_called_error_is_a_paper():
    assert api.parse_feed(atom_feed([atom_entry("1512.03385v1", title="Error")])).entries == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no XML"),
        (b"<html><body>Rate exceeded.</body></html>", "no Atom feed but <html>"),
        (atom_feed([])[:-9], "no XML"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>', "the number of results"),
        (atom_feed([atom_entry("1512.03385")]), "no id of a paper's version"),
        (atom_feed([atom_entry("not-an-id")]), "no id of a paper's version"),
        (b'<?xml version="1.0" encoding="klingon"?><feed/>', "no XML"),
        (atom_feed([atom_entry("1512.03385v1", title="caf\xe9")]).decode().encode("latin-1"), "no XML"),
    ],
)
def test_what_is_no_feed_says_why(content, reason):
    with pytest.raises(Unreadable, match=reason):
        api.parse_feed(content)


def test_control_characters_that_xml_forbids_do_not_lose_the_page():
    (paper,) = api.parse_feed(
        atom_feed([atom_entry("1512.03385v1", title="Deep\x0bNets\x00".replace("\0", ""))])
    ).papers
    assert paper.title == "DeepNets"


def test_entities_are_never_declared():
    bomb = b'<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><feed>&b;</feed>'
    for content in (bomb, bomb.decode().encode("utf-16")):
        with pytest.raises(Unreadable, match="declares a document type"):
            parse_xml(content)


@given(st.binary())
def test_any_bytes_are_a_feed_or_a_clear_refusal(content):
    for parse in (api.parse_feed, oai.parse_page):
        with pytest.raises(Refused):
            parse(content)


# --- OAI-PMH


def test_a_record_of_the_real_form_is_read():
    page = oai.parse_page(
        oai_answer(
            [
                oai_record(
                    "2501.00001",
                    versions=[
                        ("Mon, 07 Oct 2024 10:45:05 GMT", "2113kb", "D"),
                        ("Wed, 1 Jan 2025 00:00:00 GMT", "2kb", ""),
                    ],
                    title="A\n  Title",
                    authors="A. Cabrera-Codony (1), B. Jones, Jr. and Z. Last ((1) MIT (Boston))",
                    abstract="  We test on ImageNet.\n",
                    categories="cs.CV cs.LG",
                )
            ],
            token="skip%3D1000",
        )
    )
    assert page.token == "skip%3D1000" and page.notes == []
    assert page.records == [
        Metadata(
            "2501.00001",
            2,
            title="A Title",
            authors="A. Cabrera-Codony; B. Jones, Jr.; Z. Last",
            categories="cs.CV cs.LG",
            licence="http://creativecommons.org/licenses/by/4.0/",
            submitted_at="2024-10-07T10:45:05Z",
            updated_at="2025-01-01T00:00:00Z",
            abstract="We test on ImageNet.",
            is_withdrawn=False,
        )
    ]


def test_versions_count_by_their_numbers_not_by_their_order():
    record = oai_record("2501.00001", versions=[("Mon, 07 Oct 2024 10:45:05 GMT", "1kb", "D")])
    first = '<version version="v11"><date>Tue, 08 Oct 2024 00:00:00 GMT</date><size>1kb</size></version><version '
    (paper,) = oai.parse_page(oai_answer([record.replace("<version ", first, 1)])).records
    assert (paper.version, paper.updated_at) == (11, "2024-10-08T00:00:00Z")


@pytest.mark.parametrize(
    ("size", "source_type", "comments", "withdrawn"),
    [
        ("10kb", "D", None, False),
        ("10kb", "AD", "10 pages", False),
        ("0kb", "I", None, True),
        ("10kb", "AI", None, True),
        ("0kb", "", None, True),
        ("10kb", "D", "This paper has been withdrawn by the author", True),
        ("10kb", "D", "Withdrawn from ICLR 2020", False),
    ],
)
def test_a_withdrawal_is_seen_in_the_newest_version_or_the_comment(size, source_type, comments, withdrawn):
    day = "Mon, 07 Oct 2024 10:45:05 GMT"
    record = oai_record("2501.00001", versions=[(day, "5kb", "D"), (day, size, source_type)], comments=comments)
    assert [p.is_withdrawn for p in oai.parse_page(oai_answer([record])).records] == [withdrawn]


def test_a_paper_that_was_withdrawn_and_came_back_is_there():
    day = "Mon, 07 Oct 2024 10:45:05 GMT"
    record = oai_record("2501.00001", versions=[(day, "5kb", "D"), (day, "0kb", "I"), (day, "6kb", "D")])
    assert [p.is_withdrawn for p in oai.parse_page(oai_answer([record])).records] == [False]


def test_a_deleted_record_is_withdrawn_and_has_no_version():
    page = oai.parse_page(oai_answer([oai_deleted("cs/0112017")]))
    assert page.records == [Metadata("cs/0112017", None, is_withdrawn=True)]


def test_a_record_that_cannot_be_read_is_noted_and_the_others_stand():
    good = oai_record("2501.00002")
    bad = [
        oai_record("2501.0001"),
        oai_record("2501.00003").replace("arXivRaw", "arXiv"),
        oai_record("2501.00004", versions=[]),
        oai_record("2501.00005").replace('version="v1"', 'version="first"'),
    ]
    page = oai.parse_page(oai_answer([*bad, good]))
    assert [p.paper_id for p in page.records] == ["2501.00002"]
    reasons = ("no identifier of arXiv's", "without metadata", "names no version", "is called 'first'")
    assert len(page.notes) == 4
    assert all(reason in note for reason, note in zip(reasons, page.notes, strict=True))


def test_a_date_that_is_none_is_left_empty():
    (paper,) = oai.parse_page(oai_answer([oai_record("2501.00001", versions=[("soon", "1kb", "D")])])).records
    assert (paper.submitted_at, paper.updated_at) == (None, None)


def test_nothing_that_matches_is_an_empty_last_page():
    assert oai.parse_page(oai_error("noRecordsMatch")) == oai.OaiPage([])


def test_other_errors_are_errors():
    with pytest.raises(oai.BadResumptionToken):
        oai.parse_page(oai_error("badResumptionToken"))
    with pytest.raises(Refused, match="badArgument: until date too late"):
        oai.parse_page(oai_error("badArgument", "until date too late"))


def test_an_empty_token_ends_the_list():
    assert oai.parse_page(oai_answer([oai_record("2501.00001")], token="")).token is None


@pytest.mark.parametrize("content", [b"<html/>", oai_answer([]).replace(b"ListRecords", b"Identify")])
def test_what_is_no_list_is_refused(content):
    with pytest.raises(Unreadable):
        oai.parse_page(content)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("A. Smith, B. Jones and C. Lee", "A. Smith; B. Jones; C. Lee"),
        ("A. Smith, B. Jones, and C. Lee", "A. Smith; B. Jones; C. Lee"),
        ("Martin King, Jr., Henry Tudor, III", "Martin King, Jr.; Henry Tudor, III"),
        ("Anders And, Roland Brand", "Anders And; Roland Brand"),
        ("A. Smith (MIT, Boston (and Rome)), B. Jones", "A. Smith; B. Jones"),
        ("", None),
        ("(nobody)", None),
    ],
)
def test_a_line_of_authors(line, names):
    assert oai.authors(line) == names


# --- withdrawals


@pytest.mark.parametrize(
    "text",
    [
        "This paper has been withdrawn by the author due to a crucial error in equation 1",
        "this paper has been withdrawn",
        "[This paper has been withdrawn by the author] As the modern",
        "The following paper has been withdrawn from consideration for publication",
        "arXiv admin note: This submission has been withdrawn by arXiv administrators due to",
        "This paper is withdrawn since we found a flaw",
        "The paper was withdrawn.",
        "This article is hereby withdrawn",
        "Paper withdrawn by the author",
        "- Paper withdrawn by the author - CMOS sensors",
        "Withdrawn",
        "Withdrawn by authors",
        "Withdrawn. Work never submitted.",
        "The authors have withdrawn this paper",
        "The author has now withdrawn the manuscript.",
    ],
)
def test_announcements_of_a_withdrawal(text):
    assert announces_withdrawal(None, text)
    assert announces_withdrawal(f"12 pages, 3 figures. {text}", None)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "We study whether a paper has been withdrawn from a benchmark.",
        "Papers about drugs that have been withdrawn from the market",
        "arXiv admin note: substantial text overlap with arXiv:1234.5678",
        "This paper was withdrawn from ICLR 2023",
        "ICLR 2020 withdrawn submission",
        "When a player withdraws mid-tournament",
        "Withdrawn water is measured",
    ],
)
def test_no_announcements_of_a_withdrawal(text):
    assert not announces_withdrawal(text, text)
