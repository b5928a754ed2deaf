"""arXiv's identifiers: which paper, and which version of it, an id or an address means.

The scheme: https://info.arxiv.org/help/arxiv_identifier.html. Since April 2007 YYMM.NNNN, with five digits since 2015;
before that archive/YYMMNNN, the archive with or without a subject class that is no part of the id (math.GT/0309136 is
math/0309136).
"""

import re
from urllib.parse import unquote

_MONTH = "(?:0[1-9]|1[0-2])"
_NEW = (
    rf"(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4]){_MONTH})\.[0-9]{{4}}(?![0-9])"
    rf"|(?:1[5-9]|[2-9][0-9]){_MONTH}\.[0-9]{{5}}(?![0-9])"
)
# The archives of the old scheme, which is closed: none has been added since March 2007.
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga"
    "|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph"
    "|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_OLD = rf"(?P<archive>{_ARCHIVES})(?:\.[A-Za-z]{{2}})?/(?P<number>(?:9[1-9]|0[0-7]){_MONTH}[0-9]{{3}})(?![0-9])"
_ID = rf"(?:(?P<new>{_NEW})|{_OLD})(?:v(?P<version>[1-9][0-9]{{0,2}}))?"

_BARE = re.compile(_ID)
_ADDRESS = re.compile(
    r"(?i:(?:https?:)?(?://)?(?:[a-z0-9-]+\.)*arxiv\.org(?::[0-9]+)?/+"
    r"(?:abs|pdf|html|format|e-print|src|ps|ftp/arxiv/papers/[0-9]{4})/+"  # the ways to a paper
    r"|(?:https?://)?(?:dx\.)?doi\.org/10\.48550/arxiv\.|(?:doi:\s*)?10\.48550/arxiv\."
    r"|oai:arxiv\.org:|arxiv:\s*)"
    rf"{_ID}(?i:\.pdf|\.ps|\.ps\.gz)?/?(?:[?#].*)?"
)


def parse_id(text: str) -> tuple[str, int | None] | None:
    """Paper id without version, and version where one stands there, of a bare arXiv id; None where it is none."""
    match = _BARE.fullmatch(text)
    return _identity(match) if match else None


def arxiv_identity(text: str) -> tuple[str, int | None] | None:
    """Paper id without version, and version where one stands there, of an arXiv id or of an address that leads to it.

    Addresses are those of arXiv and its mirrors under arxiv.org (abs, pdf, html …), its DOIs, OAI identifiers, and
    "arXiv:" before an id. None for every other text and every other address, whatever digits it holds.
    """
    text = text.strip()
    match = _BARE.fullmatch(text) or _ADDRESS.fullmatch(unquote(text))
    return _identity(match) if match else None


def versioned(paper_id: str, version: int) -> str:
    """The id of one version of a paper: `1512.03385v1`."""
    return f"{paper_id}v{version}"


def first_year(paper_id: str) -> int:
    """Year in which the paper was first submitted, as its id says.

    Raises:
        ValueError: it is no arXiv id.
    """
    identity = parse_id(paper_id)
    if identity is None:
        raise ValueError(f"{paper_id!r} is no arXiv id")
    two = int(identity[0].rpartition("/")[2][:2])
    return 1900 + two if two >= 91 else 2000 + two  # arXiv began in 1991


def _identity(match: re.Match[str]) -> tuple[str, int | None]:
    paper_id = match["new"] or f"{match['archive']}/{match['number']}"
    return paper_id, int(match["version"]) if match["version"] else None
