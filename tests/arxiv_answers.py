"""Answers of arXiv's interfaces, made by hand in their real form, and a web that gives them out and keeps the book."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from tasks.http import HttpError

API = "https://export.arxiv.org/api/query"
OAI = "https://oaipmh.arxiv.org/oai"


@dataclass
class FakeWeb:
    """Answers by what `answer` makes of address and parameters; an exception is raised. `asked` has every request."""

    answer: Callable[[str, dict[str, str]], bytes | HttpError]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def query(self, url: str, params: dict[str, str], kind: str) -> bytes:
        assert kind == "xml"
        self.asked.append((url, dict(params)))
        given = self.answer(url, params)
        if isinstance(given, HttpError):
            raise given
        return given


def in_order(*answers: bytes | HttpError) -> FakeWeb:
    """A web that gives these answers, one after the other; more questions are a mistake."""
    left = list(answers)
    return FakeWeb(lambda url, params: left.pop(0))


def atom_feed(entries: Sequence[str], total: int | None = None) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title type="html">ArXiv Query: search_query=&amp;id_list=1512.03385</title>
  <id>http://arxiv.org/api/ltEowUrxgsga</id>
  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{
        len(entries) if total is None else total
    }</opensearch:totalResults>
  {"".join(entries)}
</feed>
""".encode()


def atom_entry(
    arxiv_id: str,
    title: str = "A Network",
    abstract: str = "We test on ImageNet.",
    authors: Sequence[str] = ("Ada Example",),
    categories: Sequence[str] = ("cs.CV",),
    comment: str | None = None,
    published: str = "2015-12-10T19:51:55Z",
) -> str:
    names = "".join(f"<author><name>{escape(name)}</name></author>" for name in authors)
    said = f"<arxiv:comment>{escape(comment)}</arxiv:comment>" if comment else ""
    terms = "".join(f'<category term="{c}" scheme="http://arxiv.org/schemas/atom"/>' for c in categories)
    return f"""<entry xmlns:arxiv="http://arxiv.org/schemas/atom">
    <id>http://arxiv.org/abs/{arxiv_id}</id>
    <updated>2016-01-02T10:00:00Z</updated>
    <published>{published}</published>
    <title>{escape(title)}</title>
    <summary>{escape(abstract)}</summary>
    {names}{said}
    <arxiv:primary_category term="{categories[0]}" scheme="http://arxiv.org/schemas/atom"/>{terms}
  </entry>"""


def oai_answer(records: Sequence[str], token: str | None = None) -> bytes:
    resumption = "" if token is None else f"<resumptionToken expires='2026-01-01T00:00:00Z'>{token}</resumptionToken>"
    return _oai(f"<ListRecords>{''.join(records)}{resumption}</ListRecords>")


def oai_error(code: str, text: str = "words") -> bytes:
    return _oai(f"<error code='{code}'>{text}</error>")


def oai_record(
    paper_id: str,
    versions: Sequence[tuple[str, str, str]] = (("Mon, 07 Oct 2024 10:45:05 GMT", "2113kb", "D"),),
    title: str = "A Network",
    authors: str = "Ada Example",
    abstract: str = "We test on ImageNet.",
    categories: str = "cs.CV",
    comments: str | None = None,
) -> str:
    """One record; `versions` are date, size and source type of v1, v2 and so on."""
    history = "".join(
        f'<version version="v{n}"><date>{day}</date><size>{size}</size>'
        + (f"<source_type>{kind}</source_type></version>" if kind else "</version>")
        for n, (day, size, kind) in enumerate(versions, start=1)
    )
    said = f"<comments>{escape(comments)}</comments>" if comments else ""
    return f"""<record><header><identifier>oai:arXiv.org:{paper_id}</identifier><datestamp>2026-01-02</datestamp>
    <setSpec>cs:cs:CV</setSpec></header><metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">
    <id>{paper_id}</id><submitter>Ada Example</submitter>{history}<title>{escape(title)}</title>
    <authors>{escape(authors)}</authors><categories>{categories}</categories>{said}
    <license>http://creativecommons.org/licenses/by/4.0/</license><abstract>{escape(abstract)}</abstract>
    </arXivRaw></metadata></record>"""


def oai_deleted(paper_id: str) -> str:
    return (
        f'<record><header status="deleted"><identifier>oai:arXiv.org:{paper_id}</identifier>'
        "<datestamp>2026-01-02</datestamp></header></record>"
    )


def _oai(inner: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
    <responseDate>2026-01-03T00:00:00Z</responseDate><request verb="ListRecords">{OAI}</request>{inner}
</OAI-PMH>""".encode()
