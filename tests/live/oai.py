"""arXiv's OAI-PMH, as its own server answers (github.com/arXiv/oaipmh: templates, data_queries, resume, oai_errors).

From there: errors come with status 200; `from` before 2005-09-16, `until` after today and a set that does not exist
are `badArgument`; a set is a group and may go on with archive and category (`cs`, `cs:cs:CV`); a withdrawn version has
size `0kb` and source type `I`; a resumption token is the query itself with `skip`, percent-encoded, and its attribute
is called `expires`. Assumed: a removed paper is a deleted record ("persistent", says Identify), and the last page of
several carries an empty token. Of the metadata formats arXivRaw alone is imitated.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import escape
from urllib.parse import quote, urlencode

from tests.live.answers import Answer
from tests.live.catalogue import EARLIEST, Catalogue, Paper

MEDIA_TYPE = "application/xml"
GROUPS = ("cs", "econ", "eess", "math", "physics", "q-bio", "q-fin", "stat")
_ADDRESS = "https://oaipmh.arxiv.org/oai"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_RAW = "http://arxiv.org/OAI/arXivRaw/"


class OaiError(ValueError):
    """One of the protocol's errors: its code, and words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass
class OaiPmh:
    """The endpoint. `page_size` records a page; a token is good for `token_seconds`, then it is a bad one."""

    catalogue: Catalogue
    page_size: int = 1000
    token_seconds: float = 3600
    _tokens: dict[str, tuple[dict[str, str], int, datetime]] = field(default_factory=dict)

    def expire_tokens(self) -> None:
        """Every token handed out so far is a bad one from now on."""
        self._tokens.clear()

    def query(self, params: dict[str, str]) -> Answer:
        """The answer to a request with these parameters."""
        verbs = {"Identify": self._identify, "ListRecords": self._list_records, "GetRecord": self._get_record}
        try:
            if params.get("verb") not in verbs:
                raise OaiError("badVerb", "Invalid verb provided")
            inner = verbs[params["verb"]](params)
            attributes = "".join(f' {name}="{escape(value)}"' for name, value in params.items())
        except OaiError as error:
            attributes, inner = "", f"<error code='{error.code}'>{escape(str(error))}</error>"
        return Answer(200, _document(attributes, inner), MEDIA_TYPE)

    def _identify(self, params: dict[str, str]) -> str:
        _only(params, set())
        return f"""<Identify>
        <repositoryName>arXiv</repositoryName>
        <baseURL>{_ADDRESS}</baseURL>
        <protocolVersion>2.0</protocolVersion>
        <adminEmail>help@arxiv.org</adminEmail>
        <earliestDatestamp>{EARLIEST}</earliestDatestamp>
        <deletedRecord>persistent</deletedRecord>
        <granularity>YYYY-MM-DD</granularity>
    </Identify>"""

    def _get_record(self, params: dict[str, str]) -> str:
        _only(params, {"identifier", "metadataPrefix"}, required={"identifier", "metadataPrefix"})
        _check_prefix(params)
        paper = self.catalogue.papers.get(params["identifier"].removeprefix("oai:arXiv.org:"))
        if paper is None:
            raise OaiError("idDoesNotExist", "Nothing found for this ID")
        return f"<GetRecord>{_record(paper)}</GetRecord>"

    def _list_records(self, params: dict[str, str]) -> str:
        skip = 0
        if "resumptionToken" in params:
            _only(params, {"resumptionToken"})
            params, skip = self._resumed(params["resumptionToken"])
        papers = self._selected(params)
        if not papers:
            raise OaiError("noRecordsMatch", "The combination of the values of the arguments results in an empty list.")
        page, after = papers[skip : skip + self.page_size], skip + self.page_size
        token = self._token(params, after) if after < len(papers) else "<resumptionToken/>" if skip else ""
        return f"<ListRecords>{''.join(map(_record, page))}{token}</ListRecords>"

    def _selected(self, params: dict[str, str]) -> list[Paper]:
        """The papers that the arguments select, by datestamp and id."""
        _only(params, {"metadataPrefix", "from", "until", "set"}, required={"metadataPrefix"})
        _check_prefix(params)
        today = self.catalogue.today
        first = _day("from", params["from"]) if "from" in params else EARLIEST
        last = _day("until", params["until"]) if "until" in params else today
        if first > last:
            raise OaiError("badArgument", "until date must be greater than or equal to from date")
        if first < EARLIEST:
            raise OaiError("badArgument", "start date too early")
        if last > today:
            raise OaiError("badArgument", "until date too late")
        wanted = params.get("set", "")
        if wanted and wanted.split(":")[0] not in GROUPS:
            raise OaiError("badArgument", "Set does not exist")
        papers = [p for p in self.catalogue.papers.values() if first <= p.datestamp <= last and _in_set(p, wanted)]
        return sorted(papers, key=lambda paper: (paper.datestamp, paper.paper_id))

    def _token(self, params: dict[str, str], skip: int) -> str:
        expires = datetime.now(UTC) + timedelta(seconds=self.token_seconds)
        token = quote(urlencode({**params, "skip": skip}))
        self._tokens[token] = (params, skip, expires)
        return f"<resumptionToken expires='{expires:%Y-%m-%dT%H:%M:%SZ}'>{token}</resumptionToken>"

    def _resumed(self, token: str) -> tuple[dict[str, str], int]:
        params, skip, expires = self._tokens.get(token, ({}, 0, datetime.min.replace(tzinfo=UTC)))
        if expires <= datetime.now(UTC):
            raise OaiError("badResumptionToken", "The value of the resumptionToken argument is invalid or expired.")
        return params, skip


def _only(params: dict[str, str], allowed: set[str], required: set[str] | None = None) -> None:
    unknown, missing = set(params) - allowed - {"verb"}, (required or set()) - set(params)
    if unknown or missing:
        raise OaiError("badArgument", f"Parameters provided did not match expected: {sorted(unknown | missing)}")


def _check_prefix(params: dict[str, str]) -> None:
    if params["metadataPrefix"] != "arXivRaw":
        raise OaiError("cannotDisseminateFormat", "Did not recognize requested format")


def _day(name: str, text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise OaiError("badArgument", f"{name} date format must be YYYY-MM-DD") from None


def _sets(paper: Paper) -> list[str]:
    """`cs.CV` is in set `cs:cs:CV`; an archive that is no group of its own belongs to physics."""
    archives = [category.partition(".") for category in paper.categories]
    groups = [archive if archive in GROUPS else "physics" for archive, _, _ in archives]
    return [":".join(filter(None, (group, a, c))) for group, (a, _, c) in zip(groups, archives, strict=True)]


def _in_set(paper: Paper, wanted: str) -> bool:
    return not wanted or any(f"{name}:".startswith(f"{wanted}:") for name in _sets(paper))


def _record(paper: Paper) -> str:
    sets = "".join(f"<setSpec>{name}</setSpec>" for name in _sets(paper))
    deleted = ' status="deleted"' if paper.is_deleted else ""
    header = f"<identifier>oai:arXiv.org:{paper.paper_id}</identifier><datestamp>{paper.datestamp}</datestamp>{sets}"
    metadata = "" if paper.is_deleted else f"<metadata>{_raw(paper)}</metadata>"
    return f"\n        <record><header{deleted}>{header}</header>{metadata}</record>"


def _raw(paper: Paper) -> str:
    versions = "".join(
        f"""
            <version version="v{version.number}">
                <date>{version.submitted:%a, %d %b %Y %H:%M:%S GMT}</date>
                <size>{version.size_bytes // 1024}kb</size>
                <source_type>{"I" if version.source is None else "D"}</source_type>
            </version>"""
        for version in paper.versions
    )
    comments = f"<comments>{escape(paper.comment)}</comments>" if paper.comment else ""
    return f"""
        <arXivRaw xmlns="{_RAW}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_RAW} http://arxiv.org/OAI/arXivRaw.xsd">
            <id>{paper.paper_id}</id>
            <submitter>{escape(paper.authors[0])}</submitter>{versions}
            <title>{escape(paper.title)}</title>
            <authors>{escape(", ".join(paper.authors))}</authors>
            <categories>{" ".join(paper.categories)}</categories>
            {comments}
            <license>{paper.licence}</license>
            <abstract>  {escape(paper.abstract)}
</abstract>
        </arXivRaw>"""


def _document(attributes: str, inner: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"
         xmlns:xsi="{_XSI}"
         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
    <responseDate>{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}</responseDate>
    <request{attributes}>{_ADDRESS}</request>
    {inner}
</OAI-PMH>""".encode()
