"""arXiv's API: Atom with OpenSearch, as info.arxiv.org/help/api/user-manual and `arxiv_api_response.xml` have it.

Errors are feeds with one entry titled "Error" (wording: github.com/arXiv/arxiv-search, classic_api) and status 400.
An id that arXiv does not have is left out without a word; `max_results` bounds a list of ids, too. Since late 2025 the
live feed declares its namespaces once and links by https (docs.rs/rsxiv 0.4.3, tests): `as_of_2025`.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlencode

from tests.live.answers import Answer
from tests.live.catalogue import Catalogue, Paper, Version, split_identity
from tests.live.search import BadQuery, parse

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
MAX_RESULTS = 2000
# Beyond this the live service answers 500, whatever matches.
MAX_WINDOW = 10_000
_ATOM = "http://arxiv.org/schemas/atom"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_SORTS = ("relevance", "lastUpdatedDate", "submittedDate")
_ORDERS = ("ascending", "descending")
Found = tuple[Paper, Version]


class BadRequest(ValueError):
    """A parameter is not as the API wants it; the words are the API's."""


def query(catalogue: Catalogue, params: dict[str, str]) -> Answer:
    """The answer to `/api/query`."""
    canonical = {name: params.get(name, "") for name in ("search_query", "id_list")}
    canonical |= {"start": params.get("start", "0"), "max_results": params.get("max_results", "10")}
    try:
        start, size = _count("start", canonical["start"]), _count("max_results", canonical["max_results"])
        if size > MAX_RESULTS:
            raise BadRequest(f"max_results must not exceed {MAX_RESULTS}")
        if start + size > MAX_WINDOW:
            return Answer(500, b"Internal Server Error")
        found = _sorted(_matching(catalogue, params), params)
    except (BadRequest, BadQuery) as error:
        feed = _feed(catalogue, canonical, 1, 0, 1, [_error(catalogue, str(error))])
        return Answer(400, feed, MEDIA_TYPE)
    entries = [_entry(*one) for one in found[start : start + size]]
    return Answer(200, _feed(catalogue, canonical, len(found), start, size, entries), MEDIA_TYPE)


def as_of_2025(answer: Answer) -> Answer:
    """The same feed as the live service has it since late 2025."""
    spaces = [f' xmlns:opensearch="{_OPENSEARCH}"', f' xmlns:arxiv="{_ATOM}"']
    text = answer.body.decode().replace('href="http://arxiv.org', 'href="https://arxiv.org').replace(' type="html"', "")
    for space in spaces:
        text = text.replace(space, "")
    return replace(answer, body=text.replace("<feed", f"<feed{''.join(spaces)}", 1).encode())


def _count(name: str, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise BadRequest(f"{name} must be an integer") from None
    if number < 0:
        raise BadRequest(f"{name} must be non-negative")
    return number


def _matching(catalogue: Catalogue, params: dict[str, str]) -> list[Found]:
    """Papers of the id list, of the search, or of both: the list narrowed by the search."""
    search, ids = params.get("search_query", "").strip(), params.get("id_list", "").strip()
    if not search and not ids:
        return []
    found = _listed(catalogue, ids.split(",")) if ids else [(p, p.newest) for p in catalogue.present()]
    test = parse(search) if search else lambda paper: True
    return [(paper, version) for paper, version in found if test(paper)]


def _listed(catalogue: Catalogue, ids: list[str]) -> list[Found]:
    found = []
    for text in ids:
        identity = split_identity(text.strip())
        if not identity:
            raise BadRequest(f"incorrect id format for {text}")
        paper = catalogue.get(identity[0])
        version = paper.version(identity[1]) if paper else None
        if paper and version:
            found.append((paper, version))
    return found


def _sorted(found: list[Found], params: dict[str, str]) -> list[Found]:
    by, order = params.get("sortBy", "relevance"), params.get("sortOrder", "descending")
    if by not in _SORTS:
        raise BadRequest(f"sortBy must be in: {', '.join(_SORTS)}")
    if order not in _ORDERS:
        raise BadRequest(f"sortOrder must be in: {', '.join(_ORDERS)}")
    if by == "relevance":
        return found if order == "descending" else found[::-1]

    def key(one: Found) -> tuple[datetime, str]:
        paper, version = one
        return (paper.versions[0].submitted if by == "submittedDate" else version.submitted), paper.paper_id

    return sorted(found, key=key, reverse=order == "descending")


def _feed(
    catalogue: Catalogue, canonical: dict[str, str], total: int, start: int, size: int, entries: list[str]
) -> bytes:
    words = "&".join(f"{name}={value}" for name, value in canonical.items())
    digest = hashlib.sha256(words.encode()).hexdigest()[:27]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <link href="http://arxiv.org/api/query?{escape(urlencode(canonical))}" rel="self" type="application/atom+xml"/>
  <title type="html">ArXiv Query: {escape(words)}</title>
  <id>http://arxiv.org/api/{digest}</id>
  <updated>{catalogue.today}T00:00:00-04:00</updated>
  <opensearch:totalResults xmlns:opensearch="{_OPENSEARCH}">{total}</opensearch:totalResults>
  <opensearch:startIndex xmlns:opensearch="{_OPENSEARCH}">{start}</opensearch:startIndex>
  <opensearch:itemsPerPage xmlns:opensearch="{_OPENSEARCH}">{size}</opensearch:itemsPerPage>
{"".join(entries)}</feed>
""".encode()


def _entry(paper: Paper, version: Version) -> str:
    address = f"arxiv.org/abs/{paper.paper_id}v{version.number}"
    authors = "".join(f"    <author>\n      <name>{escape(name)}</name>\n    </author>\n" for name in paper.authors)
    categories = "".join(f'    <category term="{c}" scheme="{_ATOM}"/>\n' for c in paper.categories)
    comment = f'    <arxiv:comment xmlns:arxiv="{_ATOM}">{escape(paper.comment or "")}</arxiv:comment>\n'
    pdf = address.replace("/abs/", "/pdf/")
    return f"""  <entry>
    <id>http://{address}</id>
    <updated>{_moment(version.submitted)}</updated>
    <published>{_moment(paper.versions[0].submitted)}</published>
    <title>{escape(paper.title)}</title>
    <summary>
      {escape(paper.abstract)}
    </summary>
{authors}{comment if paper.comment else ""}    <link href="http://{address}" rel="alternate" type="text/html"/>
    <link title="pdf" href="http://{pdf}" rel="related" type="application/pdf"/>
    <arxiv:primary_category xmlns:arxiv="{_ATOM}" term="{paper.categories[0]}" scheme="{_ATOM}"/>
{categories}  </entry>
"""


def _error(catalogue: Catalogue, words: str) -> str:
    address = f"http://arxiv.org/api/errors#{escape(words.replace(' ', '_'))}"
    return f"""  <entry>
    <id>{address}</id>
    <title>Error</title>
    <summary>{escape(words)}</summary>
    <updated>{catalogue.today}T00:00:00-04:00</updated>
    <link href="{address}" rel="alternate" type="text/html"/>
    <author>
      <name>arXiv api core</name>
    </author>
  </entry>
"""


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
