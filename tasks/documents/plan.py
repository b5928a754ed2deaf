"""Plan: which stored documents speak for their papers, and which of those are still to be read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.sources import DocumentReason
from tasks.storage.store import Sidecar

_VERSION = re.compile(r"v(\d+)$")


@dataclass(frozen=True)
class SetAside:
    """A document that does not speak for its paper, and why."""

    sidecar: Sidecar
    reason: Coded[DocumentReason]


def _recency(sidecar: Sidecar) -> tuple[bool, int, str, str]:
    version = _VERSION.search(sidecar.arxiv_id or "")
    number = int(version[1]) if version else 0
    return sidecar.arxiv_id is not None, number, sidecar.fetched_at, sidecar.document_sha256


def current_documents(
    sidecars: list[Sidecar],
    withdrawn: Mapping[str, str] | None = None,
    arxiv_papers: Mapping[str, str] | None = None,
) -> tuple[list[Sidecar], list[SetAside]]:
    """One document for each paper (the latest version), and one paper for each document.

    Where the same bytes came under two papers' names, the one with an arXiv identifier stands, else the first by name.
    Of a withdrawn paper no document stands; `withdrawn` has the arXiv id of each by paper id. `arxiv_papers` has the
    arXiv id of papers that go by another: where a document came under that too, it stands.
    """
    by_bytes: dict[str, list[Sidecar]] = {}
    for s in sidecars:
        by_bytes.setdefault(s.document_sha256, []).append(s)
    set_aside = []
    distinct = []
    for same in by_bytes.values():
        first, *copies = sorted(same, key=lambda s: (s.arxiv_id is None, s.paper_id))
        distinct.append(first)
        set_aside += [SetAside(c, Coded.of(DocumentReason.DUPLICATE, paper_id=first.paper_id)) for c in copies]

    by_paper: dict[str, list[Sidecar]] = {}
    for s in distinct:
        if withdrawn and s.paper_id in withdrawn:
            reason = Coded.of(DocumentReason.WITHDRAWN, arxiv_id=withdrawn[s.paper_id])
            set_aside.append(SetAside(s, reason))
            continue
        by_paper.setdefault(s.paper_id, []).append(s)
    for paper_id, arxiv_id in sorted((arxiv_papers or {}).items()):
        if paper_id in by_paper and arxiv_id in by_paper:
            by_paper[arxiv_id] += by_paper.pop(paper_id)
    current = []
    for versions in by_paper.values():
        *older, latest = sorted(versions, key=_recency)
        current.append(latest)
        reason = Coded.of(DocumentReason.SUPERSEDED, later=latest.arxiv_id or latest.document_sha256[:12])
        set_aside += [SetAside(o, reason) for o in older]
    return sorted(current, key=lambda s: s.paper_id), set_aside


def to_read(
    current: list[Sidecar],
    loaded: set[tuple[str, str, str, str, str | None]],
    parser_version: str,
    extractor_version: str,
    corrections_versions: Mapping[str, str],
) -> list[Sidecar]:
    """Documents that the warehouse does not hold as these versions read and correct them.

    `loaded` holds (sha256, paper_id, versions of parser, extractor and corrections) of what was read or failed;
    `corrections_versions` holds the version of each paper that has corrections.
    """

    def is_loaded(s: Sidecar) -> bool:
        corrections_version = corrections_versions.get(s.paper_id)
        return (s.document_sha256, s.paper_id, parser_version, extractor_version, corrections_version) in loaded

    return [s for s in current if not is_loaded(s)]


@dataclass(frozen=True)
class DocumentChunk:
    """Documents that are read and loaded together, and which part of the whole they are."""

    number: int
    of: int
    documents: list[Sidecar]

    @property
    def size(self) -> int:
        """How many documents."""
        return len(self.documents)


def chunks(sidecars: list[Sidecar], size: int) -> list[DocumentChunk]:
    """Consecutive chunks of at most `size`."""
    parts = [sidecars[i : i + size] for i in range(0, len(sidecars), size)]
    return [DocumentChunk(number, len(parts), part) for number, part in enumerate(parts, 1)]
