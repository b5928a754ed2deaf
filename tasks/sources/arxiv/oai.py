"""arXiv's OAI-PMH (https://info.arxiv.org/help/oa/index.html): everything of computer science that changed, by day.

The protocol: https://www.openarchives.org/OAI/openarchivesprotocol.html. The format arXivRaw carries the versions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from schemas.codes.http import HttpReason
from tasks.http import Refused
from tasks.names.arxiv_ids import arxiv_identity
from tasks.sources.arxiv.records import Metadata
from tasks.sources.arxiv.withdrawal import announces_withdrawal
from tasks.sources.arxiv.xml_responses import QueryClient, Unreadable, ask, parse_xml, words

INTERFACE = "arXiv's OAI-PMH"
MAX_PAGES = 2_000
"""Pages of one window, beyond which a list that never ends is the likelier reading."""

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_RAW = "{http://arxiv.org/OAI/arXivRaw/}"


@dataclass(frozen=True)
class OaiPage:
    """One page of a list: its records, the token for the next page (None: it was the last), and what was left out."""

    records: list[Metadata]
    token: str | None = None
    notes: list[str] = field(default_factory=list)


class BadResumptionToken(Refused):
    """The server does not know the token (any more): the list must be requested from its beginning."""


def parse_page(content: bytes) -> OaiPage:
    """Read one answer to ListRecords. A record that cannot be read is left out with a note, and the others stand.

    Raises:
        BadResumptionToken: the token was not accepted.
        Refused: it is another error than that of an empty list.
        Unreadable: it is no OAI-PMH.
    """
    root = parse_xml(content)
    if root.tag != f"{_OAI}OAI-PMH":
        raise Unreadable(HttpReason.OTHER_XML, wanted="OAI-PMH", element=root.tag.rpartition("}")[2])
    error = root.find(f"{_OAI}error")
    if error is not None:
        return _error(error.get("code") or "no code", " ".join((error.text or "").split()))
    listed = root.find(f"{_OAI}ListRecords")
    if listed is None:
        raise Unreadable(HttpReason.INCOMPLETE, part="both records and an error")
    records, notes = [], []
    for element in listed.findall(f"{_OAI}record"):
        try:
            records.append(_record(element))
        except ValueError as fault:
            notes.append(f"OAI-PMH: a record was left out: {fault}")
    return OaiPage(records, words(listed, f"{_OAI}resumptionToken"), notes)


def _error(code: str, text: str) -> OaiPage:
    if code == "noRecordsMatch":
        return OaiPage([])
    if code == "badResumptionToken":
        raise BadResumptionToken(HttpReason.TOKEN_REFUSED, interface=INTERFACE, error=text)
    raise Refused(HttpReason.API_ERROR, interface=INTERFACE, error=f"{code}: {text}")


def _record(element: Element) -> Metadata:
    header = element.find(f"{_OAI}header")
    identifier = words(element, f"{_OAI}header/{_OAI}identifier") or ""
    identity = arxiv_identity(identifier)
    if identity is None:
        raise ValueError(f"{identifier!r} is no identifier of arXiv's")
    if header is not None and header.get("status") == "deleted":
        return Metadata(identity[0], None, is_withdrawn=True)
    raw = element.find(f"{_OAI}metadata/{_RAW}arXivRaw")
    if raw is None:
        raise ValueError(f"{identity[0]} comes without metadata in the format arXivRaw")
    versions = {_number(v): v for v in raw.findall(f"{_RAW}version")}
    if not versions:
        raise ValueError(f"{identity[0]} names no version")
    newest = max(versions)
    first, last = versions[min(versions)], versions[newest]
    abstract = words(raw, f"{_RAW}abstract")
    return Metadata(
        identity[0],
        newest,
        title=words(raw, f"{_RAW}title"),
        authors=authors(words(raw, f"{_RAW}authors") or ""),
        categories=words(raw, f"{_RAW}categories"),
        licence=words(raw, f"{_RAW}license"),
        submitted_at=_time(words(first, f"{_RAW}date")),
        updated_at=_time(words(last, f"{_RAW}date")),
        abstract=abstract,
        is_withdrawn=_has_no_files(last) or announces_withdrawal(words(raw, f"{_RAW}comments"), abstract),
    )


def _number(version: Element) -> int:
    match = re.fullmatch(r"v([1-9][0-9]{0,2})", version.get("version") or "")
    if not match:
        raise ValueError(f"a version is called {version.get('version')!r}")
    return int(match[1])


def _has_no_files(version: Element) -> bool:
    """Whether the version is a withdrawal: source type I, or no size (older ones show that alone).

    As arXiv's own code has it: github.com/arXiv/oaipmh, serializers/create_records.py (format "withdrawn" becomes I),
    and arxiv-base, document/version.py (what has no size has no PDF).
    """
    flag = words(version, f"{_RAW}source_type") or ""
    return "I" in flag or re.fullmatch(r"0+\s*(?:kb|b)?", words(version, f"{_RAW}size") or "") is not None


def _time(text: str | None) -> str | None:
    """ISO 8601 in UTC of an e-mail date ("Mon, 07 Oct 2024 10:45:05 GMT"); None where it is none."""
    try:
        moment = parsedate_to_datetime(text or "")
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # beyond the first or the last day that there is
        return None
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def authors(text: str) -> str | None:
    """The names in a line of authors, separated by '; ': "A. Smith (1), B. Jones, Jr. and C. Lee ((1) MIT)"."""
    before = None
    while before != text:  # affiliations in brackets, the inner ones first
        before, text = text, re.sub(r"\s*\([^()]*\)", "", text)
    names = re.split(r"\s*,\s*and\s+|\s*,(?!\s*(?:[JS]r|I{2,3}|IV)\b)\s*|\s+and\s+", text)
    return "; ".join(name.strip() for name in names if name.strip()) or None


def pages(client: QueryClient, base: str, first: date, last: date) -> Iterator[OaiPage]:
    """Every page of what changed in computer science on these days, inclusive; with the last one the list is whole.

    A token that is no longer accepted starts the list once more from its beginning (records come again, then).

    Raises:
        HttpError: as the client raises it, or the answers are not as they should be; what was yielded before stands.
    """
    try:
        yield from _list(client, base, first, last)
    except BadResumptionToken:
        yield from _list(client, base, first, last)


def _list(client: QueryClient, base: str, first: date, last: date) -> Iterator[OaiPage]:
    params = {
        "verb": "ListRecords",
        "metadataPrefix": "arXivRaw",
        "set": "cs",
        "from": first.isoformat(),
        "until": last.isoformat(),
    }
    tokens: set[str] = set()
    for _ in range(MAX_PAGES):
        page = ask(client, base, params, parse_page)
        yield page
        if page.token is None:
            return
        if page.token in tokens:
            break
        tokens.add(page.token)
        params = {"verb": "ListRecords", "resumptionToken": page.token}
    raise Refused(HttpReason.ENDLESS_LIST, interface=INTERFACE, first=first.isoformat(), last=last.isoformat())
