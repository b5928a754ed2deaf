"""The Atom feed of releases (RFC 4287)."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree

_ATOM = "http://www.w3.org/2005/Atom"
_PROJECT = uuid.uuid5(uuid.NAMESPACE_URL, "https://arxiv.org/abs/2007.05558#diminishing-returns")


class FeedEntry(NamedTuple):
    """A feed entry: the release's name (`2026-11-29.2`), its link if it is sure to last, and what changed."""

    name: str
    link: str | None
    summary: str


def feed(releases: Sequence[FeedEntry]) -> bytes:
    """The feed of the releases, newest first."""
    ElementTree.register_namespace("", _ATOM)
    root = _element(None, "feed")
    _element(root, "id", _PROJECT.urn)
    _element(root, "title", "Diminishing Returns: releases")
    _element(root, "updated", _at(releases[0]))
    _element(_element(root, "author"), "name", "Diminishing Returns")
    _element(root, "link", rel="self", href="feed.xml")
    for release in releases:
        entry = _element(root, "entry")
        _element(entry, "id", uuid.uuid5(_PROJECT, release.name).urn)
        _element(entry, "title", f"Release {release.name}")
        _element(entry, "updated", _at(release))
        if release.link:
            _element(entry, "link", rel="alternate", href=release.link)
        _element(entry, "content", release.summary, type="text")
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _element(parent: ElementTree.Element | None, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    made = ElementTree.Element(f"{{{_ATOM}}}{name}", attributes)
    made.text = text or None
    if parent is not None:
        parent.append(made)
    return made


def _at(release: FeedEntry) -> str:
    return f"{release.name[:10]}T00:00:00Z"
