"""XML responses: parsed without document types, requested once more where they cannot be read."""

from collections.abc import Callable
from typing import Protocol, TypeVar
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from schemas.codes.http import HttpReason
from tasks.http import Refused

Parsed = TypeVar("Parsed")

# Bytes that XML 1.0 forbids however they are written; abstracts that authors pasted in hold them now and then.
_FORBIDDEN = bytes(b for b in range(32) if b not in b"\t\n\r")


class QueryClient(Protocol):
    """What is needed of the web client."""

    def query(self, url: str, params: dict[str, str], kind: str) -> bytes:
        """The body of a response that is not cached. Raises Unreachable or Refused."""


class Unreadable(Refused):
    """The answer is not what the interface promises; the message says in which way."""


class _NoDocumentType(TreeBuilder):
    """Refuses a DOCTYPE where it begins, so that no entity is ever declared, let alone expanded."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise Unreadable(HttpReason.DOCUMENT_TYPE, name=name)


def parse_xml(content: bytes) -> Element:
    """The root element.

    Raises:
        Unreadable: it is no XML, or declares a document type.
    """
    if b"\0" not in content:  # zero bytes belong to UTF-16 and its kin, where the others belong to characters
        content = content.translate(None, _FORBIDDEN)
    parser = XMLParser(target=_NoDocumentType())
    try:
        parser.feed(content)
        return parser.close()
    except (ParseError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise Unreadable(HttpReason.NO_XML, error=str(error), start=repr(content[:60])) from error


def ask(client: QueryClient, url: str, params: dict[str, str], parse: Callable[[bytes], Parsed]) -> Parsed:
    """Ask, and once more where the answer is unreadable: arXiv's interfaces send half a page now and then.

    Raises:
        Unreadable: the second answer was no better.
        HttpError: as the client raises it.
    """
    try:
        return parse(client.query(url, params, "xml"))
    except Unreadable:
        return parse(client.query(url, params, "xml"))


def words(element: Element, path: str) -> str | None:
    """The text at `path`, line breaks and indentation made blanks; None where there is none."""
    return " ".join((element.findtext(path) or "").split()) or None
