"""One paper under two ids: a file's name in one source, arXiv's id in another."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.names.arxiv_ids import arxiv_identity, parse_id

_TITLE_LETTERS = 20  # a shorter title ("Deep learning") is no paper's alone
_STAMP = re.compile(r"^\s*(arXiv:\S+)\s+\[[\w.-]+\]\s+\d{1,2} \w{3,9} \d{4}\b", re.MULTILINE)
"""What arXiv prints along the margin of the first page: "arXiv:1512.03385v1 [cs.CV] 10 Dec 2015"."""


@dataclass(frozen=True, slots=True)
class NamedPaper:
    """A paper as one source knows it: its id there, arXiv's where it is known, and its title."""

    paper_id: str
    arxiv_id: str | None = None
    title: str | None = None


def stamped_id(first_page: str) -> str | None:
    """The arXiv id, with version, of the stamp on a first page; None without one, or with several."""
    found = {m[1].removeprefix("arXiv:") for m in _STAMP.finditer(first_page) if arxiv_identity(m[1])}
    return found.pop() if len(found) == 1 else None


def arxiv_papers(papers: Iterable[NamedPaper]) -> dict[str, str]:
    """arXiv's id, without version, of each paper that goes by another: as it is known, else that of the same title."""
    papers = list(papers)
    of_title = one_paper_a_title((p.paper_id, p.title) for p in papers if parse_id(p.paper_id))
    found = {}
    for p in papers:
        known = arxiv_identity(p.arxiv_id or "")
        arxiv_id = known[0] if known else of_title.get(title_key(p.title))
        if arxiv_id and arxiv_id != p.paper_id:
            found[p.paper_id] = arxiv_id
    return found


def one_paper_a_title(titles: Iterable[tuple[str, str | None]]) -> Mapping[str, str]:
    """The paper that each title stands for, by `title_key`, where all who give it an id agree."""
    known: dict[str, set[str]] = defaultdict(set)
    for paper_id, title in titles:
        if key := title_key(title):
            known[key].add(paper_id)
    return {key: next(iter(ids)) for key, ids in known.items() if len(ids) == 1}


def title_key(title: str | None) -> str:
    """A title's letters and digits, by which sources that spell it differently meet; '' where it is too short."""
    key = re.sub(r"[^a-z0-9]", "", (title or "").lower())
    return key if len(key) >= _TITLE_LETTERS else ""
