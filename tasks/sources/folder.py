"""A folder of PDFs: every file in it whose name ends in .pdf, at any depth."""

import os
from pathlib import Path

from tasks.names.arxiv_ids import first_year, parse_id
from tasks.sources import Discovery, Offer, SourceUnavailable

SOURCE_ID = "folder"


def paper_identity(stem: str) -> tuple[str, str | None, int | None]:
    """Paper id, arXiv id with version, and year of first submission, from a file's stem.

    A stem that is no arXiv identifier is itself the paper's id.
    """
    identity = parse_id(stem)
    if identity is None:
        return stem if stem.strip() else "(no name)", None, None
    return identity[0], stem, first_year(identity[0])


def discover(folder: Path | None) -> Discovery:
    """Offer every PDF below `folder`, in the order of their names.

    Raises:
        SourceUnavailable: no folder was named, or it is not there or cannot be read.
    """
    if folder is None:
        raise SourceUnavailable("no folder of PDFs was named; --papers DIR reads one")
    try:
        paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".pdf" and p.is_file())
        next(folder.iterdir(), None)  # rglob passes over in silence what is no folder, or is closed to us
    except OSError as error:
        raise SourceUnavailable(f"the folder {folder} cannot be read ({error.strerror}); name another") from error
    found = Discovery(SOURCE_ID, notes=[] if paths else [f"no file below {folder} ends in .pdf"])
    for path in paths:
        paper_id, arxiv_id, year = paper_identity(_text(path.stem))
        found.documents.append(Offer(paper_id, _text(path.name), path, arxiv_id, None, year))
    return found


def _text(name: str) -> str:
    """A file's name as text that can be stored: names on Linux are bytes, and need not be UTF-8."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")
